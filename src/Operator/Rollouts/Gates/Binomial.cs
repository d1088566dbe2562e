namespace Operator.Rollouts.Gates;

/// <summary>Tails of the binomial distribution and exact bounds from them.</summary>
internal static class Binomial
{
    /// <summary>P(X ≤ <paramref name="successes"/>) for X ~ Bin(<paramref name="trials"/>, <paramref name="probability"/>).</summary>
    public static double AtMost(long successes, long trials, double probability)
    {
        if (successes < 0)
        {
            return 0;
        }
        if (successes >= trials || probability <= 0)
        {
            return 1;
        }
        if (probability >= 1)
        {
            return 0;
        }
        // The shorter tail is summed, from its largest term outwards, until terms no longer count.
        return successes < trials * probability
            ? Tail(successes, trials, probability)
            : 1 - Tail(trials - successes - 1, trials, 1 - probability);
    }

    /// <summary>P(X = <paramref name="successes"/>).</summary>
    public static double Exactly(long successes, long trials, double probability) =>
        successes < 0 || successes > trials ? 0
        : probability <= 0 ? (successes == 0 ? 1 : 0)
        : probability >= 1 ? (successes == trials ? 1 : 0)
        : Math.Exp(LogFactorial(trials) - LogFactorial(successes) - LogFactorial(trials - successes)
            + (successes * Math.Log(probability)) + ((trials - successes) * Math.Log(1 - probability)));

    /// <summary>P(X ≥ <paramref name="successes"/>).</summary>
    public static double AtLeast(long successes, long trials, double probability) =>
        AtMost(trials - successes, trials, 1 - probability);

    /// <summary>The lowest probability under which at least so many successes have a chance of <paramref name="alpha"/> (Clopper, Pearson, 1934).</summary>
    public static double LowerBound(long successes, long trials, double alpha) =>
        successes == 0 ? 0 : Solve(p => AtLeast(successes, trials, p) < alpha);

    /// <summary>The highest probability under which at most so many successes have a chance of <paramref name="alpha"/>.</summary>
    public static double UpperBound(long successes, long trials, double alpha) =>
        1 - LowerBound(trials - successes, trials, alpha);

    private static double Solve(Func<double, bool> below)
    {
        var (low, high) = (0.0, 1.0);
        for (var i = 0; i < 50; i++)
        {
            var middle = (low + high) / 2;
            if (below(middle))
            {
                low = middle;
            }
            else
            {
                high = middle;
            }
        }
        return low;
    }

    /// <summary>P(X ≤ k) where k lies at or below the mean, so that terms fall from k downwards.</summary>
    private static double Tail(long k, long n, double p)
    {
        var term = Exactly(k, n, p);
        var sum = term;
        var odds = (1 - p) / p;
        for (var i = k; i > 0 && term > sum * 1e-17; i--)
        {
            term *= i / (double)(n - i + 1) * odds;
            sum += term;
        }
        return Math.Min(1, sum);
    }

    /// <summary>ln n! by summation for small n and by Stirling's series beyond, exact to a double's precision.</summary>
    private static double LogFactorial(long n)
    {
        if (n < 32)
        {
            var product = 1.0;
            for (var i = 2; i <= n; i++)
            {
                product *= i;
            }
            return Math.Log(product);
        }
        var x = n + 1.0;
        var square = x * x;
        return ((x - 0.5) * Math.Log(x)) - x + (0.5 * Math.Log(2 * Math.PI))
            + ((1.0 / 12 - (1.0 / 360 - 1.0 / (1260 * square)) / square) / x);
    }
}
