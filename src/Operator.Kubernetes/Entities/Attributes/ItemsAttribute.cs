namespace Operator.Kubernetes;

/// <summary>The number of items that a list may have.</summary>
/// <param name="minItems">The fewest; -1 for no bound.</param>
/// <param name="maxItems">The most; -1 for no bound.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ItemsAttribute(long minItems = -1, long maxItems = -1) : Attribute
{
    /// <summary>The fewest; null for no bound.</summary>
    public long? MinItems { get; } = minItems < 0 ? null : minItems;

    /// <summary>The most; null for no bound.</summary>
    public long? MaxItems { get; } = maxItems < 0 ? null : maxItems;

    /// <summary>No item may stand twice: the list becomes a set (<c>x-kubernetes-list-type: set</c>).</summary>
    public bool UniqueItems { get; init; }
}
