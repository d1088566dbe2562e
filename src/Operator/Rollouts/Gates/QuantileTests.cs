namespace Operator.Rollouts.Gates;

/// <summary>
/// A quantile against a bound, as the share of requests beyond the bound against 1 − quantile. A bound between two edges of the
/// histogram is rounded against the accuser: up to show harm, down to show its absence.
/// </summary>
/// <param name="histogram">Histogram of the canary.</param>
/// <param name="slow">Edge that stands for the bound when harm is to be shown; null when the histogram ends before it.</param>
/// <param name="fast">Edge that stands for the bound when absence is to be shown; null when the histogram starts after it.</param>
/// <param name="quantile">The quantile, 0 to 1.</param>
/// <param name="share">Share of α that is left after the bound was found: 1 for a fixed bound.</param>
internal sealed class QuantileTest(LatencyHistogram histogram, int? slow, int? fast, double quantile, double share) : LiveTest
{
    private readonly RateCounts? _slow = slow is { } s ? histogram.SlowerThan(s) : null;
    private readonly RateCounts? _fast = fast is { } f ? histogram.SlowerThan(f) : null;

    public override double Estimate => (_slow ?? _fast ?? default).Rate;

    public override double Threshold => 1 - quantile;

    protected override GateInterval Scale => new(0, 1);

    protected override double Spread => 3 * RateSpread.Of(_slow ?? _fast ?? default);

    public override bool ShowsAbove(double value, double alpha) => _slow is { } counts && RateBound.Exceeds(counts, value, alpha * share);

    public override bool ShowsBelow(double value, double alpha) =>
        _fast is { } counts && RateBound.Exceeds(counts.Complement, 1 - value, alpha * share);
}

/// <summary>Where stable's quantile lies, in edges of the histogram.</summary>
/// <remarks>
/// "Stable's quantile is at most this edge" is shown by the share of stable's requests beyond the edge, with half of α. The edges are
/// nested, so the one just below the truth is the only one whose test matters, and looking at all of them costs nothing (fixed-sequence
/// argument; Howard, Ramdas, "Sequential estimation of quantiles with applications to A/B testing and best-arm identification", 2022).
/// The canary is then held against that edge with the other half: together the error is at most α, without assumptions on the shape
/// of the latencies.
/// </remarks>
internal static class StableQuantile
{
    /// <summary>The lowest edge that stable's quantile is shown not to exceed; null when there is none yet.</summary>
    public static int? AtMost(LatencyHistogram stable, double quantile, double alpha)
    {
        for (var edge = 0; edge < stable.Edges.Count; edge++)
        {
            if (RateBound.Exceeds(stable.SlowerThan(edge).Complement, quantile, alpha))
            {
                return edge;
            }
        }
        return null;
    }

    /// <summary>The highest edge that stable's quantile is shown to exceed; null when there is none yet.</summary>
    public static int? AtLeast(LatencyHistogram stable, double quantile, double alpha)
    {
        for (var edge = stable.Edges.Count - 1; edge >= 0; edge--)
        {
            if (RateBound.Exceeds(stable.SlowerThan(edge), 1 - quantile, alpha))
            {
                return edge;
            }
        }
        return null;
    }
}
