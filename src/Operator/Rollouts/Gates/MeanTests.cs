namespace Operator.Rollouts.Gates;

/// <summary>A bounded mean against a fixed bound, which it must not exceed or must reach.</summary>
internal sealed class MeanBoundTest(MeanCounts counts, double cap, double bound, bool harmIsBelow) : LiveTest
{
    public override double Estimate => counts.Mean;

    public override double Threshold => bound;

    public override bool HarmIsBelow => harmIsBelow;

    protected override GateInterval Scale => new(0, cap);

    protected override double Spread => cap * 0.05 / Math.Sqrt(counts.Count + 1.0);

    public override bool ShowsAbove(double value, double alpha) => value < cap && MeanBound.Exceeds(counts, value, cap, alpha);

    public override bool ShowsBelow(double value, double alpha) => value > cap || MeanBound.Exceeds(counts.Mirror(cap), cap - value, cap, alpha);
}

/// <summary>The relative increase of a bounded mean from stable to canary.</summary>
internal sealed class MeanIncreaseTest(MeanCounts canary, MeanCounts stable, double cap, double increase, double weight) : LiveTest
{
    public override double Estimate => (canary.Mean / stable.Mean) - 1;

    public override double Threshold => increase;

    protected override GateInterval Scale => new(-1, double.PositiveInfinity);

    protected override double Spread => 0.02 + (0.5 / Math.Sqrt(canary.Count));

    public override bool ShowsAbove(double value, double alpha) =>
        value > -1 && new MeanComparison(canary, stable, value, cap, weight, above: true).Shows(alpha);

    public override bool ShowsBelow(double value, double alpha) =>
        value > -1 && new MeanComparison(canary, stable, value, cap, weight, above: false).Shows(alpha);
}
