using System.Collections.Immutable;
using Operator.Api;

namespace Operator.Rollouts;

/// <summary>The ways in which a revision loses its traffic.</summary>
internal static class Rollback
{
    /// <summary>The reason of a rollback that a person asked for.</summary>
    public const string AbortedReason = "Aborted";

    private const int Kept = 20;

    /// <summary>Takes a canary's traffic because the spec wants another revision: it is not rejected.</summary>
    public static void Cancel(RolloutTurn turn, string because)
    {
        var canary = turn.State.Canary!;
        turn.Happened("RolloutCancelled", $"{RolloutPolicy.Short(canary.Revision)} is cancelled: {because}");
        turn.State = turn.State.WithoutCanary() with
        {
            History = Prepend(turn.State.History, new HistoryRecord(canary, Outcome.Cancelled, because, turn.Now)),
        };
    }

    /// <summary>Takes the canary's traffic because it failed, and rejects it; or holds it, where the plan asks for a person.</summary>
    public static void Fail(RolloutTurn turn, string reason, string message, string? gate = null)
    {
        var canary = turn.State.Canary!;
        if (turn.Plan.OnFailure == OnFailure.Hold && reason != AbortedReason)
        {
            turn.Enter(Phase.Held, reason, message + "; annotate claudeops.dev/abort or claudeops.dev/retry with the revision to go on");
            turn.Happened("RolloutHeld", turn.State.Message, warning: true);
            return;
        }
        var mark = new RollbackMark(canary.Revision, turn.State.Attempt, reason, message, gate);
        turn.Mark(mark);
        Record(turn, canary, mark, reason == AbortedReason ? Outcome.Aborted : Outcome.RolledBack);
    }

    /// <summary>Records the rollback of a canary.</summary>
    public static void Record(RolloutTurn turn, RevisionRecord canary, RollbackMark mark, Outcome outcome)
    {
        var hadTraffic = turn.State.Weight > 0;
        turn.State = turn.State.WithoutCanary() with
        {
            Rejected = Reject(turn.State, mark, turn.Now),
            History = Prepend(turn.State.History, new HistoryRecord(canary, outcome, mark.Message, turn.Now)),
        };
        turn.Happened("RolledBack", $"{RolloutPolicy.Short(canary.Revision)}: {mark.Message}", warning: true);
        if (turn.State.Stable is null) turn.Enter(Phase.Degraded, mark.Reason, "no revision serves: " + mark.Message);
        else if (hadTraffic) turn.Enter(Phase.RollingBack, mark.Reason, mark.Message);
        else turn.Enter(Phase.RolledBack, mark.Reason, mark.Message);
    }

    /// <summary>Returns from the stable revision to the one before it, if that is still in the window.</summary>
    /// <returns>False when there is none to return to.</returns>
    public static bool ReturnToFormer(RolloutTurn turn)
    {
        var stable = turn.State.Stable!;
        var former = RollbackWindow.Revisions(turn.Plan, turn.State, turn.Seen, turn.Now).FirstOrDefault();
        if (former is null)
        {
            turn.Happened("CommandIgnored", "abort: no former revision is left in the rollback window", warning: true);
            return false;
        }
        var mark = new RollbackMark(stable.Revision, 0, AbortedReason, "aborted by annotation after its promotion");
        turn.Mark(mark);
        RecordReturn(turn, stable, former, mark);
        return true;
    }

    /// <summary>Records the return from a stable revision to a former one.</summary>
    public static void RecordReturn(RolloutTurn turn, RevisionRecord stable, RevisionRecord former, RollbackMark mark)
    {
        var history = turn.State.History
            .Select(h => h.Outcome == Outcome.Promoted && h.SupersededAt is null ? h with { SupersededAt = turn.Now } : h)
            .Select(h => h.Outcome == Outcome.Promoted && h.Revision.Revision == former.Revision ? h with { SupersededAt = null } : h)
            .ToImmutableArray();
        turn.State = turn.State.WithoutCanary() with
        {
            Stable = former with { Since = turn.Now },
            Rejected = Reject(turn.State, mark, turn.Now),
            History = Prepend(history, new HistoryRecord(stable, Outcome.Aborted, mark.Message, turn.Now)),
        };
        turn.Happened(
            "RolledBack",
            $"{RolloutPolicy.Short(stable.Revision)} gives way to {RolloutPolicy.Short(former.Revision)}: {mark.Message}",
            warning: true);
        turn.Enter(Phase.RollingBack, mark.Reason, mark.Message);
    }

    /// <summary>Puts an entry before the others and keeps the newest; promotions, which the rollback window needs, are kept longest.</summary>
    public static ImmutableArray<HistoryRecord> Prepend(ImmutableArray<HistoryRecord> history, HistoryRecord entry)
    {
        var all = history.Insert(0, entry);
        if (all.Length <= Kept) return all;
        for (var i = all.Length - 1; i > 0; i--)
        {
            if (all[i].Outcome != Outcome.Promoted) return all.RemoveAt(i);
        }
        return all.RemoveAt(all.Length - 1);
    }

    private static ImmutableArray<RejectedRecord> Reject(RolloutState state, RollbackMark mark, DateTimeOffset now) =>
    [
        new RejectedRecord(mark.Revision, mark.Reason, mark.Message, mark.Attempt, now),
        .. state.Rejected.Where(r => r.Revision != mark.Revision).Take(Kept - 1),
    ];
}
