namespace Operator.Kubernetes;

/// <summary>The number of entries that a map may have.</summary>
/// <param name="minProperties">The fewest; -1 for no bound.</param>
/// <param name="maxProperties">The most; -1 for no bound.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class PropertiesAttribute(long minProperties = -1, long maxProperties = -1) : Attribute
{
    /// <summary>The fewest; null for no bound.</summary>
    public long? MinProperties { get; } = minProperties < 0 ? null : minProperties;

    /// <summary>The most; null for no bound.</summary>
    public long? MaxProperties { get; } = maxProperties < 0 ? null : maxProperties;
}
