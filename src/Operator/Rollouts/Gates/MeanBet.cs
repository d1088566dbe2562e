namespace Operator.Rollouts.Gates;

/// <summary>One self-normalized bet on a bounded mean.</summary>
/// <remarks>
/// For ξ ≥ −1 with mean ≤ 0 and 0 ≤ λ &lt; 1, exp(λξ − ψ(λ)ξ²) with ψ(λ) = −ln(1−λ) − λ has expectation ≤ 1 (Fan, Grama, Liu,
/// "Exponential inequalities for martingales with applications", 2015, lemma 4.1; the sub-exponential case of Howard, Ramdas,
/// McAuliffe, Sekhon, 2021). The product over requests needs only their number, sum and sum of squares.
/// </remarks>
internal static class MeanBet
{
    /// <summary>The largest λ: beyond it the quadratic price outweighs any gain.</summary>
    public const double Largest = 0.8;

    /// <summary>Log-value of the bet that the mean of <paramref name="counts"/> lies above <paramref name="mean"/> (values ≥ 0).</summary>
    /// <param name="counts">Sums of a quantity that is never negative.</param>
    /// <param name="mean">The mean under the null, above 0.</param>
    /// <param name="slope">The bet per unit of the quantity; clipped to the largest safe one.</param>
    public static double Above(MeanCounts counts, double mean, double slope)
    {
        var bet = Math.Min(Largest, slope * mean);
        var drift = (counts.Sum / mean) - counts.Count;
        var spread = Math.Max(0, (counts.SumOfSquares / (mean * mean)) - (2 * counts.Sum / mean) + counts.Count);
        return (bet * drift) + ((Math.Log(1 - bet) + bet) * spread);
    }

    /// <summary>Log-value of the bet that the mean lies below <paramref name="mean"/>; values are at most <paramref name="cap"/>.</summary>
    public static double Below(MeanCounts counts, double mean, double cap, double slope) =>
        Above(counts.Mirror(cap), cap - mean, slope);

    /// <summary>The mixture of bets that the mean lies above <paramref name="mean"/>, added with a prior weight.</summary>
    public static void AddAbove(ref LogMixture mixture, MeanCounts counts, double mean, double cap, double logShare)
    {
        foreach (var bet in BetGrid.MeanBets)
        {
            mixture.Add(logShare + bet.LogWeight + Above(counts, mean, bet.Size / mean));
        }
        foreach (var bet in BetGrid.MeanSlopes)
        {
            mixture.Add(logShare + bet.LogWeight + Above(counts, mean, bet.Size / cap));
        }
    }
}
