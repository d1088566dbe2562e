namespace Operator.Rollouts.Gates;

/// <summary>Cumulative sums of a quantity per request that lies between 0 and a declared cap.</summary>
/// <remarks>A reporter clips each request at the cap before it adds it; the mean that is judged is the mean of the clipped quantity.</remarks>
/// <param name="Count">Requests.</param>
/// <param name="Sum">Sum of the quantity.</param>
/// <param name="SumOfSquares">Sum of its squares.</param>
public readonly record struct MeanCounts(long Count, double Sum, double SumOfSquares)
{
    /// <summary>Observed mean; 0 without requests.</summary>
    public double Mean => Count == 0 ? 0 : Sum / Count;

    /// <summary>Merges what two limiters counted.</summary>
    public static MeanCounts operator +(MeanCounts left, MeanCounts right) =>
        new(left.Count + right.Count, left.Sum + right.Sum, left.SumOfSquares + right.SumOfSquares);

    /// <summary>Merges what two limiters counted.</summary>
    public static MeanCounts Add(MeanCounts left, MeanCounts right) => left + right;

    /// <summary>Whether any list of values in [0, <paramref name="cap"/>] has these sums, up to rounding.</summary>
    public bool IsValid(double cap)
    {
        if (Count < 0 || !double.IsFinite(Sum) || !double.IsFinite(SumOfSquares) || !(cap > 0) || !double.IsFinite(cap))
        {
            return false;
        }
        var slack = 1e-6 * Math.Max(1, Count);
        var sum = Sum / cap;
        var squares = SumOfSquares / (cap * cap);
        return sum >= 0 && sum <= Count + slack
            && squares <= sum + slack && squares >= 0
            && sum * sum <= (Count * squares) + (slack * Math.Max(1, Count));
    }

    /// <summary>The sums of (<paramref name="cap"/> − value): turns a lower bound into an upper one.</summary>
    internal MeanCounts Mirror(double cap) =>
        new(Count, (Count * cap) - Sum, (Count * cap * cap) - (2 * cap * Sum) + SumOfSquares);
}
