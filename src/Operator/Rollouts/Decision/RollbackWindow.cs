using System.Collections.Immutable;
using Operator.Api;

namespace Operator.Rollouts;

/// <summary>The former stable revisions to which a deployment can return without gates.</summary>
internal static class RollbackWindow
{
    /// <summary>The revisions of the window whose content is at hand, the latest first.</summary>
    public static ImmutableArray<RevisionRecord> Revisions(RolloutPlan plan, RolloutState state, RolloutObservation seen, DateTimeOffset now) =>
    [
        .. Superseded(plan, state)
            .Where(h => now - h.SupersededAt < plan.WindowAge && seen.Loadable.Contains(h.Revision.Revision))
            .Select(h => h.Revision),
    ];

    /// <summary>What limiters hold without traffic: the canary before its first step, and the window.</summary>
    public static ImmutableArray<string> Standby(RolloutPlan plan, RolloutState state, RolloutObservation seen, DateTimeOffset now)
    {
        var waiting = state is { Canary: { } canary, Weight: 0 } && seen.Loadable.Contains(canary.Revision) ? [canary.Revision] : Array.Empty<string>();
        return [.. waiting.Concat(Revisions(plan, state, seen, now).Select(r => r.Revision)).Distinct()];
    }

    /// <summary>When the next revision leaves the window by its age.</summary>
    public static DateTimeOffset? NextExpiry(RolloutPlan plan, RolloutState state, DateTimeOffset now) =>
        Superseded(plan, state)
            .Select(h => h.SupersededAt + plan.WindowAge)
            .Where(at => at > now)
            .Min();

    private static IEnumerable<HistoryRecord> Superseded(RolloutPlan plan, RolloutState state) =>
        state.History
            .Where(h => h.Outcome == Outcome.Promoted && h.SupersededAt is not null
                && h.Revision.Revision != state.Stable?.Revision && !state.IsRejected(h.Revision.Revision))
            .OrderByDescending(h => h.SupersededAt)
            .DistinctBy(h => h.Revision.Revision)
            .Take(plan.WindowRevisions);
}
