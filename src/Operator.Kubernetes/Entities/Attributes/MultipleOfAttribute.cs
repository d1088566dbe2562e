namespace Operator.Kubernetes;

/// <summary>What the number must be a multiple of.</summary>
/// <param name="value">The unit, above 0.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class MultipleOfAttribute(double value) : Attribute
{
    /// <summary>The unit.</summary>
    public double Value { get; } = value;
}
