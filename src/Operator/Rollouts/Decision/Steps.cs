using Operator.Api;

namespace Operator.Rollouts;

/// <summary>Enters and leaves the steps of a canary.</summary>
internal static class Steps
{
    /// <summary>
    /// Fits the record to steps that were edited under way: a canary never has a weight that no step declares, so it falls back to
    /// the last step that asks for no more than it has.
    /// </summary>
    public static void Realign(RolloutTurn turn)
    {
        var state = turn.State;
        if (state.IsPromoting || state.Step < 0) return;
        if (state.Step < turn.Plan.Steps.Length && turn.Plan.WeightAt(state.Step) == state.Weight) return;

        var step = -1;
        for (var i = 0; i < turn.Plan.Steps.Length; i++)
        {
            if (turn.Plan.Steps[i].Weight is { } weight && weight <= state.Weight) step = i;
        }
        turn.State = state with
        {
            Step = step,
            Weight = turn.Plan.WeightAt(step),
            StepStartedAt = turn.Now,
            AcknowledgedAt = null,
        };
        turn.Happened("StepsChanged", $"the steps were edited; the canary goes on from {Describe(turn.State.Weight)}");
    }

    /// <summary>Enters a step.</summary>
    public static bool Enter(RolloutTurn turn, int index)
    {
        turn.State = turn.State with
        {
            Step = index,
            Weight = turn.Plan.WeightAt(index),
            StepStartedAt = turn.Now,
            AcknowledgedAt = null,
            LastProgressAt = turn.Now,
        };
        var step = turn.Plan.Steps[index];
        if (step.Weight is { } weight)
        {
            turn.Enter(Phase.Progressing, "StepStarted", $"step {index + 1} of {turn.Plan.Steps.Length}: {Describe(weight)} of traffic");
            turn.Happened("StepStarted", $"{Canary(turn)}: {turn.State.Message}");
        }
        else
        {
            turn.Enter(Phase.Paused, "Paused", step.WaitsForApproval ? "waits for claudeops.dev/approve" : "waits for its time");
            turn.Happened("RolloutPaused", $"{Canary(turn)}: step {index + 1} of {turn.Plan.Steps.Length}: {turn.State.Message}");
        }
        return true;
    }

    /// <summary>Leaves a pause when it is approved or over.</summary>
    public static bool LeavePause(RolloutTurn turn, PlanStep step)
    {
        turn.Enter(Phase.Paused, "Paused", step.WaitsForApproval ? "waits for claudeops.dev/approve" : "waits for its time");
        if (turn.Take("approve", turn.State.Canary!.Revision))
        {
            turn.Happened("PauseApproved", $"{Canary(turn)}: step {turn.State.Step + 1} of {turn.Plan.Steps.Length} is approved");
            return Next(turn);
        }
        if (turn.State.Route == RolloutRoute.Hurried) return Next(turn);
        if (step.Hold is not { } duration) return false;
        var end = (turn.State.StepStartedAt ?? turn.Now) + duration;
        if (turn.Now >= end) return Next(turn);
        turn.Wake(end);
        return false;
    }

    /// <summary>Leaves a weight when every limiter has it, its hold is over, and the gates that look at it pass.</summary>
    public static bool LeaveWeight(RolloutTurn turn, PlanStep step)
    {
        if (turn.State.AcknowledgedAt is null)
        {
            if (!Acknowledged(turn))
            {
                // Nobody's fault, and nothing to look for: what a start costs is told as such.
                var why = turn.Seen.AcknowledgedWeight is null
                    ? $"; an operator that begins to lead listens for {IMeasurements.Learning.TotalSeconds:0}s until it knows them all"
                    : turn.Seen.Refusal is { } refusal ? "; " + refusal : "";
                turn.Enter(Phase.Progressing, "WaitingForLimiters", $"waits until every limiter has {Describe(turn.State.Weight)}{why}");
                return false;
            }
            turn.State = turn.State with { AcknowledgedAt = turn.Now, LastProgressAt = turn.Now };
        }
        var hold = turn.State.Route == RolloutRoute.Hurried ? TimeSpan.Zero : step.Hold ?? TimeSpan.Zero;
        var end = turn.State.AcknowledgedAt!.Value + hold;
        if (turn.Now < end)
        {
            turn.Enter(Phase.Progressing, "Holding", $"holds {Describe(turn.State.Weight)} until {end.UtcDateTime:HH:mm:ss} UTC");
            turn.NeededEvals = GateResults.OfflineBefore(turn.Plan, turn.Plan.WeightAt(turn.State.Step + 1));
            turn.Wake(end);
            return false;
        }
        if (turn.Seen.StepRequests < step.MinRequests)
        {
            turn.Enter(Phase.Progressing, "WaitingForRequests", $"{turn.Seen.StepRequests} of {step.MinRequests} requests seen at {Describe(turn.State.Weight)}");
            return false;
        }
        return Next(turn);
    }

    /// <summary>Shows a weight.</summary>
    public static string Describe(int weight) => Percent.FromBasisPoints(weight).Text;

    private static string Canary(RolloutTurn turn) => RolloutPolicy.Short(turn.State.Canary!.Revision);

    private static bool Acknowledged(RolloutTurn turn) =>
        turn.Seen.AcknowledgedWeight == turn.State.Weight && turn.Seen.LowestAcknowledgedWeight == turn.State.Weight;

    private static bool Next(RolloutTurn turn)
    {
        var index = turn.State.Step + 1;
        if (turn.State.Route == RolloutRoute.Hurried) index = Math.Max(index, turn.Plan.LastWeightedStep);
        if (turn.State.Route == RolloutRoute.Hurried && turn.State.Step >= turn.Plan.LastWeightedStep) index = turn.Plan.Steps.Length;

        var promotes = index >= turn.Plan.Steps.Length;
        var needed = promotes ? [.. turn.Plan.Gates.Select(g => g.Name)] : GateResults.Before(turn.Plan, turn.Plan.WeightAt(index), turn.State.Weight > 0);
        turn.NeededEvals = [.. needed.Where(name => turn.Plan.Gates.Any(g => g.Name == name && !g.Live))];
        if (!GateResults.AllPass(turn, needed))
        {
            turn.Enter(turn.State.Phase, "WaitingForGates", "waits for " + GateResults.Describe(turn, needed));
            return false;
        }
        return promotes ? Promotion.Begin(turn) : Enter(turn, index);
    }
}
