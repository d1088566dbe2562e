namespace Operator.Kubernetes;

/// <summary>The smallest number that is allowed.</summary>
/// <param name="minimum">The number.</param>
/// <param name="exclusiveMinimum">Whether the number itself is too small.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class RangeMinimumAttribute(double minimum, bool exclusiveMinimum = false) : Attribute
{
    /// <summary>The number.</summary>
    public double Minimum { get; } = minimum;

    /// <summary>Whether the number itself is too small.</summary>
    public bool ExclusiveMinimum { get; } = exclusiveMinimum;
}
