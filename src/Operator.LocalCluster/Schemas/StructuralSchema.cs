using System.Text.Json.Nodes;

namespace Operator.LocalCluster.Schemas;

/// <summary>A structural OpenAPI v3 schema: it says which fields exist, what they default to and what is valid.</summary>
/// <remarks>Immutable after <see cref="Parse"/>; safe to use from several threads.</remarks>
internal sealed partial class StructuralSchema
{
    /// <summary>The schema as it was declared; what discovery and <c>/openapi</c> publish.</summary>
    public JsonObject Source { get; }

    private StructuralSchema(JsonObject source) => Source = source;

    /// <summary>Reads a schema. Whether it is structural is checked by the CRD's own validation, before.</summary>
    public static StructuralSchema Parse(JsonObject source) => new(source);
}
