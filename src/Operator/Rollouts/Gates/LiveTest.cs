namespace Operator.Rollouts.Gates;

/// <summary>The statistical question behind a live gate on one set of counts.</summary>
internal abstract class LiveTest
{
    /// <summary>Observed value, in the unit of the threshold.</summary>
    public abstract double Estimate { get; }

    /// <summary>The limit that the value is held against.</summary>
    public abstract double Threshold { get; }

    /// <summary>Whether harm is a value below the threshold.</summary>
    public virtual bool HarmIsBelow => false;

    /// <summary>Whether the value is shown to lie above <paramref name="value"/>.</summary>
    public abstract bool ShowsAbove(double value, double alpha);

    /// <summary>Whether the value is shown to lie below <paramref name="value"/>.</summary>
    public abstract bool ShowsBelow(double value, double alpha);

    /// <summary>The ends of the scale.</summary>
    protected abstract GateInterval Scale { get; }

    /// <summary>A first guess at the width of the interval, above 0.</summary>
    protected abstract double Spread { get; }

    public bool ShowsHarm(double alpha) => HarmIsBelow ? ShowsBelow(Threshold, alpha) : ShowsAbove(Threshold, alpha);

    public bool ShowsNoHarm(double alpha) => HarmIsBelow ? ShowsAbove(Threshold, alpha) : ShowsBelow(Threshold, alpha);

    /// <summary>The interval that inverts the tests, consistent with what they say about the threshold.</summary>
    public virtual GateInterval Interval(double alpha)
    {
        var lower = IntervalSearch.End(Estimate, Scale.Lower, Spread, v => ShowsAbove(v, alpha));
        var upper = IntervalSearch.End(Estimate, Scale.Upper, Spread, v => ShowsBelow(v, alpha));
        lower = ShowsAbove(Threshold, alpha) ? Math.Max(lower, Threshold) : Math.Min(lower, Threshold);
        upper = ShowsBelow(Threshold, alpha) ? Math.Min(upper, Threshold) : Math.Max(upper, Threshold);
        return new GateInterval(Math.Clamp(lower, Scale.Lower, Estimate), Math.Clamp(upper, Estimate, Scale.Upper));
    }
}
