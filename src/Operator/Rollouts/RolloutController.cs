using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Operator.Api;
using Operator.Kubernetes;
using Operator.Rollouts.Configuration;
using Operator.Rollouts.Measurements;
using Operator.Rollouts.Status;
using Operator.Runtime.Applying;
using Operator.Runtime.Caching;
using Operator.Runtime.Reconciling;

namespace Operator.Rollouts;

/// <summary>Rolls out ClaudeDeployments: looks once, decides once, writes in the order that was decided.</summary>
internal sealed partial class RolloutController(
    IKubernetesClient client,
    RolloutObserver observer,
    RolloutExecutor executor,
    RolloutSessions sessions,
    RolloutEvents events,
    RolloutMetrics metrics,
    MeasurementStore measurements,
    IStatusWriter statuses,
    TimeProvider time,
    ILogger<RolloutController> logger) : IEntityController<ClaudeDeployment>
{
    private static readonly TimeSpan AfterConflict = TimeSpan.FromMilliseconds(250);

    /// <inheritdoc />
    public async Task<ReconciliationResult<ClaudeDeployment>> ReconcileAsync(ClaudeDeployment entity, CancellationToken cancellationToken)
    {
        // The garbage collector deletes the children; the limiters keep what they hold until their pods are gone.
        if (entity.Metadata.DeletionTimestamp is not null) return ReconciliationResult<ClaudeDeployment>.Success(entity);
        try
        {
            return ReconciliationResult<ClaudeDeployment>.Success(entity, await ReconcileOnceAsync(entity, cancellationToken));
        }
        catch (KubernetesException e) when (e.IsConflict)
        {
            // Decided on an old state, and refused for it: nothing happened.
            Log.Conflict(logger, ObjectKey.Of(entity), e.Message);
            return ReconciliationResult<ClaudeDeployment>.Success(entity, AfterConflict);
        }
        catch (KubernetesException e) when (e.IsNamespaceEnding)
        {
            // No event can be written there any more; the status and the log tell.
            var now = time.GetUtcNow();
            var ending = RolloutStatus.Terminating(client.Json, entity, now.AddTicks(-(now.Ticks % TimeSpan.TicksPerSecond)));
            Log.Happened(logger, ObjectKey.Of(entity), ending.Reason!, ending.Message!);
            await statuses.WriteAsync(entity, ending, cancellationToken);
            return ReconciliationResult<ClaudeDeployment>.Success(entity);
        }
    }

    /// <inheritdoc />
    public Task<ReconciliationResult<ClaudeDeployment>> DeletedAsync(ClaudeDeployment entity, CancellationToken cancellationToken)
    {
        var key = ObjectKey.Of(entity);
        sessions.Forget(key);
        metrics.Forget(key);
        measurements.Forget(key);
        return Task.FromResult(ReconciliationResult<ClaudeDeployment>.Success(entity));
    }

    private async Task<TimeSpan?> ReconcileOnceAsync(ClaudeDeployment deployment, CancellationToken cancellationToken)
    {
        var exact = time.GetUtcNow();
        var now = exact.AddTicks(-(exact.Ticks % TimeSpan.TicksPerSecond));
        var key = ObjectKey.Of(deployment);
        var session = sessions.Of(key, deployment.Metadata.Uid ?? "");
        var started = Stopwatch.GetTimestamp();
        var (view, findings) = await observer.ObserveAsync(deployment, session, now, cancellationToken);
        if (view is null)
        {
            session.Watched = null;
            var errors = findings.Summary();
            var invalid = RolloutStatus.Invalid(client.Json, deployment, findings, now);
            await statuses.WriteAsync(deployment, invalid, cancellationToken);
            events.Rejected(deployment, session, errors);
            metrics.Show(key, invalid);
            return null;
        }
        session.Traffic.Sample(view.Measured, now);
        var (decision, change) = Decide(view);
        metrics.Decided(Stopwatch.GetElapsedTime(started));
        await CarryOutAsync(view, decision, change, cancellationToken);
        return Next(view, decision, exact);
    }

    private static (RolloutDecision, ConfigurationChange?) Decide(RolloutView view)
    {
        var decision = RolloutPolicy.Decide(view.Plan, view.State, view.Observation, view.Now);
        try
        {
            return (decision, ConfigurationChange.Of(view, decision.Configuration));
        }
        catch (MissingRevisionException e)
        {
            return (Degrade(view, "RevisionContentLost", e.Message + "; what the limiters hold keeps serving. Restore the ConfigMap from a backup, or "
                + "annotate claudeops.dev/promote with another revision."), null);
        }
        catch (ConfigurationTooLargeException e)
        {
            return (Degrade(view, "ConfigurationTooLarge", e.Message), null);
        }
    }

    /// <summary>Changes nothing but the phase: the record stays, so that the decision is taken again when the cause is gone.</summary>
    private static RolloutDecision Degrade(RolloutView view, string reason, string message) => new()
    {
        State = view.State with { Phase = Phase.Degraded, Reason = reason, Message = message },
        Events = view.State.Reason == reason ? [] : [new RolloutEvent(reason, message, Warning: true)],
    };

    private async Task CarryOutAsync(RolloutView view, RolloutDecision decision, ConfigurationChange? change, CancellationToken cancellationToken)
    {
        var session = view.Session;
        // Of a deployment that has nothing yet the record comes first: a child without a record looks like a record that was lost.
        var isNew = view.State is { Stable: null, Canary: null } && !view.Observation.HasChildren;
        if (!isNew) await executor.KeepRevisionsAsync(view, decision, cancellationToken);
        if (change is not null && decision.ConfigurationFirst) await executor.WriteAsync(view, change, cancellationToken);

        var live = LiveGateSetBuilder.Build(
            session.Live, view.Spec, view.Plan, decision.State, null, view.Limiter?.Configuration, view.Measured,
            view.Now - measurements.ListeningSince, view.Now);
        var status = RolloutStatus.Compose(client.Json, view, decision, change?.Generation ?? view.Limiter?.Generation, view.Live, live);
        var isSignificant = StatusChange.IsSignificant(client.Json.ToNode(view.Deployment.Status), client.Json.ToNode(status));
        var isDue = session.NumbersWrittenAt is not { } writtenAt || view.Now - writtenAt >= StatusChange.Pace;
        var current = view.Deployment;
        if (isSignificant || isDue)
        {
            // Intervals take most of the work, so they are made only for a status that is written.
            if (session.Live is { Gates.IsEmpty: false } judged)
            {
                status = RolloutStatus.Compose(
                    client.Json, view, decision, change?.Generation ?? view.Limiter?.Generation,
                    judged.Judge(view.Measured, view.Now, withInterval: true), live);
            }
            var written = await statuses.WriteAsync(view.Deployment, status, cancellationToken);
            if (written is null) return;
            current = written;
            session.NumbersWrittenAt = view.Now;
        }
        session.Live = live;
        if (isNew) await executor.KeepRevisionsAsync(view, decision, cancellationToken);
        if (change is not null && !decision.ConfigurationFirst) await executor.WriteAsync(view, change, cancellationToken);
        Watch(view, decision, change);
        events.Record(view, decision, status, change);
        metrics.Ended(view.State, decision.State);
        metrics.Show(view.Key, status);
        foreach (var happened in decision.Events) Log.Happened(logger, view.Key, happened.Reason, happened.Message);
        await executor.EvaluateAsync(view, decision, current, cancellationToken);
        await executor.CleanAsync(view, decision, change, cancellationToken);
    }

    /// <summary>Tells the monitor what to look at until the next decision.</summary>
    private void Watch(RolloutView view, RolloutDecision decision, ConfigurationChange? change)
    {
        var held = view.Observation.Held;
        if (change is { Desired: var desired }) held = new HeldConfiguration(decision.State.Stable, desired.Canary, desired.Weight);
        var isUnderWay = decision.State.Canary is not null || decision.State.Phase is Phase.RollingBack or Phase.Promoting;
        view.Session.Watched = isUnderWay
            ? new WatchedRollout(decision.State.Stable?.Revision, held, change?.Generation ?? view.Limiter?.Generation ?? 0)
            : null;
        view.Session.Seen = MeasurementDigest.Of(view.Session, view.Measured, measurements.ListeningSince, view.Now);
    }

    private TimeSpan? Next(RolloutView view, RolloutDecision decision, DateTimeOffset exact)
    {
        var next = new List<DateTimeOffset>();
        if (decision.NextAt is { } at) next.Add(at);
        if (view.Acknowledged.Highest is null && view.Session.Watched is not null)
            next.Add((measurements.ListeningSince ?? exact.AddSeconds(1)) + IMeasurements.Learning);
        // Numbers once a minute, where there are any.
        if (!view.Measured.Limiters.IsEmpty) next.Add(view.Now + StatusChange.Pace);
        if (next.Count == 0) return null;
        var pause = next.Min() - exact;
        return pause < TimeSpan.FromMilliseconds(50) ? TimeSpan.FromMilliseconds(50) : pause;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Debug, "{Deployment}: decided on an old state, again soon: {Message}")]
        public static partial void Conflict(ILogger logger, ObjectKey deployment, string message);

        [LoggerMessage(2, LogLevel.Information, "{Deployment}: {Reason}: {Message}")]
        public static partial void Happened(ILogger logger, ObjectKey deployment, string reason, string message);
    }
}
