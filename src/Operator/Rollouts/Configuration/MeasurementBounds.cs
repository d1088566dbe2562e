using Operator.Api;
using Operator.Contract;

namespace Operator.Rollouts.Configuration;

/// <summary>What limiters must count for the live gates of a spec.</summary>
internal static class MeasurementBounds
{
    /// <summary>The cap on outputs per request that limiters use for sums of squares.</summary>
    public const double OutputCap = 1_000_000;

    private const long Dollar = 1_000_000_000;
    private const long LeastCap = Dollar / 100;
    private const long MostCap = 100 * Dollar;
    private const int AssumedOutput = 8_192;
    private const int AssumedInput = 50_000;

    /// <summary>The bounds of a spec's gates, and the cap on the cost of one request.</summary>
    /// <param name="spec">A valid spec.</param>
    /// <param name="revisions">The revisions that serve.</param>
    /// <param name="models">The prices of their models.</param>
    public static MeasurementConfiguration Of(
        ClaudeDeploymentSpec spec, IReadOnlyCollection<RevisionConfiguration> revisions, IReadOnlyCollection<ModelConfiguration> models)
    {
        var live = spec.Gates?.Live ?? [];
        return new MeasurementConfiguration
        {
            LatencyBounds = Milliseconds(live.Where(g => g.Metric is LiveMetric.LatencyP50 or LiveMetric.LatencyP95 or LiveMetric.LatencyP99)),
            FirstTokenBounds = Milliseconds(live.Where(g => g.Metric is LiveMetric.TimeToFirstTokenP95)),
            CostCap = CostCap(live, revisions, models),
        };
    }

    private static long[] Milliseconds(IEnumerable<LiveGateSpec> gates) =>
    [
        .. gates
            .Select(g => g.Max is { } max && max.AsDuration().TryGetTimeSpan(out var bound) ? (long)bound.TotalMilliseconds : 0)
            .Where(bound => bound > 0)
            .Distinct()
            .Order(),
    ];

    /// <summary>
    /// About what a large request costs. A test on a mean is the sharper the nearer the cap lies to what requests really cost, so the
    /// contract's default of 100 dollars would see little.
    /// </summary>
    private static long CostCap(
        IEnumerable<LiveGateSpec> live, IReadOnlyCollection<RevisionConfiguration> revisions, IReadOnlyCollection<ModelConfiguration> models)
    {
        var cap = LeastCap;
        foreach (var revision in revisions)
        {
            var model = models.FirstOrDefault(m => m.Id == revision.Model || m.Aliases.Contains(revision.Model));
            if (model is null || model.Prices.Count == 0) continue;
            var output = revision.MaxTokens ?? AssumedOutput;
            cap = Math.Max(cap, model.Prices.Max(p => (AssumedInput * p.Input) + (output * p.Output)));
        }
        foreach (var gate in live.Where(g => g.Metric == LiveMetric.CostPerRequest && g.Max is not null))
        {
            if (gate.Max!.Value.AsMoney().TryGetAmount(out var bound)) cap = Math.Max(cap, (long)Math.Min(bound * 10 * Dollar, MostCap));
        }
        return Math.Min(cap, MostCap);
    }
}
