using System.Text.Json.Nodes;

namespace Operator.LocalCluster.Schemas;

/// <summary>A structural OpenAPI v3 schema: it says which fields exist, what they default to and what is valid.</summary>
/// <remarks>Immutable after <see cref="Parse"/>; safe to use from several threads. Every node of the tree is a schema itself.</remarks>
internal sealed partial class StructuralSchema
{
    /// <summary>The schema as it was declared; what discovery and <c>/openapi</c> publish.</summary>
    public JsonObject Source { get; }

    /// <summary>The declared type: <c>object</c>, <c>array</c>, <c>string</c>, <c>integer</c>, <c>number</c>, <c>boolean</c>; empty where none is.</summary>
    public string Type { get; private init; } = "";

    /// <summary>The declared format, such as <c>date-time</c> or <c>int32</c>; empty where none is.</summary>
    public string Format { get; private init; } = "";

    /// <summary>The documentation; empty where there is none.</summary>
    public string Description { get; private init; } = "";

    /// <summary>The declared fields, in ordinal order of their names.</summary>
    public IReadOnlyDictionary<string, StructuralSchema> Properties { get; private init; } = Empty;

    /// <summary>The schema of the fields that are not declared; null where there is none or where it is just true or false.</summary>
    public StructuralSchema? AdditionalProperties { get; private init; }

    /// <summary>Whether <c>additionalProperties</c> is declared false, or true; null where it is a schema or absent.</summary>
    public bool? AllowsAdditionalProperties { get; private init; }

    /// <summary>The schema of list items.</summary>
    public StructuralSchema? Items { get; private init; }

    /// <summary>The declared list type: <c>atomic</c>, <c>set</c> or <c>map</c>; null where none is.</summary>
    public string? ListType { get; private init; }

    /// <summary>The fields that identify an item of a list of type map.</summary>
    public IReadOnlyList<string> ListMapKeys { get; private init; } = [];

    /// <summary>The declared map type: <c>atomic</c> or <c>granular</c>; null where none is.</summary>
    public string? MapType { get; private init; }

    /// <summary>The key by which a strategic merge patch identifies list items; null where there is none.</summary>
    public string? PatchMergeKey { get; private init; }

    /// <summary>The strategies of a strategic merge patch: <c>merge</c>, <c>replace</c>, <c>retainKeys</c>.</summary>
    public IReadOnlyList<string> PatchStrategies { get; private init; } = [];

    /// <summary>Whether integers and strings are both allowed.</summary>
    public bool IsIntOrString { get; private init; }

    /// <summary>Whether undeclared fields stay.</summary>
    public bool PreservesUnknownFields { get; private init; }

    /// <summary>Whether the value is a Kubernetes object of its own.</summary>
    public bool IsEmbeddedResource { get; private init; }

    /// <summary>Whether null is a value.</summary>
    public bool IsNullable { get; private init; }

    /// <summary>The default; null where there is none. Clone before use.</summary>
    public JsonNode? Default { get; private init; }

    /// <summary>The fields that must be present.</summary>
    public IReadOnlyList<string> Required { get; private init; } = [];

    /// <summary>Whether this node or one below declares CEL rules (which are not evaluated).</summary>
    public bool HasRules { get; private init; }

    private static readonly SortedDictionary<string, StructuralSchema> Empty = [];

    private StructuralSchema(JsonObject source) => Source = source;

    /// <summary>The schema of a field: declared, or that of additional properties; null where the field is unknown.</summary>
    public StructuralSchema? Field(string name) =>
        Properties.TryGetValue(name, out var property) ? property : AdditionalProperties;
}
