namespace Operator.Kubernetes;

/// <summary>Shows any part of the object as a column of <c>kubectl get</c>. The columns stand in the order of the attributes.</summary>
/// <param name="jsonPath">What the column shows, such as <c>.metadata.creationTimestamp</c>.</param>
/// <param name="name">The heading.</param>
/// <param name="type"><c>string</c>, <c>integer</c>, <c>number</c>, <c>boolean</c> or <c>date</c>.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class GenericAdditionalPrinterColumnAttribute(string jsonPath, string name, string type) : Attribute
{
    /// <summary>What the column shows.</summary>
    public string JsonPath { get; } = jsonPath;

    /// <summary>The heading.</summary>
    public string Name { get; } = name;

    /// <summary>The column's type.</summary>
    public string Type { get; } = type;

    /// <summary>The format within the type; null for none.</summary>
    public string? Format { get; init; }

    /// <summary>What the column means; null for nothing.</summary>
    public string? Description { get; init; }

    /// <summary>Above 0 the column is shown with <c>-o wide</c> only.</summary>
    public int Priority { get; init; }
}
