namespace Operator.Kubernetes;

/// <summary>What a kind or a field means; shown by <c>kubectl explain</c>.</summary>
/// <param name="description">The text.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Enum | AttributeTargets.Property | AttributeTargets.Field)]
public sealed class DescriptionAttribute(string description) : Attribute
{
    /// <summary>The text.</summary>
    public string Description { get; } = description;
}
