namespace Benchmarks.Gates;

/// <summary>Seeded draws from the distributions of the simulations.</summary>
/// <remarks>SplitMix64: unlike <see cref="Random"/>, streams of neighbouring seeds are independent.</remarks>
internal sealed class Draw(ulong stream)
{
    private ulong _state = Mix(stream + Golden);

    private const ulong Golden = 0x9E3779B97F4A7C15;

    public bool Bernoulli(double probability) => Uniform() < probability;

    private double Uniform() => (Mix(_state += Golden) >> 11) * (1.0 / (1UL << 53));

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>Failures before the first success.</summary>
    public int Geometric(double probability) =>
        probability >= 1 ? 0 : (int)Math.Min(1e8, Math.Log(1 - Uniform()) / Math.Log(1 - probability));

    /// <summary>Exact binomial draw by inversion, in chunks small enough that the first probability does not underflow.</summary>
    public int Binomial(int trials, double probability)
    {
        if (probability <= 0 || trials == 0)
        {
            return 0;
        }
        if (probability > 0.5)
        {
            return trials - Binomial(trials, 1 - probability);
        }
        var chunk = Math.Max(1, (int)(30 / probability));
        var sum = 0;
        for (; trials > chunk; trials -= chunk)
        {
            sum += Invert(chunk, probability);
        }
        return sum + Invert(trials, probability);
    }

    public double LogNormal(double median, double sigma)
    {
        var radius = Math.Sqrt(-2 * Math.Log(1 - Uniform()));
        return median * Math.Exp(sigma * radius * Math.Cos(2 * Math.PI * Uniform()));
    }

    private int Invert(int trials, double probability)
    {
        var odds = probability / (1 - probability);
        var term = Math.Pow(1 - probability, trials);
        var left = Uniform();
        for (var k = 0; k < trials; k++)
        {
            if (left < term)
            {
                return k;
            }
            left -= term;
            term *= odds * (trials - k) / (k + 1);
        }
        return trials;
    }
}
