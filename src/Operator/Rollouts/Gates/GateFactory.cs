using Operator.Api;

namespace Operator.Rollouts.Gates;

/// <summary>Makes the gates that are judged from those that a spec declares.</summary>
internal static class GateFactory
{
    /// <summary>A live gate.</summary>
    /// <param name="spec">A gate without validation errors.</param>
    /// <param name="minRequests">
    /// What the step under way asks for in <c>minRequests</c>. Null or 0: the gate's own least number of requests counts.
    /// </param>
    /// <exception cref="ArgumentException">A value cannot be read: the spec was not validated.</exception>
    public static LiveGate Live(LiveGateSpec spec, long? minRequests = null)
    {
        ArgumentNullException.ThrowIfNull(spec);
        var metric = LiveMetricDefinition.Of(spec.Metric);
        var path = $"gates.live[{metric.Name}]";
        var (kind, limit) = spec switch
        {
            { MaxIncrease: { } increase } => (LiveLimitKind.MaxIncrease, SpecValue.Share(increase, path + ".maxIncrease")!.Value),
            { Max: { } max } => (LiveLimitKind.Max, Limit(metric.Unit, max, path + ".max")),
            { Min: { } min } => (LiveLimitKind.Min, Limit(metric.Unit, min, path + ".min")),
            _ => throw new ArgumentException($"{path}: one of max, min and maxIncrease must be given", nameof(spec)),
        };
        var gate = new LiveGate(metric, kind, limit)
        {
            Proof = spec.Proof,
            Warmup = SpecValue.Duration(spec.Warmup, path + ".warmup") ?? TimeSpan.Zero,
        };
        return minRequests is > 0 and { } least ? gate with { MinRequests = least } : gate;
    }

    /// <summary>An offline gate.</summary>
    /// <param name="spec">A gate without validation errors.</param>
    /// <exception cref="ArgumentException">A value cannot be read: the spec was not validated.</exception>
    public static OfflineGate Offline(EvalGate spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        var path = $"gates.evals[{spec.Name}]";
        var gate = new OfflineGate(spec.Name, SpecValue.Share(spec.PassRate, path + ".passRate") ?? 1)
        {
            MaxRegression = SpecValue.Share(spec.MaxRegression, path + ".maxRegression"),
            WorstSlice = SpecValue.Share(spec.Slices?.Worst, path + ".slices.worst"),
        };
        return SpecValue.Share(spec.Confidence, path + ".confidence") is { } confidence ? gate with { Confidence = confidence } : gate;
    }

    private static double Limit(LiveMetricUnit unit, Bound bound, string path) => unit switch
    {
        LiveMetricUnit.Share => SpecValue.Share(bound.AsPercent(), path)!.Value,
        LiveMetricUnit.Seconds => SpecValue.Duration(bound.AsDuration(), path)!.Value.TotalSeconds,
        _ => (double)SpecValue.Amount(bound.AsMoney(), path),
    };
}
