using System.Net;
using System.Text;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Operator.Contract;
using Operator.Limiter.Channel;
using Operator.Limiter.Configuration;
using Operator.Limiter.Exporting;
using Operator.Limiter.Forwarding;

namespace Operator.Limiter.Hosting;

/// <summary>A running limiter: two bare servers without any framework between them and the requests.</summary>
public sealed class LimiterHost : IAsyncDisposable
{
    private readonly KestrelServer _apps;
    private readonly KestrelServer _health;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConfigurationFolder _folder;
    private readonly ILoggerFactory _loggers;
    private Task _following = Task.CompletedTask;
    private OperatorChannel? _channel;
    private int _stopped;

    private LimiterHost(LimiterOptions options, TimeProvider time, ILoggerFactory loggers, Stream callSink, Random random)
    {
        _loggers = loggers;
        State = new LimiterState(options, time, loggers, callSink, random);
        _folder = new ConfigurationFolder(
            Path.Combine(options.Directory, LimiterPod.Deployments), State.Configuration, time, loggers.CreateLogger("configuration"));
        _apps = Server(options.Listen, PassThrough.MaxBytes);
        _health = Server(options.Health, 0);
    }

    /// <summary>Where apps call.</summary>
    public Uri Address => Of(_apps);

    /// <summary>Where health and metrics answer.</summary>
    public Uri HealthAddress => Of(_health);

    internal LimiterState State { get; }

    /// <summary>Starts a limiter: reads what is mounted, then listens.</summary>
    /// <param name="options">How.</param>
    /// <param name="loggers">Where it tells of itself.</param>
    /// <param name="callSink">Where the lines of calls go.</param>
    /// <param name="time">The clock.</param>
    /// <param name="random">For jitter; safe for several threads. Null takes the shared one.</param>
    public static async Task<LimiterHost> StartAsync(
        LimiterOptions options, ILoggerFactory loggers, Stream callSink, TimeProvider? time = null, Random? random = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(loggers);
        var host = new LimiterHost(options, time ?? TimeProvider.System, loggers, callSink, random ?? Random.Shared);
        try
        {
            host._folder.Look();
            host.State.Log.Start();
            host.State.Export = CallExport.Start(host.State, loggers);
            await host._health.StartAsync(new HealthDispatcher(host.State), CancellationToken.None).ConfigureAwait(false);
            await host._apps.StartAsync(new RequestDispatcher(host.State, loggers.CreateLogger("requests")), CancellationToken.None).ConfigureAwait(false);
            host._following = host._folder.RunAsync(host._stop.Token);
            host._channel = OperatorChannel.Start(host.State, loggers);
            return host;
        }
        catch
        {
            await host.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Takes no new requests, lets those under way end for the drain's time, and stops.</summary>
    public async Task StopAsync()
    {
        if (Interlocked.Exchange(ref _stopped, 1) != 0) return;
        State.Draining = true;
        using var patience = new CancellationTokenSource(State.Options.Drain);
        await _apps.StopAsync(patience.Token).ConfigureAwait(false);
        await _stop.CancelAsync().ConfigureAwait(false);
        await _following.ConfigureAwait(false);
        // After the last request: it tells what that cost.
        if (_channel is not null) await _channel.DisposeAsync().ConfigureAwait(false);
        await _health.StopAsync(CancellationToken.None).ConfigureAwait(false);
        await State.Log.DisposeAsync().ConfigureAwait(false);
        if (State.Export is { } export) await export.DisposeAsync().ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await StopAsync().ConfigureAwait(false);
        _apps.Dispose();
        _health.Dispose();
        State.Dispose();
        _stop.Dispose();
    }

    private KestrelServer Server(IPEndPoint listen, long maxBody)
    {
        var options = new KestrelServerOptions { AddServerHeader = false, ApplicationServices = NoServices.Instance };
        // As they were read from the upstream, byte for byte.
        options.ResponseHeaderEncodingSelector = static _ => Encoding.Latin1;
        options.Limits.MaxRequestBodySize = maxBody;
        options.Listen(listen, o => o.Protocols = HttpProtocols.Http1);
        return new KestrelServer(
            Options.Create(options), new SocketTransportFactory(Options.Create(new SocketTransportOptions { UnsafePreferInlineScheduling = true }), _loggers), _loggers);
    }

    private static Uri Of(KestrelServer server) => new(server.Features.Get<IServerAddressesFeature>()!.Addresses.First());

    /// <summary>The server asks for services that none of its parts needs here; a container for them would cost memory in every pod.</summary>
    private sealed class NoServices : IServiceProvider
    {
        public static NoServices Instance { get; } = new();

        public object? GetService(Type serviceType) => null;
    }
}
