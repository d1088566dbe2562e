namespace Operator.Kubernetes;

/// <summary>The largest number that is allowed.</summary>
/// <param name="maximum">The number.</param>
/// <param name="exclusiveMaximum">Whether the number itself is too large.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class RangeMaximumAttribute(double maximum, bool exclusiveMaximum = false) : Attribute
{
    /// <summary>The number.</summary>
    public double Maximum { get; } = maximum;

    /// <summary>Whether the number itself is too large.</summary>
    public bool ExclusiveMaximum { get; } = exclusiveMaximum;
}
