namespace Operator.Api.Validation;

/// <summary>One live gate: which bounds its metric takes, and their forms.</summary>
internal static class LiveGateRules
{
    private enum Unit
    {
        Share,
        Time,
        Amount,
    }

    public static void Check(FindingCollector found, string path, LiveGateSpec gate)
    {
        found.Unknown(path, gate);
        if (gate.Metric == LiveGateSpec.NotGiven) found.Required(path + ".metric", "is missing; name what is measured");
        else found.Defined(path + ".metric", gate.Metric);
        found.Defined(path + ".proof", gate.Proof);
        ValueRules.Duration(found, path + ".warmup", gate.Warmup, TimeSpan.Zero, Limits.Warmup);
        ValueRules.Percent(found, path + ".maxIncrease", gate.MaxIncrease);
        var bounds = (gate.Max is null ? 0 : 1) + (gate.Min is null ? 0 : 1) + (gate.MaxIncrease is null ? 0 : 1);
        if (bounds > 1) found.Forbidden(path, "has several bounds; keep one of max, min and maxIncrease");
        if (!Enum.IsDefined(gate.Metric)) return;
        var name = EnumText.Of(gate.Metric);
        var higherIsBetter = gate.Metric == LiveMetric.CacheHitRatio;
        if (bounds == 0) found.Required(path, $"has no bound; give {name} {(higherIsBetter ? "min" : "max or maxIncrease")}");
        if (higherIsBetter && gate.Max is not null) found.Forbidden(path + ".max", $"{name} is better when it is higher; give min");
        if (higherIsBetter && gate.MaxIncrease is not null) found.Forbidden(path + ".maxIncrease",
            $"{name} is better when it is higher; give min");
        if (!higherIsBetter && gate.Min is not null) found.Forbidden(path + ".min",
            $"{name} is better when it is lower; give max or maxIncrease");
        Form(found, path + ".max", gate.Max, UnitOf(gate.Metric));
        if (higherIsBetter) Form(found, path + ".min", gate.Min, Unit.Share);
    }

    private static void Form(FindingCollector found, string path, Bound? bound, Unit unit)
    {
        if (bound is not { } given) return;
        if (unit == Unit.Share) ValueRules.Percent(found, path, given.AsPercent());
        else if (unit == Unit.Time) ValueRules.Duration(found, path, given.AsDuration(), TimeSpan.FromMilliseconds(1), Limits.Latency);
        else ValueRules.Amount(found, path, given.AsMoney());
    }

    private static Unit UnitOf(LiveMetric metric) => metric switch
    {
        LiveMetric.LatencyP50 or LiveMetric.LatencyP95 or LiveMetric.LatencyP99 or LiveMetric.TimeToFirstTokenP95 => Unit.Time,
        LiveMetric.CostPerRequest or LiveMetric.OutputTokensPerRequest => Unit.Amount,
        _ => Unit.Share,
    };
}
