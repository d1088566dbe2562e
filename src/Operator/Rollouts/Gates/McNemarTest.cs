namespace Operator.Rollouts.Gates;

/// <summary>Exact tests on the change of a pass rate between two runs over the same cases.</summary>
/// <remarks>
/// <para>Without a margin this is McNemar's test in its exact form: given the discordant cases, each is lost or won by a fair coin
/// (McNemar, "Note on the sampling error of the difference between correlated proportions or percentages", 1947).</para>
/// <para>With a margin δ the test is the exact unconditional one on lost − won (Hsueh, Liu, Chen, "Unconditional exact tests for
/// equivalence or noninferiority for paired binary endpoints", 2001): at a regression of δ and a share ψ of discordant cases, a
/// discordant case is lost with probability ½(1 + δ/ψ). ψ is unknown; the p-value is the worst over its exact (Clopper-Pearson) interval
/// at level β, plus β (Berger, Boos, "P Values Maximized Over a Confidence Set for the Nuisance Parameter", 1994).</para>
/// </remarks>
public static class McNemarTest
{
    private const double Beta = 0.001;
    private const int Shares = 16;

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
        return margin == 0
            ? Binomial.AtLeast(counts.Lost, counts.Lost + counts.Won, 0.5)
            : Worst(counts, margin, (discordant, difference, lost) =>
                Binomial.AtLeast((long)Math.Ceiling((discordant + difference) / 2.0), discordant, lost));
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
        return margin == 0
            ? Binomial.AtMost(counts.Lost, counts.Lost + counts.Won, 0.5)
            : Worst(counts, margin, (discordant, difference, lost) =>
                Binomial.AtMost((long)Math.Floor((discordant + difference) / 2.0), discordant, lost));
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

    /// <summary>The chance of a difference as extreme as observed, worst over the plausible shares of discordant cases.</summary>
    private static double Worst(PairedCounts counts, double margin, Func<long, long, double, double> tail)
    {
        var observed = counts.Lost + counts.Won;
        var low = Math.Max(margin, Binomial.LowerBound(observed, counts.Total, Beta / 2));
        var high = Binomial.UpperBound(observed, counts.Total, Beta / 2);
        var worst = 0.0;
        for (var i = 0; i <= Shares && low <= high; i++)
        {
            var share = low + (i * (high - low) / Shares);
            var spread = 8 * Math.Sqrt((counts.Total * share * (1 - share)) + 1);
            var centre = counts.Total * share;
            var sum = 0.0;
            for (var d = (long)Math.Max(0, centre - spread); d <= Math.Min(counts.Total, centre + spread); d++)
            {
                sum += Binomial.Exactly(d, counts.Total, share) * tail(d, counts.Lost - counts.Won, 0.5 * (1 + (margin / share)));
            }
            worst = Math.Max(worst, sum);
        }
        return Math.Min(1, Beta + worst);
    }
}
