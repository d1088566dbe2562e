using Operator.Contract;

namespace Operator.Rollouts.Measurements;

/// <summary>Sums of what limiters measured of one revision; they add up over limiters and over time.</summary>
internal sealed record MeasurementTotals
{
    /// <summary>Nothing.</summary>
    public static MeasurementTotals Zero { get; } = new();

    /// <summary>Requests that ended, without those that the API's 429 and 529 ended.</summary>
    public long Requests { get; init; }

    /// <summary>Requests that failed by the revision's fault.</summary>
    public long Errors { get; init; }

    /// <summary>Requests that the API's limits or overload ended.</summary>
    public long Throttled { get; init; }

    /// <summary>Answers cut at the token limit.</summary>
    public long Truncations { get; init; }

    /// <summary>Answers that the model refused.</summary>
    public long Refusals { get; init; }

    /// <summary>Uncached input tokens.</summary>
    public long InputTokens { get; init; }

    /// <summary>Tokens written to the cache.</summary>
    public long CacheWriteTokens { get; init; }

    /// <summary>Tokens read from the cache.</summary>
    public long CacheReadTokens { get; init; }

    /// <summary>Sum over requests of their cached share, each 0 to 1.</summary>
    public double CachedShare { get; init; }

    /// <summary>Sum of the squares of those shares.</summary>
    public double CachedShareSquared { get; init; }

    /// <summary>Output tokens.</summary>
    public long OutputTokens { get; init; }

    /// <summary>Sum of the squares of the requests' output tokens.</summary>
    public double OutputTokensSquared { get; init; }

    /// <summary>Cost in nanodollars.</summary>
    public long Cost { get; init; }

    /// <summary>Sum of the squares of the requests' costs in dollars.</summary>
    public double CostSquared { get; init; }

    /// <summary>Time to the end of the answer.</summary>
    public LatencyHistogram Latency { get; init; } = LatencyHistogram.Empty;

    /// <summary>Time to the first token.</summary>
    public LatencyHistogram FirstToken { get; init; } = LatencyHistogram.Empty;

    /// <summary>The sums of a report; null when they cannot be sums of anything.</summary>
    public static MeasurementTotals? Of(RevisionMeasurement m)
    {
        ReadOnlySpan<long> counts =
        [
            m.Requests, m.Errors, m.Throttled, m.Truncations, m.Refusals, m.InputTokens, m.CacheWriteTokens, m.CacheReadTokens,
            m.OutputTokens, m.Cost,
        ];
        ReadOnlySpan<double> sums = [m.CachedShare, m.CachedShareSquared, m.OutputTokensSquared, m.CostSquared];
        foreach (var count in counts)
        {
            if (count < 0) return null;
        }
        foreach (var sum in sums)
        {
            if (!double.IsFinite(sum) || sum < 0) return null;
        }
        if (m.Errors > m.Requests || m.Truncations > m.Requests || m.Refusals > m.Requests) return null;
        if (!IsHistogram(m.Latency) || !IsHistogram(m.FirstToken)) return null;
        return new MeasurementTotals
        {
            Requests = m.Requests,
            Errors = m.Errors,
            Throttled = m.Throttled,
            Truncations = m.Truncations,
            Refusals = m.Refusals,
            InputTokens = m.InputTokens,
            CacheWriteTokens = m.CacheWriteTokens,
            CacheReadTokens = m.CacheReadTokens,
            CachedShare = m.CachedShare,
            CachedShareSquared = m.CachedShareSquared,
            OutputTokens = m.OutputTokens,
            OutputTokensSquared = m.OutputTokensSquared,
            Cost = m.Cost,
            CostSquared = m.CostSquared,
            Latency = m.Latency,
            FirstToken = m.FirstToken,
        };
    }

    /// <summary>Whether these sums can follow others of the same limiter: none of the counts fell.</summary>
    public bool Follows(MeasurementTotals earlier) =>
        Requests >= earlier.Requests && Errors >= earlier.Errors && Cost >= earlier.Cost && OutputTokens >= earlier.OutputTokens
        && Latency.Total >= earlier.Latency.Total;

    /// <summary>The sum.</summary>
    public MeasurementTotals Plus(MeasurementTotals other) => Combine(other, 1) with
    {
        Latency = Latency.Plus(other.Latency),
        FirstToken = FirstToken.Plus(other.FirstToken),
    };

    /// <summary>These sums without earlier ones.</summary>
    public MeasurementTotals Minus(MeasurementTotals earlier) => Combine(earlier, -1) with
    {
        Latency = Latency.Minus(earlier.Latency),
        FirstToken = FirstToken.Minus(earlier.FirstToken),
    };

    private MeasurementTotals Combine(MeasurementTotals o, int sign) => new()
    {
        Requests = Requests + (sign * o.Requests),
        Errors = Errors + (sign * o.Errors),
        Throttled = Throttled + (sign * o.Throttled),
        Truncations = Truncations + (sign * o.Truncations),
        Refusals = Refusals + (sign * o.Refusals),
        InputTokens = InputTokens + (sign * o.InputTokens),
        CacheWriteTokens = CacheWriteTokens + (sign * o.CacheWriteTokens),
        CacheReadTokens = CacheReadTokens + (sign * o.CacheReadTokens),
        CachedShare = CachedShare + (sign * o.CachedShare),
        CachedShareSquared = CachedShareSquared + (sign * o.CachedShareSquared),
        OutputTokens = OutputTokens + (sign * o.OutputTokens),
        OutputTokensSquared = OutputTokensSquared + (sign * o.OutputTokensSquared),
        Cost = Cost + (sign * o.Cost),
        CostSquared = CostSquared + (sign * o.CostSquared),
    };

    private static bool IsHistogram(LatencyHistogram? histogram) =>
        histogram is not null && histogram.Counts.Count <= LatencyHistogram.BucketCount && histogram.Counts.All(c => c >= 0);
}
