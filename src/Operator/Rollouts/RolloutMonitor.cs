using Microsoft.Extensions.Logging;
using Operator.Rollouts.Measurements;
using Operator.Runtime.Caching;
using Operator.Runtime.Hosting;
using Operator.Runtime.Reconciling;

namespace Operator.Rollouts;

/// <summary>
/// Looks at the measurements of every rollout under way once a second, in memory only, and asks for a decision when a verdict, an
/// acknowledgement or a count that a step waits for changed. Runs while this process leads.
/// </summary>
internal sealed partial class RolloutMonitor(
    MeasurementStore measurements, RolloutSessions sessions, ReconcileTrigger trigger, TimeProvider time, ILogger<RolloutMonitor> logger)
    : IOperatorLifecycle, IDisposable
{
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestGathering = TimeSpan.FromSeconds(1);

    /// <summary>A quarter of a millisecond for each limiter: a decision looks at every one of them.</summary>
    private static readonly TimeSpan GatheringEach = TimeSpan.FromMicroseconds(250);

    private readonly CancellationTokenSource _stop = new();
    private Task _run = Task.CompletedTask;

    /// <inheritdoc />
    public OperatorStage Stage => OperatorStage.Controllers;

    /// <inheritdoc />
    public Task StartAsync(CancellationToken cancellationToken)
    {
        measurements.Begin(time.GetUtcNow());
        measurements.Changed += Ask;
        _run = RunAsync();
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public void StopTakingWork()
    {
        measurements.Changed -= Ask;
        _stop.Cancel();
    }

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken)
    {
        StopTakingWork();
        return _run.WaitAsync(cancellationToken);
    }

    /// <inheritdoc />
    public void Dispose() => _stop.Dispose();

    /// <summary>Looks once at everything that is under way.</summary>
    internal void Look()
    {
        var now = time.GetUtcNow();
        foreach (var (key, session) in sessions.Watched())
        {
            var seen = MeasurementDigest.Of(session, measurements.Of(key, now), measurements.ListeningSince, now);
            if (session.Seen == seen) continue;
            session.Seen = seen;
            trigger.Enqueue(key);
        }
    }

    /// <summary>
    /// For how long the news of limiters are gathered before a decision looks at them: a thousand limiters that confirm a weight within
    /// a moment are one piece of news, and few of them are not kept waiting.
    /// </summary>
    internal static TimeSpan Gathering(int limiters)
    {
        if (limiters < 100) return TimeSpan.Zero;
        var time = GatheringEach * limiters;
        return time < LongestGathering ? time : LongestGathering;
    }

    private void Ask(ObjectKey deployment) => trigger.Enqueue(deployment, Gathering(measurements.LimitersOf(deployment)));

    private async Task RunAsync()
    {
        await Task.Yield();
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                Look();
            }
            catch (Exception e)
            {
                // One rollout that cannot be judged must not blind the others for good; its controller meets the same error and tells it.
                Log.Failed(logger, e);
            }
            await Task.Delay(Pace, time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Looking at measurements failed; again in a second")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
