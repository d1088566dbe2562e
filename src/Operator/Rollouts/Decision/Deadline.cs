using Operator.Api;

namespace Operator.Rollouts;

/// <summary>Ends a rollout that comes no nearer to its end. Holds and pauses are not counted; waiting for limiters, requests and gates is.</summary>
internal static class Deadline
{
    /// <summary>Whether the deadline has passed.</summary>
    public static bool Passed(RolloutTurn turn) => At(turn) is { } at && turn.Now >= at;

    /// <summary>Asks to be called when the deadline passes.</summary>
    public static void Watch(RolloutTurn turn)
    {
        if (turn.State.Canary is not null && At(turn) is { } at) turn.Wake(at);
    }

    /// <summary>Says what was missing.</summary>
    public static string Explain(RolloutTurn turn) =>
        $"no progress for {GoDuration.From(turn.Plan.ProgressDeadline)}; it {turn.State.Message}";

    private static DateTimeOffset? At(RolloutTurn turn)
    {
        var state = turn.State;
        if (state.Phase == Phase.Held || state.LastProgressAt is not { } start) return null;
        if (state.Step >= 0 && state.Step < turn.Plan.Steps.Length)
        {
            var step = turn.Plan.Steps[state.Step];
            if (step.WaitsForApproval) return null;
            var hold = state.Route == RolloutRoute.Hurried ? TimeSpan.Zero : step.Hold ?? TimeSpan.Zero;
            var free = step.Weight is null ? state.StepStartedAt + hold : state.AcknowledgedAt + hold;
            if (free > start) start = free.Value;
        }
        return start + turn.Plan.ProgressDeadline;
    }
}
