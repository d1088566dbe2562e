using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Operator.Runtime.Hosting;

namespace Operator.Runtime.Health;

/// <summary>A plain HTTP server for probes or metrics, on every replica from first to last.</summary>
internal abstract partial class PlainServer(string what, int port, IPAddress? address, ILoggerFactory loggers) : IOperatorLifecycle, IAsyncDisposable
{
    private readonly ILogger _log = loggers.CreateLogger<PlainServer>();
    private HttpEndpoint? _http;

    public OperatorStage Stage => OperatorStage.Endpoints;

    /// <summary>The port that is served; 0 before the start.</summary>
    public int Port => _http?.Port ?? 0;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _http = new HttpEndpoint(loggers, Listen, ServeAsync);
        await _http.StartAsync(cancellationToken);
        Log.Serving(_log, what, Port);
    }

    public Task StopAsync(CancellationToken cancellationToken) => _http?.StopAsync(cancellationToken) ?? Task.CompletedTask;

    public ValueTask DisposeAsync() => _http?.DisposeAsync() ?? ValueTask.CompletedTask;

    protected abstract Task ServeAsync(HttpContext http);

    private void Listen(KestrelServerOptions kestrel)
    {
        kestrel.Limits.MaxRequestBodySize = 0;
        if (address is null) kestrel.ListenAnyIP(port);
        else kestrel.Listen(address, port);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Serving {What} on port {Port}")]
        public static partial void Serving(ILogger logger, string what, int port);
    }
}

/// <summary>Serves the probes.</summary>
internal sealed class HealthServer(HealthEndpoint endpoint, HealthOptions options, ILoggerFactory loggers)
    : PlainServer("health", options.Port, options.BindAddress, loggers)
{
    protected override Task ServeAsync(HttpContext http) => endpoint.ServeAsync(http);
}
