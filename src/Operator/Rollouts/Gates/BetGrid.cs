namespace Operator.Rollouts.Gates;

/// <summary>
/// The discrete prior over alternatives that the test martingales are mixed over. A mixture of martingales is a martingale for any
/// fixed prior, so these numbers decide how soon harm is seen, never how often an equal canary is accused.
/// </summary>
internal static class BetGrid
{
    private const double FineShare = 0.02;
    private const double SlopeShare = 0.1;

    /// <summary>Effects as a share of the largest effect possible, 1 down to 0.015, heavier where effects are larger.</summary>
    public static readonly Bet[] Effects = Geometric(1, 0.015, 1.6, 0.5, 1 - FineShare);

    /// <summary>Small effects, for long holds and for narrow intervals.</summary>
    public static readonly Bet[] FineEffects = Geometric(0.0095, 0.0002, 1.7, 0.25, FineShare);

    /// <summary>Effects for a test against a fixed bound, as a share of the way from the bound to 1.</summary>
    public static readonly Bet[] BoundEffects = Geometric(1, 0.0004, 1.5, 0.2, 1);

    /// <summary>Bets on a bounded mean, in units of one over the null's distance to the end of the scale.</summary>
    public static readonly Bet[] MeanBets = Geometric(0.8, 0.004, 1.5, 0.1, 1 - SlopeShare);

    /// <summary>Bets on a bounded mean, in units of one over the cap: they fit the spread of the data when the null is far from them.</summary>
    public static readonly Bet[] MeanSlopes = Geometric(5000, 0.05, 2, 0, SlopeShare);

    /// <summary>Shifts of stable's own value, as a share of it, that rule out values far from what stable shows.</summary>
    public static readonly Bet[] StableShifts = Geometric(0.98, 0.01, 1 / 0.6, 0, 1);

    /// <summary>How the traffic ratio may miss the declared one.</summary>
    public static readonly Bet[] TrafficRatios = [new(1, 0.4), new(0.77, 0.3), new(1.3, 0.3)];

    private static Bet[] Geometric(double from, double to, double ratio, double exponent, double mass)
    {
        var sizes = new List<double>();
        for (var size = from; size >= to; size /= ratio)
        {
            sizes.Add(size);
        }
        var total = sizes.Sum(s => Math.Pow(s, exponent));
        return [.. sizes.Select(s => new Bet(s, mass * Math.Pow(s, exponent) / total))];
    }

    /// <summary>One alternative and the logarithm of its prior weight.</summary>
    public readonly record struct Bet
    {
        public Bet(double size, double weight) => (Size, LogWeight) = (size, Math.Log(weight));

        public double Size { get; }

        public double LogWeight { get; }
    }
}
