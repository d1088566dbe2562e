namespace Operator.Kubernetes;

/// <summary>Shows this field as a column of <c>kubectl get</c>.</summary>
/// <param name="priority">Above 0 the column is shown with <c>-o wide</c> only.</param>
/// <param name="name">The heading; null for the field's name.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class AdditionalPrinterColumnAttribute(int priority = 0, string? name = null) : Attribute
{
    /// <summary>Above 0 the column is shown with <c>-o wide</c> only.</summary>
    public int Priority { get; } = priority;

    /// <summary>The heading; null for the field's name.</summary>
    public string? Name { get; } = name;
}
