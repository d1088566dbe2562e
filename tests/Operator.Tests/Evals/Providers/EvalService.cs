using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;
using Operator.Evals.Providers;
using Operator.Testing.Clusters;

namespace Operator.Tests.Evals.Providers;

/// <summary>A service that http gates ask, over TLS on the loopback interface.</summary>
internal sealed class EvalService : IAsyncDisposable
{
    private readonly LoopbackCertificates _certificates = new();
    private WebApplication _app = null!;

    private EvalService()
    {
    }

    public int Port { get; private set; }

    /// <summary>What it was asked.</summary>
    public List<JsonNode> Asked { get; } = [];

    /// <summary>How it answers.</summary>
    public Func<HttpContext, Task> Answer { get; set; } = _ => Task.CompletedTask;

    public static async Task<EvalService> StartAsync()
    {
        var service = new EvalService();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        using var pem = X509Certificate2.CreateFromPem(service._certificates.Server, service._certificates.ServerKey);
        var certificate = X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null);
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0, l => l.UseHttps(certificate)));
        service._app = builder.Build();
        service._app.Run(async context =>
        {
            var asked = (await JsonNode.ParseAsync(context.Request.Body))!;
            lock (service.Asked) service.Asked.Add(asked);
            await service.Answer(context);
        });
        await service._app.StartAsync();
        service.Port = new Uri(service._app.Urls.First()).Port;
        return service;
    }

    /// <summary>An evaluator that may ask this service and nothing else, and trusts it.</summary>
    public HttpEvaluator Evaluator() =>
        new([AllowedHost.Parse($"localhost:{Port} private")], (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Loopback]), Trust);

    /// <summary>Makes a client trust the service.</summary>
    public void Trust(SocketsHttpHandler handler)
    {
        handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
        };
        handler.SslOptions.CertificateChainPolicy.CustomTrustStore.Add(X509Certificate2.CreateFromPem(_certificates.Authority));
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();
}
