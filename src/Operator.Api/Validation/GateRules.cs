namespace Operator.Api.Validation;

/// <summary>Gates of a deployment, as far as they concern each other and the canary.</summary>
internal static class GateRules
{
    public static void Check(FindingCollector found, ClaudeDeploymentSpec spec)
    {
        const string path = "spec.gates";
        if (spec.Gates is not { } gates) return;
        found.Unknown(path, gates);
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (gatePath, gate) in found.Items(path + ".evals", gates.Evals, Limits.EvalGates))
        {
            EvalGateRules.Check(found, gatePath, gate);
            if (!string.IsNullOrEmpty(gate.Name) && !names.Add(gate.Name))
            {
                found.Duplicate(gatePath + ".name",
                    $"{FindingCollector.Quote(gate.Name)} names another gate already; give every gate a name of its own");
            }
        }
        foreach (var (gatePath, gate) in found.Items(path + ".live", gates.Live, Limits.LiveGates))
        {
            LiveGateRules.Check(found, gatePath, gate);
            if (Enum.IsDefined(gate.Metric) && !names.Add(EnumText.Of(gate.Metric)))
            {
                found.Duplicate(gatePath + ".metric", $"{EnumText.Of(gate.Metric)} has a gate already; give every metric one gate");
            }
        }
        if (gates.Live is { Count: > 0 }) Traffic(found, spec.Canary, gates.Live);
    }

    private static void Traffic(FindingCollector found, CanarySpec? canary, IList<LiveGateSpec> live)
    {
        if (canary?.Percentage is null && canary?.Steps?.Any(s => s?.Weight is not null) != true)
        {
            found.Required("spec.canary",
                "is needed by spec.gates.live: live gates measure the traffic of a canary; add canary.percentage or a step with a weight");
            return;
        }
        var last = canary.Steps is { Count: > 0 } steps ? steps.LastOrDefault(s => s?.Weight is not null)?.Weight : canary.Percentage;
        if (last is { } weight && weight.TryGetBasisPoints(out var points) && points == 10_000 && live.Any(g => g?.MaxIncrease is not null))
        {
            found.Warn("spec.canary",
                "gives all traffic to the new revision before its promotion: gates with maxIncrease then have no traffic of stable to compare with and may never pass; end with a weight below 100%");
        }
    }
}
