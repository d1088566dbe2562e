using Microsoft.Extensions.Logging;
using Operator.Runtime.Watching;

namespace Operator.Runtime.Reconciling;

/// <summary>
/// Runs one controller while this process leads. Whatever goes wrong at its start is logged and tried again; other controllers do not
/// notice.
/// </summary>
/// <param name="name">The controller's name.</param>
/// <param name="workers">How many keys it reconciles at the same time.</param>
/// <param name="build">Puts it together; called again after a failure.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Where failures are told.</param>
internal sealed partial class ControllerRunner(string name, int workers, Func<ControllerParts> build, TimeProvider time, ILogger logger)
    : IDisposable
{
    private static readonly TimeSpan TellAfter = TimeSpan.FromSeconds(60);

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _abort = new();
    private ControllerParts? _parts;
    private Task _run = Task.CompletedTask;
    private volatile bool _working;

    public string Name => name;

    /// <summary>Whether it takes work and has none: nothing waits to be reconciled, nothing is being reconciled.</summary>
    public bool IsIdle
    {
        get
        {
            lock (_gate) return _working && _parts is { Queue: { Depth: 0, Processing: 0 } };
        }
    }

    /// <summary>Puts the controller together, so that its informers run also while another process leads.</summary>
    public void Prepare()
    {
        lock (_gate) _parts ??= build();
    }

    /// <summary>Starts the controller and returns at once.</summary>
    public void Start() => _run = RunAsync();

    /// <summary>Begins no further reconcile.</summary>
    public void StopTakingWork()
    {
        _stopping.Cancel();
        lock (_gate) _ = _parts?.Queue.ShutDownAsync();
    }

    /// <summary>Waits for the reconciles that run; cancels them when the token is cancelled.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        StopTakingWork();
        using (cancellationToken.Register(_abort.Cancel)) await _run;
    }

    public void Dispose()
    {
        _stopping.Dispose();
        _abort.Dispose();
    }

    private async Task RunAsync()
    {
        await Task.Yield();
        var backoff = new Backoff(
            TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60), TimeSpan.FromMinutes(5), time, new Random(StringComparer.Ordinal.GetHashCode(name)));
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                await RunOnceAsync();
                return;
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                var pause = backoff.Next();
                Log.Failed(logger, name, pause, e);
                await Task.Delay(pause, time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            }
        }
    }

    private async Task RunOnceAsync()
    {
        Prepare();
        var parts = _parts!;
        var attached = new List<IDisposable>();
        try
        {
            foreach (var source in parts.Sources) attached.Add(source.Attach(parts.Queue));
            await SyncedAsync(parts);
            Log.Started(logger, name, workers);
            _working = true;
            // StopTakingWork may have come before there was a queue to shut.
            if (_stopping.IsCancellationRequested) return;
            await parts.Loop.RunAsync(workers, _abort.Token);
        }
        finally
        {
            foreach (var registration in attached) registration.Dispose();
        }
    }

    private async Task SyncedAsync(ControllerParts parts)
    {
        var synced = Task.WhenAll(parts.Sources.Select(s => s.WaitForSyncAsync(_stopping.Token)));
        while (true)
        {
            try
            {
                await synced.WaitAsync(TellAfter, time, _stopping.Token);
                return;
            }
            catch (TimeoutException)
            {
                Log.Waiting(logger, name);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(25, LogLevel.Information, "{Controller}: started with {Workers} workers")]
        public static partial void Started(ILogger logger, string controller, int workers);

        [LoggerMessage(26, LogLevel.Warning, "{Controller}: still waiting for the first list of a kind that it watches; see the errors of its informers")]
        public static partial void Waiting(ILogger logger, string controller);

        [LoggerMessage(27, LogLevel.Error, "{Controller}: could not run, again in {Pause}")]
        public static partial void Failed(ILogger logger, string controller, TimeSpan pause, Exception exception);
    }
}
