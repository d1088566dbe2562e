using Operator.Api;

namespace Operator.Rollouts.Gates;

/// <summary>Finds the statistical question of a live gate for the counts at hand.</summary>
internal static class LiveTestFactory
{
    /// <summary>The test, or a verdict when there is none.</summary>
    public static (LiveTest? Test, GateEvaluation? Verdict) Create(LiveGate gate, GateObservation observation, double alpha)
    {
        var weight = observation.CanaryWeight;
        var relative = gate.LimitKind == LiveLimitKind.MaxIncrease;
        return (gate.Metric.Kind, observation.Measured) switch
        {
            (LiveMetricKind.Rate, MeasuredRate m) when m.Canary.IsValid && m.Stable.IsValid =>
                Ok(relative ? new RateIncreaseTest(m.Canary, m.Stable, gate.Limit, weight) : new RateBoundTest(m.Canary, gate.Limit)),
            (LiveMetricKind.Mean, MeasuredMean m) when m.Canary.IsValid(m.Cap) && m.Stable.IsValid(m.Cap) =>
                relative ? MeanIncrease(gate, m, weight) : MeanFixed(gate, m),
            (LiveMetricKind.Quantile, MeasuredLatency m) when m.Canary.IsValid && m.Stable.IsValid && m.Canary.HasEdgesOf(m.Stable) =>
                relative ? QuantileIncrease(gate, m, alpha) : QuantileFixed(gate, m),
            _ => (null, GateEvaluation.Without(
                Verdict.EvaluatorError,
                GateReason.InvalidCounts,
                $"{gate.Metric.Name}: the counts are negative, contradict each other, are not finite or are not of kind {gate.Metric.Kind}",
                Math.Max(0, observation.Measured.CanaryRequests),
                gate.Limit)),
        };
    }

    private static (LiveTest?, GateEvaluation?) Ok(LiveTest test) => (test, null);

    private static (LiveTest?, GateEvaluation?) MeanFixed(LiveGate gate, MeasuredMean m) => gate.Limit > m.Cap
        ? Bad(gate, m, $"{gate.Metric.Name}: the limit {gate.Limit} lies above the cap {m.Cap} that requests are clipped at: raise the cap or lower the limit")
        : Ok(new MeanBoundTest(m.Canary, m.Cap, gate.Limit, gate.LimitKind == LiveLimitKind.Min));

    private static (LiveTest?, GateEvaluation?) MeanIncrease(LiveGate gate, MeasuredMean m, double weight) => m.Stable.Sum > 0
        ? Ok(new MeanIncreaseTest(m.Canary, m.Stable, m.Cap, gate.Limit, weight))
        : (null, Waiting(gate, m, $"{gate.Metric.Name}: stable has no value above zero yet, so there is no relative increase"));

    private static (LiveTest?, GateEvaluation?) QuantileFixed(LiveGate gate, MeasuredLatency m) => m.Canary.FirstEdgeFrom(gate.Limit) is { } edge
        ? Ok(new QuantileTest(m.Canary, edge, m.Canary.LastEdgeUpTo(gate.Limit), gate.Metric.Quantile, 1))
        : Bad(gate, m, $"{gate.Metric.Name}: the limit {gate.Limit} s lies above the last edge {m.Canary.Edges[^1]} s of the histogram");

    private static (LiveTest?, GateEvaluation?) QuantileIncrease(LiveGate gate, MeasuredLatency m, double alpha)
    {
        var edges = m.Stable.Edges;
        var slow = StableQuantile.AtMost(m.Stable, gate.Metric.Quantile, alpha / 2) is { } above
            ? m.Canary.FirstEdgeFrom(edges[above] * (1 + gate.Limit)) : null;
        var fast = StableQuantile.AtLeast(m.Stable, gate.Metric.Quantile, alpha / 2) is { } below
            ? m.Canary.LastEdgeUpTo(edges[below] * (1 + gate.Limit)) : null;
        return slow is null
            ? (null, Waiting(gate, m, $"{gate.Metric.Name}: {m.StableRequests} requests of stable do not tell its quantile within the histogram yet"))
            : Ok(new QuantileTest(m.Canary, slow, fast, gate.Metric.Quantile, 0.5));
    }

    private static GateEvaluation Waiting(LiveGate gate, MeasuredMetric m, string message) =>
        GateEvaluation.Without(Verdict.InsufficientData, GateReason.NothingToCompare, message, m.CanaryRequests, gate.Limit);

    private static (LiveTest?, GateEvaluation?) Bad(LiveGate gate, MeasuredMetric m, string message) =>
        (null, GateEvaluation.Without(Verdict.EvaluatorError, GateReason.InvalidGate, message, m.CanaryRequests, gate.Limit));
}
