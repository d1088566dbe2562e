using System.Collections.Immutable;
using Operator.Api;

namespace Operator.Rollouts;

/// <summary>Walks a canary from its offline gates over its steps to its promotion.</summary>
internal static class Progress
{
    private const int AllTraffic = 10_000;

    /// <summary>Makes a revision the canary: without traffic, before its first gate.</summary>
    public static void Start(RolloutTurn turn, DeclaredTarget.Resolved target, int attempt)
    {
        var canary = new RevisionRecord(target.Revision, target.Model, target.PromptVersion, target.PromptDigest, turn.Now);
        var returns = attempt == 0
            && RollbackWindow.Revisions(turn.Plan, turn.State, turn.Seen, turn.Now).Any(r => r.Revision == target.Revision);
        turn.State = turn.State with
        {
            Canary = canary,
            Attempt = attempt,
            Route = returns ? RolloutRoute.Return : RolloutRoute.Gated,
            Weight = 0,
            Step = -1,
            StepStartedAt = turn.Now,
            AcknowledgedAt = null,
            LastProgressAt = turn.Now,
            PassedGates = 0,
        };
        turn.Enter(Phase.Evaluating, "RolloutStarted", $"{RolloutPolicy.Short(target.Revision)} waits for its offline gates");
        turn.Happened("RolloutStarted", $"{RolloutPolicy.Short(target.Revision)}: {target.Model}, prompt version {target.PromptVersion}");
    }

    /// <summary>Takes the canary as far as its gates, holds and pauses allow.</summary>
    public static void Advance(RolloutTurn turn, DeclaredTarget.Resolved target)
    {
        Steps.Realign(turn);
        if (StopForFailure(turn)) return;
        if (turn.State.Phase == Phase.Held && !turn.Take("retry", target.Revision)) return;
        if (turn.State.Phase == Phase.Held)
        {
            turn.Happened("RolloutRetried", $"{RolloutPolicy.Short(target.Revision)} is tried again");
            Start(turn, target, turn.State.Attempt + 1);
        }
        if (turn.State.Route == RolloutRoute.Gated && turn.Take("promote", target.Revision))
        {
            turn.State = turn.State with { Route = RolloutRoute.Hurried };
            turn.Happened("RolloutHurried", $"{RolloutPolicy.Short(target.Revision)}: no more holds and pauses; every gate still has to pass");
        }
        GateResults.CountProgress(turn);

        // Several steps may follow without time between them: a weight that every limiter already has, a pause just approved.
        for (var moves = 0; moves <= turn.Plan.Steps.Length + 2; moves++)
        {
            if (!Move(turn)) break;
        }
        Deadline.Watch(turn);
    }

    /// <summary>Stops for an abort, a failed gate or the deadline.</summary>
    /// <returns>True when the canary was stopped or is held.</returns>
    public static bool StopForFailure(RolloutTurn turn)
    {
        var canary = turn.State.Canary!;
        if (turn.Take("abort", canary.Revision))
        {
            Rollback.Fail(turn, Rollback.AbortedReason, "aborted by annotation");
            return true;
        }
        if (turn.State.Phase == Phase.Held) return false;
        if (turn.State.Route != RolloutRoute.Return && GateResults.Failed(turn) is { } failed)
        {
            Rollback.Fail(turn, "GateFailed", $"gate {failed.Gate} failed: {failed.Verdict.Message}", failed.Gate);
            return true;
        }
        if (Deadline.Passed(turn))
        {
            Rollback.Fail(turn, "ProgressDeadlineExceeded", Deadline.Explain(turn));
            return true;
        }
        return false;
    }

    private static bool Move(RolloutTurn turn)
    {
        if (turn.State.IsPromoting) return Promotion.Complete(turn);
        if (turn.State.Route == RolloutRoute.Return) return Promotion.Begin(turn);
        if (turn.State.Step < 0) return LeaveEvaluation(turn);
        var step = turn.Plan.Steps[turn.State.Step];
        return step.Weight is null ? Steps.LeavePause(turn, step) : Steps.LeaveWeight(turn, step);
    }

    private static bool LeaveEvaluation(RolloutTurn turn)
    {
        var straight = turn.State.Stable is null || turn.Plan.LastWeightedStep < 0;
        var first = turn.State.Route == RolloutRoute.Hurried ? turn.Plan.LastWeightedStep : 0;
        var needed = GateResults.OfflineBefore(turn.Plan, straight ? AllTraffic : turn.Plan.WeightAt(first));
        turn.NeededEvals = needed;
        // Live gates without a step to measure them at can never pass; admission refuses such a spec.
        if (straight && turn.State.Stable is not null) needed = [.. turn.Plan.Gates.Select(g => g.Name)];
        if (!GateResults.AllPass(turn, needed))
        {
            turn.Enter(Phase.Evaluating, "WaitingForGates", "waits for " + GateResults.Describe(turn, needed));
            return false;
        }
        return straight ? Promotion.Begin(turn) : Steps.Enter(turn, first);
    }
}
