namespace Operator.Rollouts.Gates;

/// <summary>A rate against a fixed bound.</summary>
internal sealed class RateBoundTest(RateCounts counts, double bound) : LiveTest
{
    public override double Estimate => counts.Rate;

    public override double Threshold => bound;

    protected override GateInterval Scale => new(0, 1);

    protected override double Spread => 3 * RateSpread.Of(counts);

    public override bool ShowsAbove(double value, double alpha) => RateBound.Exceeds(counts, value, alpha);

    public override bool ShowsBelow(double value, double alpha) => RateBound.Exceeds(counts.Complement, 1 - value, alpha);
}

/// <summary>The difference of the canary's and stable's rate.</summary>
internal sealed class RateIncreaseTest(RateCounts canary, RateCounts stable, double margin, double weight) : LiveTest
{
    public override double Estimate => canary.Rate - stable.Rate;

    public override double Threshold => margin;

    protected override GateInterval Scale => new(-1, 1);

    protected override double Spread => 3 * (RateSpread.Of(canary) + RateSpread.Of(stable));

    public override bool ShowsAbove(double value, double alpha) => new RateComparison(canary, stable, value, weight).Shows(alpha);

    public override bool ShowsBelow(double value, double alpha) =>
        new RateComparison(canary.Complement, stable.Complement, -value, weight).Shows(alpha);
}

/// <summary>Standard error of a rate with one event and one success added, so that it is never 0.</summary>
internal static class RateSpread
{
    public static double Of(RateCounts counts)
    {
        var rate = (counts.Events + 1.0) / (counts.Trials + 2.0);
        return Math.Sqrt(rate * (1 - rate) / (counts.Trials + 2.0));
    }
}
