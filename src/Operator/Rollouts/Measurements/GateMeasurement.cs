using System.Globalization;
using Operator.Api;
using Operator.Rollouts.Gates;
using Histogram = Operator.Contract.LatencyHistogram;

namespace Operator.Rollouts.Measurements;

/// <summary>Takes from all measurements those counts that one gate looks at, and gives them the form that it is judged in.</summary>
internal static class GateMeasurement
{
    private const double ShareUnit = 1e9;
    private const double SquaredDollarUnit = 1e12;

    /// <summary>Upper edges of the limiters' histograms in seconds; the last bucket has none.</summary>
    private static readonly double[] Edges =
        [.. Enumerable.Range(0, Histogram.BucketCount - 1).Select(b => Histogram.UpperBoundOf(b).TotalSeconds)];

    private static readonly string[] Buckets =
        [.. Enumerable.Range(0, Histogram.BucketCount).Select(b => "bucket" + b.ToString("000", CultureInfo.InvariantCulture))];

    /// <summary>The counts of requests alone.</summary>
    public static CountVector Requests(MeasurementTotals totals) => CountVector.Of(("requests", totals.Requests));

    /// <summary>The counts that a metric is judged by.</summary>
    public static CountVector Project(LiveMetric metric, MeasurementTotals totals) => metric switch
    {
        LiveMetric.ErrorRate => Rate(totals.Errors, totals.Requests),
        LiveMetric.TruncationRate => Rate(totals.Truncations, totals.Requests),
        LiveMetric.RefusalRate => Rate(totals.Refusals, totals.Requests),
        LiveMetric.CostPerRequest => Mean(totals.Requests, totals.Cost, totals.CostSquared * SquaredDollarUnit),
        LiveMetric.OutputTokensPerRequest => Mean(totals.Requests, totals.OutputTokens, totals.OutputTokensSquared),
        LiveMetric.CacheHitRatio => Mean(totals.Requests, totals.CachedShare * ShareUnit, totals.CachedShareSquared * ShareUnit),
        LiveMetric.TimeToFirstTokenP95 => Quantile(totals.FirstToken),
        _ => Quantile(totals.Latency),
    };

    /// <summary>The counts in the form that a gate is judged in.</summary>
    /// <param name="metric">The metric.</param>
    /// <param name="canary">Counts of the canary, from <see cref="Project"/>.</param>
    /// <param name="stable">Counts of stable.</param>
    /// <param name="cap">The value that requests are clipped at, in the metric's unit; used for means only.</param>
    public static MeasuredMetric Measured(LiveMetric metric, CountVector canary, CountVector stable, double cap) => metric switch
    {
        LiveMetric.ErrorRate or LiveMetric.TruncationRate or LiveMetric.RefusalRate => new MeasuredRate(RateOf(canary), RateOf(stable)),
        LiveMetric.CostPerRequest => new MeasuredMean(MeanOf(canary, 1e9, SquaredDollarUnit), MeanOf(stable, 1e9, SquaredDollarUnit), cap),
        LiveMetric.OutputTokensPerRequest => new MeasuredMean(MeanOf(canary, 1, 1), MeanOf(stable, 1, 1), cap),
        LiveMetric.CacheHitRatio => new MeasuredMean(MeanOf(canary, ShareUnit, ShareUnit), MeanOf(stable, ShareUnit, ShareUnit), cap),
        _ => new MeasuredLatency(HistogramOf(canary), HistogramOf(stable)),
    };

    private static CountVector Rate(long events, long requests) => CountVector.Of(("requests", requests), ("events", events));

    private static CountVector Mean(long requests, double sum, double squares) =>
        CountVector.Of(("requests", requests), ("sum", Whole(sum)), ("squares", Whole(squares)));

    private static CountVector Quantile(Histogram histogram) => CountVector.Of(histogram.Counts.Select((count, b) => (Buckets[b], count)));

    private static long Whole(double value) => value >= long.MaxValue ? long.MaxValue : (long)Math.Round(value);

    private static RateCounts RateOf(CountVector counts) => new(counts["events"], counts["requests"]);

    private static MeanCounts MeanOf(CountVector counts, double sumUnit, double squareUnit) =>
        new(counts["requests"], counts["sum"] / sumUnit, counts["squares"] / squareUnit);

    private static LatencyHistogram HistogramOf(CountVector counts) => new(Edges, Buckets.Select(b => counts[b]));
}
