using System.Collections.Immutable;
using Operator.Api;
using Operator.Rollouts.Gates;

namespace Operator.Rollouts;

/// <summary>Makes the plan of a rollout from a spec: fills in what is documented as default and reads all text.</summary>
internal static class RolloutPlanFactory
{
    /// <summary>How long a step lasts at least when it does not say so.</summary>
    public static readonly TimeSpan DefaultHold = TimeSpan.FromMinutes(5);

    /// <summary>The plan of a spec.</summary>
    /// <param name="spec">A spec without validation errors.</param>
    /// <exception cref="ArgumentException">A value of the spec cannot be read: it was not validated.</exception>
    public static RolloutPlan Create(ClaudeDeploymentSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        var defaults = new RolloutPlan();
        return new RolloutPlan
        {
            Steps = Steps(spec.Canary),
            Gates =
            [
                .. (spec.Gates?.Evals ?? []).Select(g => new PlanGate(g.Name, false, SpecValue.BasisPoints(g.At, "gates.evals[].at") ?? 0)),
                .. (spec.Gates?.Live ?? []).Select(g => new PlanGate(LiveMetricDefinition.Of(g.Metric).Name, true)),
            ],
            OnFailure = spec.Rollback?.OnFailure ?? defaults.OnFailure,
            WindowRevisions = spec.Rollback?.Window?.Revisions ?? defaults.WindowRevisions,
            WindowAge = SpecValue.Duration(spec.Rollback?.Window?.MaxAge, "rollback.window.maxAge") ?? defaults.WindowAge,
            ProgressDeadline = SpecValue.Duration(spec.ProgressDeadline, "progressDeadline") ?? defaults.ProgressDeadline,
        };
    }

    private static ImmutableArray<PlanStep> Steps(CanarySpec? canary) => canary switch
    {
        { Steps: { Count: > 0 } steps } => [.. steps.Select(Step)],
        { Percentage: { } percentage } => [new PlanStep { Weight = SpecValue.BasisPoints(percentage, "canary.percentage"), Hold = DefaultHold }],
        _ => [],
    };

    private static PlanStep Step(CanaryStep step) => step.Pause is { } pause
        ? new PlanStep { Hold = SpecValue.Duration(pause.Duration, "canary.steps[].pause.duration") }
        : new PlanStep
        {
            Weight = SpecValue.BasisPoints(step.Weight, "canary.steps[].weight")
                ?? throw new ArgumentException("canary.steps[]: a step needs a weight or a pause", nameof(step)),
            Hold = SpecValue.Duration(step.Hold, "canary.steps[].hold") ?? DefaultHold,
            MinRequests = step.MinRequests ?? 0,
        };
}
