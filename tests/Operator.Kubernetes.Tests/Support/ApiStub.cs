using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Operator.Kubernetes.Configuration;

namespace Operator.Kubernetes.Tests.Support;

/// <summary>What one request looked like to the server.</summary>
public sealed record Seen(
    string Method, string Path, IReadOnlyDictionary<string, string> Query, IReadOnlyDictionary<string, string> Headers, string Body,
    string Protocol, string? ClientCertificate);

/// <summary>A real HTTP server on a free loopback port that answers as the test says and remembers what it was asked.</summary>
public sealed class ApiStub : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly List<Seen> _seen = [];

    private ApiStub(WebApplication app) => _app = app;

    public Uri Address { get; private set; } = null!;

    public IReadOnlyList<Seen> Requests
    {
        get { lock (_seen) return [.. _seen]; }
    }

    public Seen Last => Requests[^1];

    public static async Task<ApiStub> StartAsync(
        RequestDelegate answer, X509Certificate2? certificate = null, bool askForClientCertificate = false)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = HttpProtocols.Http1AndHttp2;
            if (certificate is null) return;
            listen.UseHttps(https =>
            {
                https.ServerCertificate = certificate;
                if (!askForClientCertificate) return;
                https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
                https.ClientCertificateValidation = (_, _, _) => true;
            });
        }));
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromSeconds(1));
        var app = builder.Build();
        var stub = new ApiStub(app);
        app.Run(async context =>
        {
            await stub.RememberAsync(context);
            await answer(context);
        });
        await app.StartAsync();
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        stub.Address = new Uri(address.Replace("127.0.0.1", certificate is null ? "127.0.0.1" : "localhost", StringComparison.Ordinal));
        return stub;
    }

    public static Task<ApiStub> AnswerAsync(string json, int status = 200, string contentType = "application/json") =>
        StartAsync(context => context.WriteAsync(json, status, contentType));

    public KubernetesClient Client(KubernetesClientOptions? options = null, KubernetesCredentials? credentials = null) => new(
        new KubernetesClientConfiguration
        {
            Server = Address, ServerOrigin = "the test", Credentials = credentials ?? KubernetesCredentials.Anonymous,
        },
        options);

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task RememberAsync(HttpContext context)
    {
        var request = context.Request;
        using var reader = new StreamReader(request.Body, leaveOpen: true);
        var raw = context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestFeature>()!.RawTarget;
        var seen = new Seen(
            request.Method,
            raw.Split('?')[0],
            request.Query.ToDictionary(q => q.Key, q => q.Value.ToString()),
            request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase),
            await reader.ReadToEndAsync(),
            request.Protocol,
            (await context.Connection.GetClientCertificateAsync())?.Subject);
        lock (_seen) _seen.Add(seen);
    }
}

public static class HttpContextExtensions
{
    public static Task WriteAsync(this HttpContext context, string body, int status = 200, string contentType = "application/json")
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        return context.Response.WriteAsync(body);
    }
}
