using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Operator.Contract;
using Operator.Runtime.Admission.Certificates;
using Operator.Runtime.Hosting;

namespace Operator.Limiters;

/// <summary>Serves the channel over TLS on a port of its own, on every replica: those that do not lead say so.</summary>
internal sealed partial class ChannelServer(ChannelEndpoint endpoint, ICertificateSource certificates, ChannelOptions options, ILoggerFactory loggers)
    : IOperatorLifecycle, IAsyncDisposable
{
    private readonly ILogger _log = loggers.CreateLogger<ChannelServer>();
    private HttpEndpoint? _http;

    /// <inheritdoc/>
    public OperatorStage Stage => OperatorStage.Endpoints;

    /// <summary>The port that is served; 0 before the start.</summary>
    public int Port => _http?.Port ?? 0;

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        certificates.Start();
        _http = new HttpEndpoint(loggers, Listen, endpoint.ServeAsync);
        await _http.StartAsync(cancellationToken);
        Log.Serving(_log, Port);
        options.Listening?.Invoke(Port);
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        endpoint.Close();
        return _http?.StopAsync(cancellationToken) ?? Task.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _http?.DisposeAsync() ?? ValueTask.CompletedTask;

    private void Listen(KestrelServerOptions kestrel)
    {
        kestrel.Limits.MaxRequestBodySize = ChannelProtocol.MaxReportBytes;
        // Streams are silent on purpose.
        kestrel.Limits.MinResponseDataRate = null;
        // A table for each limiter, to save some bytes of an answer's four headers, is a twentieth of what a report costs.
        kestrel.AllowResponseHeaderCompression = false;
        if (options.BindAddress is { } address) kestrel.Listen(address, options.Port, WithTls);
        else kestrel.ListenAnyIP(options.Port, WithTls);
    }

    private void WithTls(ListenOptions listen) => listen.UseServingCertificate(certificates);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Serving limiters on port {Port}")]
        public static partial void Serving(ILogger logger, int port);
    }
}
