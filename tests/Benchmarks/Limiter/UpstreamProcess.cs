using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Benchmarks.Limiter;

/// <summary>What every proxy forwards to: answers of one fixed size, at once, so that what is measured is the proxy.</summary>
internal sealed class UpstreamProcess : IDisposable
{
    public const string Mode = "limiter-upstream";

    /// <summary>How long a stream stays open after its head, in seconds.</summary>
    public const string HoldHeader = "x-hold-seconds";

    private static readonly byte[] Answer = Encoding.UTF8.GetBytes(
        """{"id":"msg_1","type":"message","role":"assistant","model":"claude-sonnet-5-5","content":[{"type":"text","text":"outage, because nobody can work; the ticket says so in its second line."}],"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":42,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":18}}""");

    private static readonly byte[] Head = Encoding.UTF8.GetBytes(
        "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"claude-sonnet-5-5\",\"content\":[],\"stop_reason\":null,\"usage\":{\"input_tokens\":42,\"output_tokens\":1}}}\n\n"
        + "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n");

    private static readonly byte[] Delta = Encoding.UTF8.GetBytes(
        "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"outage because nobody \"}}\n\n");

    private static readonly byte[] Tail = Encoding.UTF8.GetBytes(
        "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":0}\n\n"
        + "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{\"output_tokens\":18}}\n\n"
        + "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n");

    private readonly Process _process;

    private UpstreamProcess(Process process, string certificate, int port, int secure)
    {
        (_process, Certificate, Port) = (process, certificate, port);
        Secure = new Uri($"https://localhost:{secure}");
    }

    /// <summary>Of the process.</summary>
    public int Id => _process.Id;

    /// <summary>Where it speaks HTTP/1.1, on loopback.</summary>
    public int Port { get; }

    /// <summary>Where it speaks HTTP/2 under TLS.</summary>
    public Uri Secure { get; }

    /// <summary>The file of its certificate.</summary>
    public string Certificate { get; }

    /// <summary>Starts it beside this process.</summary>
    public static async Task<UpstreamProcess> StartAsync()
    {
        var certificate = Path.GetTempFileName();
        var process = Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Benchmarks.dll"), Mode, certificate])
        {
            RedirectStandardOutput = true, RedirectStandardInput = true,
        })!;
        var ports = (await process.StandardOutput.ReadLineAsync())!.Split(' ').Select(p => int.Parse(p, CultureInfo.InvariantCulture)).ToList();
        return new(process, certificate, ports[0], ports[1]);
    }

    public void Dispose()
    {
        _process.Kill(entireProcessTree: true);
        _process.Dispose();
        File.Delete(Certificate);
    }

    /// <summary>Is it, until its input ends.</summary>
    public static async Task<int> RunAsync(string file)
    {
        using var certificate = NewCertificate();
        await File.WriteAllTextAsync(file, certificate.ExportCertificatePem());
        var (plain, secure) = (Proxy.FreePort(), Proxy.FreePort());
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(k =>
        {
            k.Listen(IPAddress.Loopback, plain, o => o.Protocols = HttpProtocols.Http1);
            k.Listen(IPAddress.Loopback, secure, o =>
            {
                o.Protocols = HttpProtocols.Http2;
                o.UseHttps(certificate);
            });
        });
        await using var app = builder.Build();
        app.Run(ServeAsync);
        await app.StartAsync();
        Console.WriteLine($"{plain} {secure}");
        await Console.In.ReadLineAsync();
        return 0;
    }

    private static X509Certificate2 NewCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pfx), null);
    }

    private static async Task ServeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        context.Response.Headers["request-id"] = "req_1";
        if (body.GetBuffer().AsSpan(0, (int)body.Length).IndexOf("\"stream\":true"u8) < 0)
        {
            context.Response.ContentType = "application/json";
            context.Response.ContentLength = Answer.Length;
            await context.Response.Body.WriteAsync(Answer);
            return;
        }
        context.Response.ContentType = "text/event-stream";
        await context.Response.Body.WriteAsync(Head);
        await context.Response.Body.FlushAsync();
        if (double.TryParse(context.Request.Headers[HoldHeader], out var seconds)) await Task.Delay(TimeSpan.FromSeconds(seconds), context.RequestAborted);
        for (var i = 0; i < 6; i++)
        {
            await context.Response.Body.WriteAsync(Delta);
            await context.Response.Body.FlushAsync();
        }
        await context.Response.Body.WriteAsync(Tail);
    }
}
