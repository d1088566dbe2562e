using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Operator.Contract;
using Operator.Testing.Clusters;

namespace Operator.Limiter.Tests.Channel;

/// <summary>The operator's side of the channel, with everything that it can do wrong.</summary>
internal sealed class FakeOperator : IAsyncDisposable
{
    public const string Token = "pod-token-1";
    private readonly WebApplication _app;
    private readonly CancellationTokenSource _stop = new();
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private byte[]? _configuration;
    private string? _event;
    private int _underWay;

    private FakeOperator(WebApplication app, LoopbackCertificates certificates) => (_app, Certificates) = (app, certificates);

    public LoopbackCertificates Certificates { get; }

    public ConcurrentQueue<Report> Reports { get; } = new();

    public ConcurrentQueue<string> Tokens { get; } = new();

    public Func<Report, ReportAnswer>? Answer { get; set; }

    /// <summary>What answers a report instead of <see cref="Answer"/>, whatever it is; null for that.</summary>
    public string? RawAnswer { get; set; }

    /// <summary>How long an answer to a report takes.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>The most reports that were under way at one time.</summary>
    public int MostAtOnce { get; private set; }

    public bool IsFollower { get; set; }

    /// <summary>A token that is not good.</summary>
    public string? BadToken { get; set; }

    public int Followed { get; private set; }

    public string? Digest { get; set; }

    public Uri Address => new(_app.Urls.First().Replace("127.0.0.1", "localhost", StringComparison.Ordinal));

    public static async Task<FakeOperator> StartAsync()
    {
        var certificates = new LoopbackCertificates();
        using var pem = X509Certificate2.CreateFromPem(certificates.Server, certificates.ServerKey);
        var certificate = X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(k => k.Listen(System.Net.IPAddress.Loopback, 0, l =>
        {
            l.Protocols = HttpProtocols.Http1AndHttp2;
            l.UseHttps(certificate);
        }));
        var app = builder.Build();
        var fake = new FakeOperator(app, certificates);
        app.Run(fake.ServeAsync);
        await app.StartAsync();
        return fake;
    }

    public void Configure(LimiterConfiguration configuration)
    {
        _configuration = JsonSerializer.SerializeToUtf8Bytes(configuration, ContractJsonContext.Default.LimiterConfiguration);
        Interlocked.Exchange(ref _changed, new(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
    }

    /// <summary>Sends an event, whatever it is, to whoever listens.</summary>
    public void Send(string name, string data)
    {
        _event = $"event: {name}\ndata: {data}\n\n";
        Interlocked.Exchange(ref _changed, new(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _app.DisposeAsync();
        _stop.Dispose();
    }

    private async Task ServeAsync(HttpContext context)
    {
        Tokens.Enqueue(context.Request.Headers.Authorization.ToString());
        if (IsFollower)
        {
            Followed++;
            context.Response.StatusCode = 503;
            context.Response.Headers[ChannelProtocol.FollowerHeader] = "true";
            return;
        }
        if (BadToken is { } bad && context.Request.Headers.Authorization.ToString() == "Bearer " + bad)
        {
            context.Response.StatusCode = 401;
            return;
        }
        if (context.Request.Path == ChannelProtocol.ReportPath)
        {
            var report = (await JsonSerializer.DeserializeAsync(context.Request.Body, ContractJsonContext.Default.Report))!;
            var under = Interlocked.Increment(ref _underWay);
            MostAtOnce = Math.Max(MostAtOnce, under);
            Reports.Enqueue(report);
            try
            {
                if (Delay > TimeSpan.Zero) await Task.Delay(Delay, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            finally
            {
                Interlocked.Decrement(ref _underWay);
            }
            if (RawAnswer is { } raw)
            {
                await context.Response.WriteAsync(raw);
                return;
            }
            var answer = Answer?.Invoke(report) ?? new ReportAnswer { Epoch = 1, NextReport = TimeSpan.FromMilliseconds(100) };
            await context.Response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(answer, ContractJsonContext.Default.ReportAnswer));
            return;
        }
        context.Response.ContentType = "text/event-stream";
        // Before there is anything to send: a stream that does not begin is trouble.
        await context.Response.Body.FlushAsync();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, _stop.Token);
        while (!end.IsCancellationRequested)
        {
            var changed = _changed.Task;
            if (_configuration is { } json)
            {
                var digest = Digest ?? Convert.ToHexStringLower(SHA256.HashData(json));
                await context.Response.WriteAsync($"event: {ChannelProtocol.ConfigurationEvent}\nid: {digest}\ndata: {Encoding.UTF8.GetString(json)}\n\n", end.Token);
                await context.Response.Body.FlushAsync(end.Token);
            }
            if (Interlocked.Exchange(ref _event, null) is { } sent)
            {
                await context.Response.WriteAsync(sent, end.Token);
                await context.Response.Body.FlushAsync(end.Token);
            }
            await changed.WaitAsync(end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
