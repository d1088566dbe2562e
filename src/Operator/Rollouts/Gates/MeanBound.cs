namespace Operator.Rollouts.Gates;

/// <summary>Always-valid test that a bounded mean exceeds a fixed bound: evidence against mean ≤ bound, a mixture of <see cref="MeanBet"/>s.</summary>
internal static class MeanBound
{
    /// <summary>Whether the sums show, with error probability <paramref name="alpha"/> over all looks, a mean above the bound.</summary>
    public static bool Exceeds(MeanCounts counts, double bound, double cap, double alpha) =>
        counts.Count > 0 && counts.Mean > bound && LogEvidence(counts, bound, cap) >= -Math.Log(alpha);

    /// <summary>Logarithm of the e-value against mean ≤ <paramref name="bound"/> of a quantity from 0 to <paramref name="cap"/>.</summary>
    public static double LogEvidence(MeanCounts counts, double bound, double cap)
    {
        if (bound <= 0)
        {
            return counts.Sum > 0 ? double.PositiveInfinity : 0;
        }
        var mixture = default(LogMixture);
        MeanBet.AddAbove(ref mixture, counts, bound, cap, 0);
        return mixture.LogSum;
    }
}
