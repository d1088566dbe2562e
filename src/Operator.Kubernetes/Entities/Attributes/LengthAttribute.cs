namespace Operator.Kubernetes;

/// <summary>The number of characters that a text may have.</summary>
/// <param name="minLength">The fewest; -1 for no bound.</param>
/// <param name="maxLength">The most; -1 for no bound.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class LengthAttribute(long minLength = -1, long maxLength = -1) : Attribute
{
    /// <summary>The fewest; null for no bound.</summary>
    public long? MinLength { get; } = minLength < 0 ? null : minLength;

    /// <summary>The most; null for no bound.</summary>
    public long? MaxLength { get; } = maxLength < 0 ? null : maxLength;
}
