using Operator.Api;

namespace Operator.Rollouts.Gates;

/// <summary>How a live metric is measured and judged.</summary>
public enum LiveMetricKind
{
    /// <summary>Share of requests that show an event.</summary>
    Rate,

    /// <summary>Mean per request of a quantity between 0 and a cap.</summary>
    Mean,

    /// <summary>Quantile, judged by the share of requests beyond a bound.</summary>
    Quantile,
}

/// <summary>Unit of a live metric's values and bounds.</summary>
public enum LiveMetricUnit
{
    /// <summary>A number from 0 to 1, written as a percentage.</summary>
    Share,

    /// <summary>Seconds.</summary>
    Seconds,

    /// <summary>Money in the currency of the price list.</summary>
    Money,

    /// <summary>Tokens.</summary>
    Tokens,
}

/// <summary>How a live metric is measured and judged.</summary>
/// <param name="Metric">The metric as <c>gates.live[].metric</c> names it.</param>
/// <param name="Kind">How it is measured and judged.</param>
/// <param name="Unit">Unit of its values.</param>
/// <param name="HigherIsBetter">Whether a low value is the harm: such a metric takes <c>min</c>, the others <c>max</c> and <c>maxIncrease</c>.</param>
/// <param name="Quantile">The quantile of a <see cref="LiveMetricKind.Quantile"/> metric, 0 to 1; otherwise 0.</param>
/// <param name="Description">What is counted.</param>
public sealed record LiveMetricDefinition(
    LiveMetric Metric, LiveMetricKind Kind, LiveMetricUnit Unit, bool HigherIsBetter, double Quantile, string Description)
{
    private static readonly LiveMetricDefinition[] Catalogue =
    [
        Rate(LiveMetric.ErrorRate, "Requests that failed; 429 and 529 from upstream are not among the requests."),
        Rate(LiveMetric.TruncationRate, "Answers that stopped at the token limit."),
        Rate(LiveMetric.RefusalRate, "Answers that the model refused."),
        Seconds(LiveMetric.LatencyP50, 0.50, "Time from the request to the last byte of the answer."),
        Seconds(LiveMetric.LatencyP95, 0.95, "Time from the request to the last byte of the answer."),
        Seconds(LiveMetric.LatencyP99, 0.99, "Time from the request to the last byte of the answer."),
        Seconds(LiveMetric.TimeToFirstTokenP95, 0.95, "Time from the request to the first token of the answer."),
        Mean(LiveMetric.CostPerRequest, LiveMetricUnit.Money, false, "Cost of a request, clipped at the cap."),
        Mean(LiveMetric.OutputTokensPerRequest, LiveMetricUnit.Tokens, false, "Output tokens of a request, clipped at the cap."),
        Mean(LiveMetric.CacheHitRatio, LiveMetricUnit.Share, true, "Share of a request's input tokens that were read from the cache; the mean over requests."),
    ];

    /// <summary>The metric's name in the API.</summary>
    public string Name { get; } = char.ToLowerInvariant(Metric.ToString()[0]) + Metric.ToString()[1..];

    /// <summary>Every metric that a live gate can name.</summary>
    public static IReadOnlyList<LiveMetricDefinition> All => Catalogue;

    /// <summary>How a metric is judged.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not a metric of the API.</exception>
    public static LiveMetricDefinition Of(LiveMetric metric) => Array.Find(Catalogue, d => d.Metric == metric)
        ?? throw new ArgumentOutOfRangeException(nameof(metric), metric, "not a live metric");

    private static LiveMetricDefinition Rate(LiveMetric metric, string description) =>
        new(metric, LiveMetricKind.Rate, LiveMetricUnit.Share, false, 0, description);

    private static LiveMetricDefinition Mean(LiveMetric metric, LiveMetricUnit unit, bool higherIsBetter, string description) =>
        new(metric, LiveMetricKind.Mean, unit, higherIsBetter, 0, description);

    private static LiveMetricDefinition Seconds(LiveMetric metric, double quantile, string description) =>
        new(metric, LiveMetricKind.Quantile, LiveMetricUnit.Seconds, false, quantile, description);
}
