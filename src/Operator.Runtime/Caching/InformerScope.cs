namespace Operator.Runtime.Caching;

/// <summary>Which objects of a kind an informer follows. Equal scopes share one informer.</summary>
public sealed record InformerScope
{
    /// <summary>All objects in all namespaces.</summary>
    public static InformerScope All { get; } = new();

    /// <summary>The namespace; null for all.</summary>
    public string? Namespace { get; init; }

    /// <summary>A label selector in the API's form. An object that leaves it counts as deleted.</summary>
    public string? LabelSelector { get; init; }

    /// <summary>A field selector in the API's form. An object that leaves it counts as deleted.</summary>
    public string? FieldSelector { get; init; }
}
