using System.Collections.Immutable;
using Operator.Api;

namespace Operator.Rollouts;

/// <summary>How one deployment rolls out: its spec with all defaults filled in and all text read. Made from valid specs only.</summary>
internal sealed record RolloutPlan
{
    /// <summary>The steps in order; empty when a revision takes all traffic as soon as its offline gates passed.</summary>
    public ImmutableArray<PlanStep> Steps { get; init; } = [];

    /// <summary>Every gate, offline and live.</summary>
    public ImmutableArray<PlanGate> Gates { get; init; } = [];

    /// <summary>What a failed gate does.</summary>
    public OnFailure OnFailure { get; init; } = OnFailure.Automatic;

    /// <summary>How many former stable revisions stay ready.</summary>
    public int WindowRevisions { get; init; } = 3;

    /// <summary>How long a former stable revision stays ready.</summary>
    public TimeSpan WindowAge { get; init; } = TimeSpan.FromHours(24);

    /// <summary>How long a rollout may go without progress, beyond its holds and pauses.</summary>
    public TimeSpan ProgressDeadline { get; init; } = TimeSpan.FromHours(2);

    /// <summary>The canary's weight at a step, in hundredths of a percent: a pause keeps the weight before it.</summary>
    /// <param name="index">-1 for the offline gates, else an index into <see cref="Steps"/>.</param>
    public int WeightAt(int index)
    {
        for (var i = Math.Min(index, Steps.Length - 1); i >= 0; i--)
        {
            if (Steps[i].Weight is { } weight) return weight;
        }
        return 0;
    }

    /// <summary>The last step that sets a weight; -1 when none does.</summary>
    public int LastWeightedStep
    {
        get
        {
            for (var i = Steps.Length - 1; i >= 0; i--)
            {
                if (Steps[i].Weight is not null) return i;
            }
            return -1;
        }
    }
}

/// <summary>One step: a weight with its hold, or a pause.</summary>
internal sealed record PlanStep
{
    /// <summary>The canary's share in hundredths of a percent, 1 to 10 000; null for a pause.</summary>
    public int? Weight { get; init; }

    /// <summary>How long a weight is held, or a pause lasts; null for a pause that waits for an approval.</summary>
    public TimeSpan? Hold { get; init; }

    /// <summary>Requests that the canary must have served in the step.</summary>
    public long MinRequests { get; init; }

    /// <summary>Whether the step waits for an approval.</summary>
    public bool WaitsForApproval => Weight is null && Hold is null;
}

/// <summary>One gate.</summary>
/// <param name="Name">Its name, unique in the plan.</param>
/// <param name="Live">Whether it is measured on traffic.</param>
/// <param name="At">Of an offline gate: it must pass before the canary gets this weight or more, in hundredths of a percent; 0 is before any traffic.</param>
internal sealed record PlanGate(string Name, bool Live, int At = 0);
