namespace Operator.Rollouts.Gates;

/// <summary>Exact tests on the change of a pass rate between two runs over the same cases.</summary>
/// <remarks>
/// <para>Without a margin this is McNemar's test in its exact form: given the discordant cases, each is lost or won by a fair coin
/// (McNemar, "Note on the sampling error of the difference between correlated proportions or percentages", 1947).</para>
/// <para>With a margin δ the coin is not fair: at a regression of exactly δ and a share ψ of discordant cases, a discordant case is lost
/// with probability ½(1 + δ/ψ). ψ is unknown; the p-value is the worst over its exact (Clopper-Pearson) interval at level β, plus β
/// (Berger, Boos, "P Values Maximized Over a Confidence Set for the Nuisance Parameter", 1994). Conservative, never liberal.</para>
/// </remarks>
public static class McNemarTest
{
    private const double Beta = 0.001;

    /// <summary>Two-sided p-value for "as many cases are lost as are won".</summary>
    public static double TwoSided(PairedCounts counts) =>
        Math.Min(1, 2 * Binomial.AtMost(Math.Min(counts.Lost, counts.Won), counts.Lost + counts.Won, 0.5));

    /// <summary>p-value of the null "the pass rate falls by at most <paramref name="margin"/>"; small values show a larger regression.</summary>
    /// <param name="counts">The pairs.</param>
    /// <param name="margin">Tolerated fall of the pass rate, −1 to 1.</param>
    public static double RegressionExceeds(PairedCounts counts, double margin)
    {
        if (margin < 0)
        {
            return RegressionBelow(counts.Swapped, -margin);
        }
        var discordant = counts.Lost + counts.Won;
        if (margin == 0)
        {
            return Binomial.AtLeast(counts.Lost, discordant, 0.5);
        }
        var share = Binomial.LowerBound(discordant, counts.Total, Beta);
        return share <= margin ? 1 : Math.Min(1, Beta + Binomial.AtLeast(counts.Lost, discordant, 0.5 * (1 + (margin / share))));
    }

    /// <summary>p-value of the null "the pass rate falls by at least <paramref name="margin"/>"; small values show a smaller regression.</summary>
    /// <param name="counts">The pairs.</param>
    /// <param name="margin">The fall of the pass rate that is to be ruled out, −1 to 1.</param>
    public static double RegressionBelow(PairedCounts counts, double margin)
    {
        if (margin < 0)
        {
            return RegressionExceeds(counts.Swapped, -margin);
        }
        var discordant = counts.Lost + counts.Won;
        if (margin == 0)
        {
            return Binomial.AtMost(counts.Lost, discordant, 0.5);
        }
        // A regression of at least δ loses at least a share δ of all cases: few losses speak against it even without discordant cases.
        var few = Binomial.AtMost(counts.Lost, counts.Total, margin);
        var share = Binomial.UpperBound(discordant, counts.Total, Beta);
        var unbalanced = share <= margin
            ? Beta
            : Beta + Binomial.AtMost(counts.Lost, discordant, 0.5 * (1 + (margin / share)));
        return Math.Min(1, 2 * Math.Min(few, unbalanced));
    }

    /// <summary>Interval for the fall of the pass rate, by inverting the two one-sided tests at half of 1 − confidence each.</summary>
    public static GateInterval Interval(PairedCounts counts, double confidence)
    {
        var alpha = (1 - confidence) / 2;
        var spread = 2.0 / Math.Sqrt(counts.Total + 1.0);
        return new GateInterval(
            IntervalSearch.End(counts.Regression, -1, spread, m => RegressionExceeds(counts, m) < alpha),
            IntervalSearch.End(counts.Regression, 1, spread, m => RegressionBelow(counts, m) < alpha));
    }
}
