using Microsoft.Extensions.Logging;

namespace Operator.Runtime.LeaderElection;

/// <summary>
/// Wakes a candidate when the lease changes, so that a released lease is taken at once. It only says that there is something to
/// see: what there is, a read tells, because events of a watch may be older than what was read already.
/// </summary>
internal sealed partial class LeaseBell(ILeaseLock lease, LeaderElectionOptions options, TimeProvider clock, ILogger log)
{
    private TaskCompletionSource _rung = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _reset = clock.GetTimestamp();

    /// <summary>Forgets earlier rings: the lease is about to be read.</summary>
    public void Reset()
    {
        Interlocked.Exchange(ref _rung, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        _reset = clock.GetTimestamp();
    }

    /// <summary>Waits for a ring, or for the delay; never less than a tenth of the retry period since the last read.</summary>
    public async Task WaitAsync(TimeSpan delay, CancellationToken cancellationToken)
    {
        var rung = _rung;
        using (clock.CreateTimer(_ => rung.TrySetResult(), null, delay, Timeout.InfiniteTimeSpan))
        using (cancellationToken.Register(() => rung.TrySetResult()))
        {
            await rung.Task;
        }

        cancellationToken.ThrowIfCancellationRequested();
        var early = (options.RetryPeriod / 10) - clock.GetElapsedTime(_reset);
        if (early > TimeSpan.Zero) await Task.Delay(early, clock, cancellationToken);
    }

    /// <summary>Follows the lease until cancelled; a watch that ends or fails is opened again.</summary>
    public async Task WatchAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await foreach (var _ in lease.WatchAsync(cancellationToken)) Volatile.Read(ref _rung).TrySetResult();
                await Task.Delay(options.RetryPeriod, clock, cancellationToken);
            }
            catch (Exception error)
            {
                if (cancellationToken.IsCancellationRequested) return;
                Log.WatchFailed(log, lease.Description, error);
                await Task.Delay(options.RetryPeriod, clock, cancellationToken)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Debug, "The watch on lease {Lease} failed; candidates poll meanwhile")]
        public static partial void WatchFailed(ILogger logger, string lease, Exception error);
    }
}
