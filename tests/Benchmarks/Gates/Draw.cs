namespace Benchmarks.Gates;

/// <summary>Seeded draws from the distributions of the simulations.</summary>
internal sealed class Draw(int seed)
{
    private readonly Random _random = new(seed);

    public bool Bernoulli(double probability) => _random.NextDouble() < probability;

    /// <summary>Failures before the first success.</summary>
    public int Geometric(double probability) =>
        probability >= 1 ? 0 : (int)Math.Min(1e8, Math.Log(1 - _random.NextDouble()) / Math.Log(1 - probability));

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
        var radius = Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble()));
        return median * Math.Exp(sigma * radius * Math.Cos(2 * Math.PI * _random.NextDouble()));
    }

    private int Invert(int trials, double probability)
    {
        var odds = probability / (1 - probability);
        var term = Math.Pow(1 - probability, trials);
        var left = _random.NextDouble();
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
