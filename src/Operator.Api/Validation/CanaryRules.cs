namespace Operator.Api.Validation;

/// <summary>How a revision receives traffic.</summary>
internal static class CanaryRules
{
    public static void Check(FindingCollector found, ClaudeDeploymentSpec spec)
    {
        const string path = "spec.canary";
        if (spec.Canary is not { } canary) return;
        found.Unknown(path, canary);
        found.Defined(path + ".stickyBy", canary.StickyBy);
        ValueRules.Percent(found, path + ".percentage", canary.Percentage, least: 1, bare: true);
        if (canary.Percentage is not null && canary.Steps is { Count: > 0 })
        {
            found.Forbidden(path + ".percentage", "stands beside steps; percentage is the short form of one step: keep either of them");
        }
        Steps(found, path + ".steps", canary.Steps);
        var traffic = canary.Percentage is not null || canary.Steps is { Count: > 0 };
        if (traffic && spec.Gates is not { Live.Count: > 0 } and not { Evals.Count: > 0 })
        {
            found.Warn(path, "has no gates: a revision gets more traffic by the clock alone, whatever it does; add spec.gates");
        }
    }

    private static void Steps(FindingCollector found, string path, IList<CanaryStep>? steps)
    {
        if (steps is not { Count: > 0 }) return;
        var before = 0;
        var weighted = false;
        foreach (var (stepPath, step) in found.Items(path, steps, Limits.Steps))
        {
            found.Unknown(stepPath, step);
            if (step.Pause is { } pause)
            {
                Pause(found, stepPath, step, pause);
                weighted |= step.Weight is not null;
                continue;
            }
            if (step.Weight is null)
            {
                found.Required(stepPath + ".weight", "is missing; a step has either a weight or a pause");
                continue;
            }
            weighted = true;
            ValueRules.Duration(found, stepPath + ".hold", step.Hold, TimeSpan.Zero, Limits.Step);
            ValueRules.Count(found, stepPath + ".minRequests", step.MinRequests, 0, Limits.MinRequests);
            if (ValueRules.Percent(found, stepPath + ".weight", step.Weight, least: 1, bare: true) is not { } weight) continue;
            if (weight <= before)
            {
                found.Invalid(stepPath + ".weight",
                    $"{Percent.FromBasisPoints(weight)} is not above the {Percent.FromBasisPoints(before)} of the step before; weights must increase");
            }
            before = Math.Max(before, weight);
        }
        if (!weighted) found.Required(path,
            "has only pauses, so that no revision would ever get traffic before its promotion; add a step with a weight");
    }

    private static void Pause(FindingCollector found, string path, CanaryStep step, CanaryPause pause)
    {
        found.Unknown(path + ".pause", pause);
        ValueRules.Duration(found, path + ".pause.duration", pause.Duration, TimeSpan.FromSeconds(1), Limits.Step);
        const string reason = "stands beside a pause, which keeps the weight of the step before; make it a step of its own";
        if (step.Weight is not null) found.Forbidden(path + ".weight", reason);
        if (step.Hold is not null) found.Forbidden(path + ".hold", "stands beside a pause; give the pause a duration instead");
        if (step.MinRequests is not null) found.Forbidden(path + ".minRequests", reason);
    }
}
