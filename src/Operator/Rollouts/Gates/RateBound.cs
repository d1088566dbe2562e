namespace Operator.Rollouts.Gates;

/// <summary>Always-valid test that a rate exceeds a fixed bound: evidence against p ≤ bound.</summary>
/// <remarks>
/// A mixture of likelihood ratios against the bound: Robbins, "Statistical Methods Related to the Law of the Iterated Logarithm" (1970);
/// Howard, Ramdas, McAuliffe, Sekhon, "Time-uniform, nonparametric, nonasymptotic confidence sequences" (2021). Each ratio grows with
/// every event, so a rate below the bound is covered with the bound itself.
/// </remarks>
internal static class RateBound
{
    /// <summary>Whether the counts show, with error probability <paramref name="alpha"/> over all looks, a rate above the bound.</summary>
    public static bool Exceeds(RateCounts counts, double bound, double alpha) =>
        counts.Trials > 0 && bound < 1 && counts.Rate > bound && LogEvidence(counts, bound) >= -Math.Log(alpha);

    /// <summary>Logarithm of the e-value against p ≤ <paramref name="bound"/>.</summary>
    public static double LogEvidence(RateCounts counts, double bound)
    {
        if (bound <= 0)
        {
            return counts.Events > 0 ? double.PositiveInfinity : 0;
        }
        var baseline = RateComparison.LogLikelihood(counts, bound);
        var mixture = default(LogMixture);
        foreach (var effect in BetGrid.BoundEffects)
        {
            var rate = Math.Min(1, bound + (effect.Size * (1 - bound)));
            mixture.Add(effect.LogWeight - baseline + RateComparison.LogLikelihood(counts, rate));
        }
        return mixture.LogSum;
    }
}
