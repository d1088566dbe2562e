using Operator.Api;

namespace Operator.Rollouts;

/// <summary>
/// Holds the record against what the limiters hold. Both name the stable revision; where they differ, only a write that a crash
/// interrupted explains it, and that write is completed. Anything else is for a person to settle, and nothing is changed meanwhile.
/// </summary>
internal static class Agreement
{
    /// <summary>Settles what can be settled.</summary>
    /// <returns>A decision when nothing more may be decided; null to go on.</returns>
    public static RolloutDecision? Settle(RolloutTurn turn)
    {
        var state = turn.State;
        if (turn.Seen.Held is not { } held) return MissingConfiguration(turn);

        if (held.RolledBack is { } mark && CompletesRollback(turn, held, mark)) return null;
        if (held.Stable is null || held.Stable.Revision == state.Stable?.Revision) return null;
        if (state.Stable is null) return Adopt(turn, held.Stable);

        var promotionWasInterrupted = held.Canary == state.Stable.Revision && held.Weight == 10_000;
        if (promotionWasInterrupted) return null;
        return Disagreement(turn, held.Stable, state.Stable);
    }

    private static RolloutDecision? MissingConfiguration(RolloutTurn turn)
    {
        var state = turn.State;
        var remembersSomething = state.Stable is not null || state.Canary is not null || !state.Rejected.IsEmpty || !state.History.IsEmpty;
        if (remembersSomething || !turn.Seen.HasChildren) return null;
        if (turn.Seen.Target is DeclaredTarget.Resolved target && turn.Take("promote", target.Revision)) return null;
        turn.Enter(
            Phase.Degraded,
            "RecordLost",
            "children of an earlier rollout exist, but neither the status nor a limiter configuration says which revision is stable; "
            + "what the limiters hold keeps serving. Annotate claudeops.dev/promote with the revision to start from.");
        return turn.Halt();
    }

    private static bool CompletesRollback(RolloutTurn turn, HeldConfiguration held, RollbackMark mark)
    {
        var state = turn.State;
        if (state.Canary?.Revision == mark.Revision && state.Attempt == mark.Attempt)
        {
            Rollback.Record(turn, state.Canary, mark, mark.Reason == Rollback.AbortedReason ? Outcome.Aborted : Outcome.RolledBack);
            return true;
        }
        if (state.Stable?.Revision == mark.Revision && held.Stable is { } former && former.Revision != mark.Revision)
        {
            Rollback.RecordReturn(turn, state.Stable, former, mark);
            return true;
        }
        return false;
    }

    private static RolloutDecision? Adopt(RolloutTurn turn, RevisionRecord stable)
    {
        turn.State = turn.State with { Stable = stable, Canary = null, Weight = 0, Step = -1 };
        turn.Happened(
            "RecordRestored",
            $"the status did not say which revision is stable; the limiters hold {RolloutPolicy.Short(stable.Revision)}, which is recorded again",
            warning: true);
        return null;
    }

    private static RolloutDecision? Disagreement(RolloutTurn turn, RevisionRecord held, RevisionRecord recorded)
    {
        if (turn.Take("promote", recorded.Revision)) return null;
        if (turn.Take("promote", held.Revision)) return Adopt(turn, held);
        turn.Enter(
            Phase.Degraded,
            "RecordsDisagree",
            $"the status says that {RolloutPolicy.Short(recorded.Revision)} is stable, the limiters hold {RolloutPolicy.Short(held.Revision)}; "
            + "what the limiters hold keeps serving. Annotate claudeops.dev/promote with the one that is right.");
        return turn.Halt();
    }
}
