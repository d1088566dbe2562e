using System.Net;
using System.Net.Security;
using Microsoft.AspNetCore.Server.Kestrel.Core;
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

    private void WithTls(ListenOptions listen) => listen.UseServingCertificate(certificates);

    /// <summary>How the next connection is secured.</summary>
    internal SslServerAuthenticationOptions Tls() => ServingTls.Options(certificates);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Serving admission webhooks on port {Port}")]
        public static partial void Serving(ILogger logger, int port);
    }
}
