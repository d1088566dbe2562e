namespace Benchmarks.Limiter;

/// <summary>How far another run of the same programs may be from this one, as far as the rounds of this one tell.</summary>
internal static class Resampling
{
    private const int Runs = 1_000;

    /// <summary>The range in which nine of ten runs lie whose rounds are drawn from those of this one: a bootstrap's percentile interval.</summary>
    /// <param name="rounds">How many rounds there are.</param>
    /// <param name="figure">The figure of some of them, by index.</param>
    public static (double Low, double High) NineOfTen(int rounds, Func<IReadOnlyList<int>, double> figure)
    {
        var random = new Random(1);
        var values = new double[Runs];
        var drawn = new int[rounds];
        for (var run = 0; run < Runs; run++)
        {
            for (var i = 0; i < rounds; i++) drawn[i] = random.Next(rounds);
            values[run] = figure(drawn);
        }
        Array.Sort(values);
        return (values[Runs / 20], values[Runs - 1 - (Runs / 20)]);
    }
}
