namespace Benchmarks.Allocation;

/// <summary>A request of the stream.</summary>
/// <param name="At">Seconds since the start.</param>
/// <param name="Limiter">Where it arrives.</param>
/// <param name="Input">Input tokens that count.</param>
/// <param name="Output">Output tokens that it will produce.</param>
internal readonly record struct Arrival(double At, int Limiter, int Input, int Output);

/// <summary>A Poisson stream over limiters by Zipf's law; every strategy of a scenario gets the same.</summary>
internal static class Arrivals
{
    public const double MeanInput = 1200;
    public const double MeanOutput = 300;
    private const double Sigma = 0.8;

    public static List<Arrival> Generate(Scenario scenario)
    {
        var random = new Random(scenario.Seed);
        var perSecond = scenario.Load * Math.Min(Math.Min(scenario.Limits.Requests, scenario.Limits.InputTokens / MeanInput), scenario.Limits.OutputTokens / MeanOutput) / 60;
        var places = Enumerable.Range(0, scenario.Limiters).ToArray();
        random.Shuffle(places);
        var cumulative = new double[scenario.Limiters];
        var sum = 0.0;
        for (var k = 0; k < cumulative.Length; k++) cumulative[k] = sum += Math.Pow(k + 1, -scenario.Zipf);
        var arrivals = new List<Arrival>();
        var nextShuffle = scenario.Reshuffles ? 60.0 : double.PositiveInfinity;
        for (var at = Exponential(random) / perSecond; at < scenario.Seconds; at += Exponential(random) / perSecond)
        {
            while (at >= nextShuffle)
            {
                random.Shuffle(places);
                nextShuffle += 60;
            }
            var rank = Array.BinarySearch(cumulative, random.NextDouble() * sum);
            arrivals.Add(new Arrival(at, places[rank < 0 ? ~rank : rank], LogNormal(random, MeanInput), LogNormal(random, MeanOutput)));
        }
        return arrivals;
    }

    private static double Exponential(Random random) => -Math.Log(1 - random.NextDouble());

    private static int LogNormal(Random random, double mean)
    {
        var normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        return Math.Clamp((int)Math.Round(mean * Math.Exp((Sigma * normal) - (Sigma * Sigma / 2))), 1, 64_000);
    }
}
