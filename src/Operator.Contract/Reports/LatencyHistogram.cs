namespace Operator.Contract;

/// <summary>
/// Counts of durations in buckets that grow by a tenth, the same for every limiter, so that histograms of many limiters and of many
/// starts add up bucket by bucket. A quantile read from it is too high by a tenth at most.
/// </summary>
public sealed record LatencyHistogram
{
    /// <summary>How many buckets there are: the last holds everything above about 40 minutes.</summary>
    public const int BucketCount = 156;

    private static readonly double[] UpperBounds = BuildBounds();

    /// <summary>The counts; trailing zeros may be missing.</summary>
    public IReadOnlyList<long> Counts { get; init; } = [];

    /// <summary>An empty histogram.</summary>
    public static LatencyHistogram Empty { get; } = new();

    /// <summary>How many durations were counted.</summary>
    public long Total => Counts.Sum();

    /// <summary>The bucket of a duration.</summary>
    public static int BucketOf(TimeSpan duration)
    {
        var index = Array.BinarySearch(UpperBounds, duration.TotalMilliseconds);
        return index >= 0 ? index : Math.Min(~index, BucketCount - 1);
    }

    /// <summary>The longest duration that falls into a bucket; infinite for the last.</summary>
    public static TimeSpan UpperBoundOf(int bucket) =>
        bucket >= BucketCount - 1 ? TimeSpan.MaxValue : TimeSpan.FromMilliseconds(UpperBounds[bucket]);

    /// <summary>The sum of two histograms.</summary>
    public LatencyHistogram Plus(LatencyHistogram other)
    {
        ArgumentNullException.ThrowIfNull(other);
        var sum = new long[Math.Max(Counts.Count, other.Counts.Count)];
        for (var i = 0; i < sum.Length; i++) sum[i] = At(i) + other.At(i);
        return new LatencyHistogram { Counts = sum };
    }

    /// <summary>This histogram without an earlier one of the same limiter.</summary>
    public LatencyHistogram Minus(LatencyHistogram earlier)
    {
        ArgumentNullException.ThrowIfNull(earlier);
        var difference = new long[Counts.Count];
        for (var i = 0; i < difference.Length; i++) difference[i] = Math.Max(0, At(i) - earlier.At(i));
        return new LatencyHistogram { Counts = difference };
    }

    /// <summary>The upper bound of the bucket in which a quantile lies; zero when nothing was counted.</summary>
    /// <param name="quantile">Above 0, up to 1.</param>
    public TimeSpan Quantile(double quantile)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(quantile, 0);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(quantile, 1);
        var total = Total;
        if (total == 0) return TimeSpan.Zero;
        var rank = (long)Math.Ceiling(quantile * total);
        long seen = 0;
        for (var i = 0; i < Counts.Count; i++)
        {
            seen += Counts[i];
            if (seen >= rank) return UpperBoundOf(i);
        }
        return TimeSpan.MaxValue;
    }

    /// <summary>How many durations lie in buckets that are wholly above a bound.</summary>
    public long Above(TimeSpan bound)
    {
        long above = 0;
        for (var i = BucketOf(bound) + 1; i < Counts.Count; i++) above += Counts[i];
        return above;
    }

    /// <inheritdoc />
    public bool Equals(LatencyHistogram? other)
    {
        if (other is null) return false;
        for (var i = 0; i < Math.Max(Counts.Count, other.Counts.Count); i++)
        {
            if (At(i) != other.At(i)) return false;
        }
        return true;
    }

    /// <inheritdoc />
    public override int GetHashCode()
    {
        var hash = new HashCode();
        for (var i = 0; i < Counts.Count; i++)
        {
            if (Counts[i] == 0) continue;
            hash.Add(i);
            hash.Add(Counts[i]);
        }
        return hash.ToHashCode();
    }

    private static double[] BuildBounds()
    {
        var bounds = new double[BucketCount - 1];
        var bound = 1.0;
        for (var i = 0; i < bounds.Length; i++, bound *= 1.1) bounds[i] = Math.Round(bound, 3);
        return bounds;
    }

    private long At(int bucket) => bucket < Counts.Count ? Counts[bucket] : 0;
}
