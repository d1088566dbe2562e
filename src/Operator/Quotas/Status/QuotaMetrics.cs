using System.Diagnostics.Metrics;
using Operator.Runtime.Metrics;

namespace Operator.Quotas.Status;

/// <summary>Limits, use and money of every quota, as gauges that are worked out when they are asked for.</summary>
internal sealed class QuotaMetrics
{
    private static readonly string[] Dimensions = ["requests", "input_tokens", "output_tokens"];
    private readonly QuotaTrees _trees;
    private readonly IQuotaUsage _usage;

    public QuotaMetrics(IMeterFactory meters, QuotaTrees trees, IQuotaUsage usage)
    {
        _trees = trees;
        _usage = usage;
        // The meter of the runtime, which is what /metrics shows.
        var meter = meters.Create(RuntimeMetrics.MeterName);
        meter.CreateObservableGauge("claude_quota_limit_per_minute", Limits, null, "What a quota may use a minute.");
        meter.CreateObservableGauge("claude_quota_used_per_minute", () => Groups(g => g.Used), null, "What was used of a quota in the last minute.");
        meter.CreateObservableGauge("claude_quota_allocated_per_minute", () => Groups(g => g.Allocated), null, "What of a quota is handed out to limiters.");
        meter.CreateObservableGauge("claude_quota_pressure", Pressure, null, "Demand against what a quota may use, in the tightest dimension.");
        meter.CreateObservableGauge("claude_quota_spend_dollars", Spend, null, "Money spent, by period.");
        meter.CreateObservableGauge("claude_quota_accepted", Accepted, null, "1 for a quota that is in force, else 0.");
    }

    private IEnumerable<Measurement<double>> Limits() =>
        from node in _trees.Current.Nodes.Where(n => n.IsRooted)
        from entry in node.Groups.Values
        from d in Enumerable.Range(0, ResourceVector.Dimensions)
        let limit = entry[d]
        where limit is not null
        select new Measurement<double>(limit.Value.Value, Tags(node, new("group", entry.Group), new("dimension", Dimensions[d])));

    private IEnumerable<Measurement<double>> Groups(Func<GroupMeasurement, ResourceVector> value) =>
        from node in _trees.Current.Nodes
        let usage = _usage.Of(node.Key)
        where usage is not null
        from entry in usage.Groups
        from d in Enumerable.Range(0, ResourceVector.Dimensions)
        let rate = value(entry.Value)[d]
        where double.IsFinite(rate)
        select new Measurement<double>(rate, Tags(node, new("group", entry.Key), new("dimension", Dimensions[d])));

    private IEnumerable<Measurement<double>> Pressure() =>
        from node in _trees.Current.Nodes
        let usage = _usage.Of(node.Key)
        where usage is not null && double.IsFinite(usage.Pressure.Ratio)
        select new Measurement<double>(usage.Pressure.Ratio, Tags(node));

    private IEnumerable<Measurement<double>> Spend()
    {
        foreach (var node in _trees.Current.Nodes)
        {
            if (_usage.Of(node.Key)?.Spend is not { } spend) continue;
            yield return new(spend.Today / 1e9, Tags(node, new KeyValuePair<string, object?>("period", "day")));
            yield return new(spend.ThisMonth / 1e9, Tags(node, new KeyValuePair<string, object?>("period", "month")));
        }
    }

    private IEnumerable<Measurement<double>> Accepted() => _trees.Current.Nodes.Select(n => new Measurement<double>(n.IsAccepted ? 1 : 0, Tags(n)));

    private static KeyValuePair<string, object?>[] Tags(QuotaNode node, params ReadOnlySpan<KeyValuePair<string, object?>> more) =>
        [new("namespace", node.Key.Namespace), new("quota", node.Key.Name), .. more];
}
