using System.Collections.Immutable;
using Operator.Api;

namespace Operator.Rollouts;

/// <summary>Gives a canary all traffic and then its new name: stable.</summary>
internal static class Promotion
{
    private const int AllTraffic = 10_000;

    /// <summary>Gives the canary all traffic.</summary>
    public static bool Begin(RolloutTurn turn)
    {
        turn.State = turn.State with
        {
            Weight = AllTraffic,
            Step = RolloutState.PromotionStep,
            StepStartedAt = turn.Now,
            AcknowledgedAt = null,
            LastProgressAt = turn.Now,
        };
        var canary = RolloutPolicy.Short(turn.State.Canary!.Revision);
        turn.Enter(Phase.Promoting, "Promoting", turn.State.Route == RolloutRoute.Return
            ? $"{canary} is within the rollback window and takes all traffic at once"
            : $"every gate passed; {canary} takes all traffic");
        turn.Happened("Promoting", turn.State.Message);
        return true;
    }

    /// <summary>Makes the canary stable when every limiter has given it all traffic.</summary>
    public static bool Complete(RolloutTurn turn)
    {
        var everyLimiterHasIt = turn.Seen.LowestAcknowledgedWeight == AllTraffic;
        var isWritten = turn.Seen.Held is { } held
            && ((held.Canary == turn.State.Canary!.Revision && held.Weight == AllTraffic) || held.Stable?.Revision == turn.State.Canary.Revision);
        if (!everyLimiterHasIt || !isWritten) return false;

        var promoted = turn.State.Canary! with { Since = turn.Now };
        turn.State = turn.State.WithoutCanary() with
        {
            Stable = promoted,
            History = Rollback.Prepend(
                Supersede(turn.State.History, turn.Now),
                new HistoryRecord(promoted, Outcome.Promoted, turn.State.Message, turn.Now)),
        };
        turn.Enter(Phase.Healthy, "Promoted", $"{RolloutPolicy.Short(promoted.Revision)} serves all traffic");
        turn.Happened("Promoted", turn.State.Message);
        return false;
    }

    private static ImmutableArray<HistoryRecord> Supersede(ImmutableArray<HistoryRecord> history, DateTimeOffset now) =>
        [.. history.Select(h => h.Outcome == Outcome.Promoted && h.SupersededAt is null ? h with { SupersededAt = now } : h)];
}
