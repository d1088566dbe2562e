using System.Collections.Frozen;

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

/// <summary>A metric that the limiters measure for canary and stable.</summary>
/// <param name="Name">Name in <c>gates.live[].metric</c>.</param>
/// <param name="Kind">How it is measured and judged.</param>
/// <param name="Unit">Unit of its values.</param>
/// <param name="HigherIsBetter">Whether a low value is the harm: such a metric takes <c>min</c>, the others <c>max</c> and <c>maxIncrease</c>.</param>
/// <param name="Quantile">The quantile of a <see cref="LiveMetricKind.Quantile"/> metric, 0 to 1; otherwise 0.</param>
/// <param name="Description">What is counted.</param>
public sealed record LiveMetric(
    string Name, LiveMetricKind Kind, LiveMetricUnit Unit, bool HigherIsBetter, double Quantile, string Description)
{
    private static readonly LiveMetric[] Catalogue =
    [
        Rate("errorRate", "Requests that ended in an error of the service or of the request; 429 and 529 from upstream are not among them."),
        Rate("truncationRate", "Answers that stopped at the token limit."),
        Rate("refusalRate", "Answers that the model refused."),
        Seconds("latencyP50", 0.50, "Time from request to the last byte of the answer."),
        Seconds("latencyP90", 0.90, "Time from request to the last byte of the answer."),
        Seconds("latencyP95", 0.95, "Time from request to the last byte of the answer."),
        Seconds("latencyP99", 0.99, "Time from request to the last byte of the answer."),
        Seconds("timeToFirstTokenP50", 0.50, "Time from request to the first token of the answer."),
        Seconds("timeToFirstTokenP95", 0.95, "Time from request to the first token of the answer."),
        Seconds("timeToFirstTokenP99", 0.99, "Time from request to the first token of the answer."),
        new("costPerRequest", LiveMetricKind.Mean, LiveMetricUnit.Money, false, 0, "Cost of a request, clipped at the cap."),
        new("outputTokensPerRequest", LiveMetricKind.Mean, LiveMetricUnit.Tokens, false, 0, "Output tokens of a request, clipped at the cap."),
        new("cacheHitRatio", LiveMetricKind.Mean, LiveMetricUnit.Share, true, 0, "Share of a request's input tokens that came from the prompt cache; the mean over requests."),
    ];

    private static readonly FrozenDictionary<string, LiveMetric> ByName = Catalogue.ToFrozenDictionary(m => m.Name, StringComparer.Ordinal);

    /// <summary>Every metric that a live gate can name.</summary>
    public static IReadOnlyList<LiveMetric> All => Catalogue;

    /// <summary>The metric of that name, or null.</summary>
    public static LiveMetric? Find(string name) => ByName.GetValueOrDefault(name);

    private static LiveMetric Rate(string name, string description) =>
        new(name, LiveMetricKind.Rate, LiveMetricUnit.Share, false, 0, description);

    private static LiveMetric Seconds(string name, double quantile, string description) =>
        new(name, LiveMetricKind.Quantile, LiveMetricUnit.Seconds, false, quantile, description);
}
