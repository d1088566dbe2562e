namespace Operator.Rollouts.Gates;

/// <summary>Interval for what a gate judges, in the unit of its threshold. Each end is valid at the gate's error probability over all looks.</summary>
/// <param name="Lower">What the value is shown to exceed.</param>
/// <param name="Upper">What the value is shown to stay below; positive infinity when nothing is shown.</param>
public readonly record struct GateInterval(double Lower, double Upper)
{
    /// <summary>Whether <paramref name="value"/> lies in the closed interval.</summary>
    public bool Contains(double value) => Lower <= value && value <= Upper;
}
