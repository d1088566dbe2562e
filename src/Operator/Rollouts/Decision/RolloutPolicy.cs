using Operator.Api;

namespace Operator.Rollouts;

/// <summary>
/// Decides the next step of a rollout. The decision is a pure function of the plan, the record, what is seen, and the time: it can be
/// replayed from these four, and deciding again before anything changed decides the same.
/// </summary>
/// <remarks>
/// Two orders of writing make every crash harmless. Traffic moves towards the canary only after the record says so; it moves back to
/// stable before the record says so, and the configuration itself then carries the mark of the rollback, so that whoever comes next
/// completes it. See <see cref="RolloutDecision.ConfigurationFirst"/>.
/// </remarks>
internal static class RolloutPolicy
{
    /// <summary>Decides.</summary>
    /// <param name="plan">How the deployment rolls out.</param>
    /// <param name="recorded">What the status remembers.</param>
    /// <param name="seen">What is seen.</param>
    /// <param name="now">The time.</param>
    public static RolloutDecision Decide(RolloutPlan plan, RolloutState recorded, RolloutObservation seen, DateTimeOffset now)
    {
        // The record keeps whole seconds: deciding on the same ones makes a decision before and after a restart the same.
        var second = now.AddTicks(-(now.Ticks % TimeSpan.TicksPerSecond));
        var turn = new RolloutTurn(plan, recorded, seen, second);
        if (Agreement.Settle(turn) is { } halted) return halted;

        switch (seen.Target)
        {
            case DeclaredTarget.Unresolved unresolved:
                Unresolved(turn, unresolved);
                break;
            case DeclaredTarget.Resolved resolved:
                Resolved(turn, resolved);
                break;
        }
        return turn.Conclude();
    }

    private static void Unresolved(RolloutTurn turn, DeclaredTarget.Unresolved target)
    {
        var canary = turn.State.Canary;
        if (canary is not null && (canary.Model != target.Model || canary.PromptVersion != target.PromptVersion))
        {
            Rollback.Cancel(turn, "the spec now declares another revision");
        }
        else if (canary is not null && Progress.StopForFailure(turn))
        {
            return;
        }
        if (turn.State.Phase == Phase.Held) return;
        turn.Enter(Phase.Pending, target.Reason, target.Message);
    }

    private static void Resolved(RolloutTurn turn, DeclaredTarget.Resolved target)
    {
        if (turn.State.Stable?.Revision == target.Revision) DeclaredIsStable(turn, target);
        else if (turn.State.IsRejected(target.Revision)) DeclaredIsRejected(turn, target);
        else RollOut(turn, target);
    }

    private static void DeclaredIsStable(RolloutTurn turn, DeclaredTarget.Resolved target)
    {
        if (turn.State.Canary is not null) Rollback.Cancel(turn, "the spec declares the stable revision again");
        if (turn.Take("abort", target.Revision) && Rollback.ReturnToFormer(turn)) return;
        if (turn.ReturningTraffic) turn.Enter(Phase.RollingBack, "Cancelled", "traffic returns to the stable revision");
        else turn.Enter(Phase.Healthy, "Promoted", $"{Short(target.Revision)} serves all traffic");
    }

    private static void DeclaredIsRejected(RolloutTurn turn, DeclaredTarget.Resolved target)
    {
        if (turn.Take("retry", target.Revision))
        {
            var rejected = turn.State.Rejected.First(r => r.Revision == target.Revision);
            turn.State = turn.State with { Rejected = turn.State.Rejected.Remove(rejected) };
            turn.Happened("RolloutRetried", $"{Short(target.Revision)} is tried again, as attempt {rejected.Attempt + 2}");
            Progress.Start(turn, target, rejected.Attempt + 1);
            Progress.Advance(turn, target);
            return;
        }
        if (turn.State.Canary is not null) Rollback.Cancel(turn, "the spec declares a rejected revision");
        var rejection = turn.State.Rejected.First(r => r.Revision == target.Revision);
        if (turn.State.Stable is null) turn.Enter(Phase.Degraded, rejection.Reason, "no revision serves: " + rejection.Message);
        else if (turn.ReturningTraffic) turn.Enter(Phase.RollingBack, rejection.Reason, rejection.Message);
        else turn.Enter(Phase.RolledBack, rejection.Reason, rejection.Message);
    }

    private static void RollOut(RolloutTurn turn, DeclaredTarget.Resolved target)
    {
        if (turn.State.Canary?.Revision != target.Revision)
        {
            if (turn.State.Canary is not null) Rollback.Cancel(turn, $"{Short(target.Revision)} takes its place");
            Progress.Start(turn, target, attempt: 0);
        }
        Progress.Advance(turn, target);
    }

    /// <summary>The form in which a revision is shown: its first ten digits.</summary>
    public static string Short(string revision) => revision.Length <= 10 ? revision : revision[..10];
}
