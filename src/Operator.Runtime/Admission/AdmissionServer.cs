using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;
using Operator.Runtime.Admission.Certificates;
using Operator.Runtime.Hosting;

namespace Operator.Runtime.Admission;

/// <summary>Serves admission over HTTPS on a port of its own, on every replica.</summary>
internal sealed partial class AdmissionServer(
    AdmissionEndpoint endpoint, ICertificateSource certificates, AdmissionOptions options, ILoggerFactory loggers)
    : IOperatorLifecycle, IAsyncDisposable
{
    private readonly ILogger _log = loggers.CreateLogger<AdmissionServer>();
    private HttpEndpoint? _http;

    public OperatorStage Stage => OperatorStage.Endpoints;

    /// <summary>The port that is served; 0 before the start.</summary>
    public int Port => _http?.Port ?? 0;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        certificates.Start();
        _http = new HttpEndpoint(loggers, Listen, endpoint.ServeAsync);
        await _http.StartAsync(cancellationToken);
        Log.Serving(_log, Port);
    }

    public Task StopAsync(CancellationToken cancellationToken) => _http?.StopAsync(cancellationToken) ?? Task.CompletedTask;

    public ValueTask DisposeAsync() => _http?.DisposeAsync() ?? ValueTask.CompletedTask;

    private void Listen(KestrelServerOptions kestrel)
    {
        kestrel.Limits.MaxRequestBodySize = options.MaxBodyBytes;
        if (options.BindAddress is { } address) kestrel.Listen(address, options.Port, WithTls);
        else kestrel.ListenAnyIP(options.Port, WithTls);
    }

    private void WithTls(ListenOptions listen)
    {
        listen.Protocols = HttpProtocols.Http1AndHttp2;
        listen.UseHttps(new TlsHandshakeCallbackOptions { OnConnection = _ => ValueTask.FromResult(Tls()) });
    }

    /// <summary>How the next connection is secured.</summary>
    internal SslServerAuthenticationOptions Tls()
    {
        if (certificates.Current is not { } certificate)
            throw new AuthenticationException("There is no serving certificate yet; the log of its source says why.");
        return new SslServerAuthenticationOptions
        {
            ServerCertificateContext = certificate.Context,
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
        };
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Serving admission webhooks on port {Port}")]
        public static partial void Serving(ILogger logger, int port);
    }
}
