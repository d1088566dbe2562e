namespace Operator.Rollouts.Gates;

/// <summary>Cumulative histogram of durations with fixed upper edges; histograms of several limiters merge by adding.</summary>
public sealed record LatencyHistogram
{
    private readonly double[] _edges;
    private readonly long[] _counts;

    /// <param name="edges">Upper edges in seconds, ascending; a bucket holds durations up to and including its edge.</param>
    /// <param name="counts">Requests in each bucket and, last, beyond the last edge: one more than there are edges.</param>
    public LatencyHistogram(IEnumerable<double> edges, IEnumerable<long> counts)
    {
        _edges = [.. edges];
        _counts = [.. counts];
        IsValid = _edges.Length > 0 && _counts.Length == _edges.Length + 1 && _counts.All(c => c >= 0)
            && _edges.All(double.IsFinite) && _edges.Zip(_edges.Skip(1)).All(pair => pair.First < pair.Second);
        Total = _counts.Sum();
    }

    /// <summary>Upper edges in seconds.</summary>
    public IReadOnlyList<double> Edges => _edges;

    /// <summary>Requests in each bucket; the last is beyond the last edge.</summary>
    public IReadOnlyList<long> Counts => _counts;

    /// <summary>Whether edges ascend, counts are not negative and their number fits.</summary>
    public bool IsValid { get; }

    /// <summary>All requests.</summary>
    public long Total { get; }

    /// <summary>Whether two histograms can be compared and added.</summary>
    public bool HasEdgesOf(LatencyHistogram other) => _edges.AsSpan().SequenceEqual(other._edges);

    /// <summary>Requests slower than an edge, by its index.</summary>
    public RateCounts SlowerThan(int edge)
    {
        var slower = 0L;
        for (var i = edge + 1; i < _counts.Length; i++)
        {
            slower += _counts[i];
        }
        return new RateCounts(slower, Total);
    }

    /// <summary>Index of the first edge at or above <paramref name="seconds"/>; null when all are below.</summary>
    public int? FirstEdgeFrom(double seconds)
    {
        var index = Array.FindIndex(_edges, e => e >= seconds);
        return index < 0 ? null : index;
    }

    /// <summary>Index of the last edge at or below <paramref name="seconds"/>; null when all are above.</summary>
    public int? LastEdgeUpTo(double seconds)
    {
        var index = Array.FindLastIndex(_edges, e => e <= seconds);
        return index < 0 ? null : index;
    }

    /// <summary>Merges two histograms with the same edges.</summary>
    /// <exception cref="ArgumentException">The edges differ.</exception>
    public static LatencyHistogram operator +(LatencyHistogram left, LatencyHistogram right) => left.HasEdgesOf(right)
        ? new LatencyHistogram(left._edges, left._counts.Zip(right._counts, (a, b) => a + b))
        : throw new ArgumentException("Histograms with different edges cannot be added: compare limiters of one configuration", nameof(right));

    /// <summary>Merges two histograms with the same edges.</summary>
    /// <exception cref="ArgumentException">The edges differ.</exception>
    public static LatencyHistogram Add(LatencyHistogram left, LatencyHistogram right) => left + right;

    /// <inheritdoc/>
    public bool Equals(LatencyHistogram? other) =>
        other is not null && HasEdgesOf(other) && _counts.AsSpan().SequenceEqual(other._counts);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_edges.Length, Total);
}
