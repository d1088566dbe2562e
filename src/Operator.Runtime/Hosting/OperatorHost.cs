using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Operator.Runtime.Hosting;

/// <summary>
/// Runs the parts of the operator in order: endpoints, informers and events on every replica, controllers while this one leads. A
/// shutdown goes the other way: not ready; no new work; running work ends; informers stop; events are flushed; the lease is given
/// back; admission and health close.
/// </summary>
internal sealed partial class OperatorHost(
    IEnumerable<IOperatorLifecycle> parts,
    ILeadershipTerm term,
    OperatorState state,
    IOperatorExit exit,
    OperatorShutdownOptions options,
    TimeProvider clock,
    ILogger<OperatorHost> logger) : IHostedService, IDisposable
{
    private readonly IOperatorLifecycle[] _parts = [.. parts];
    private readonly List<IOperatorLifecycle> _started = [];
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _stopHolding = new();
    private readonly Lock _gate = new();
    private Task _run = Task.CompletedTask;
    private Task<bool>? _hold;
    private Task? _stop;
    private volatile bool _lost;

    /// <summary>Opens the endpoints; everything else comes up in the background.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await StartStageAsync(OperatorStage.Endpoints, cancellationToken);
        _run = RunAsync(_stopping.Token);
    }

    /// <summary>Shuts down in order. A second call, as from a second signal, waits for the same shutdown.</summary>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        lock (_gate) return _stop ??= StopOnceAsync(cancellationToken);
    }

    public void Dispose()
    {
        _stopping.Dispose();
        _stopHolding.Dispose();
    }

    private async Task RunAsync(CancellationToken stopping)
    {
        try
        {
            await StartStageAsync(OperatorStage.Informers, stopping);
            await StartStageAsync(OperatorStage.Events, stopping);
            await term.AcquireAsync(stopping);
            _hold = HoldAsync();
            await StartStageAsync(OperatorStage.Controllers, stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            Log.StoppedEarly(logger);
        }
        catch (Exception error)
        {
            Log.StartFailed(logger, error);
            exit.Fail();
        }
    }

    private async Task<bool> HoldAsync()
    {
        try
        {
            if (await term.HoldAsync(_stopHolding.Token)) return true;
            Log.LeadershipLost(logger);
        }
        catch (Exception error)
        {
            // Nobody renews any more: to go on would be to lead without a lease.
            Log.HoldFailed(logger, error);
        }

        _lost = true;
        exit.Fail();
        return false;
    }

    private async Task StartStageAsync(OperatorStage stage, CancellationToken cancellationToken)
    {
        foreach (var part in _parts.Where(part => part.Stage == stage))
        {
            cancellationToken.ThrowIfCancellationRequested();
            await part.StartAsync(cancellationToken);
            lock (_gate) _started.Add(part);
        }
    }

    private async Task StopOnceAsync(CancellationToken abort)
    {
        Log.Stopping(logger);
        state.Stop();
        var notReadySince = clock.GetTimestamp();
        _stopping.Cancel();
        // A leader that lost its lease can write nothing: there is nothing to wait for.
        var grace = _lost ? TimeSpan.Zero : options.GracePeriod;
        await BoundedAsync("start", _ => _run, options.CancelTimeout, abort);

        await StopStageAsync(OperatorStage.Controllers, grace, abort);
        await StopStageAsync(OperatorStage.Informers, options.CancelTimeout, abort);
        await StopStageAsync(OperatorStage.Events, _lost ? TimeSpan.Zero : options.EventFlushTimeout, abort);

        _stopHolding.Cancel();
        if (_hold is not null) await BoundedAsync("lease renewal", _ => _hold, TimeSpan.Zero, abort);
        if (!_lost) await BoundedAsync("lease release", term.ReleaseAsync, options.CancelTimeout, abort);

        var delay = options.EndpointDelay - clock.GetElapsedTime(notReadySince);
        if (delay > TimeSpan.Zero && Started(OperatorStage.Endpoints).Length > 0)
            await Task.Delay(delay, clock, abort)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        await StopStageAsync(OperatorStage.Endpoints, options.CancelTimeout, abort);
        Log.Stopped(logger);
    }

    private async Task StopStageAsync(OperatorStage stage, TimeSpan grace, CancellationToken abort)
    {
        var started = Started(stage);
        foreach (var part in started)
        {
            try
            {
                part.StopTakingWork();
            }
            catch (Exception error)
            {
                Log.StopFailed(logger, part.ToString(), error);
            }
        }

        await Task.WhenAll(started.Select(part => BoundedAsync(part.ToString() ?? stage.ToString(), part.StopAsync, grace, abort)));
    }

    private IOperatorLifecycle[] Started(OperatorStage stage)
    {
        lock (_gate) return [.. _started.Where(part => part.Stage == stage)];
    }

    /// <summary>
    /// Lets something end by itself within a grace, then cancels it, and goes on without it when it does not react: the fence, not
    /// its goodwill, keeps it from writing.
    /// </summary>
    private async Task BoundedAsync(string what, Func<CancellationToken, Task> end, TimeSpan grace, CancellationToken abort)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(abort);
        try
        {
            if (grace == TimeSpan.Zero) over.Cancel();
            var ending = end(over.Token);
            if (await EndsWithinAsync(ending, grace, abort)) return;
            over.Cancel();
            if (await EndsWithinAsync(ending, options.CancelTimeout, CancellationToken.None)) return;
            Log.LeftBehind(logger, what, options.CancelTimeout);
            _ = ending.ContinueWith(
                left => Log.StopFailed(logger, what, left.Exception!.InnerException!), CancellationToken.None,
                TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
            // Told to end, and ended.
        }
        catch (Exception error)
        {
            // One part that fails to stop must not keep the others from stopping.
            Log.StopFailed(logger, what, error);
        }
    }

    private async Task<bool> EndsWithinAsync(Task ending, TimeSpan time, CancellationToken abort)
    {
        if (!ending.IsCompleted)
        {
            // A delay that is cancelled goes on on a thread of the pool; this goes on where it waits.
            var over = new TaskCompletionSource();
            await using var timer = clock.CreateTimer(_ => over.TrySetResult(), null, time, Timeout.InfiniteTimeSpan);
            await using var told = abort.UnsafeRegister(_ => over.TrySetResult(), null);
            await Task.WhenAny(ending, over.Task);
        }

        if (!ending.IsCompleted) return false;
        await ending;
        return true;
    }
}
