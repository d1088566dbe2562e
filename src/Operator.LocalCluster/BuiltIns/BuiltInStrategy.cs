using System.Text.Json.Nodes;
using Operator.LocalCluster.Resources;
using Operator.LocalCluster.Schemas;

namespace Operator.LocalCluster.BuiltIns;

/// <summary>The rules that the built-in kinds share.</summary>
/// <param name="type">The type of the kind.</param>
internal class BuiltInStrategy(TypeDefinition type) : ResourceStrategy
{
    private readonly JsonNode? _emptyStatus = type.Find("status")?.Default;

    /// <summary>Whether metadata.generation is kept.</summary>
    public bool CountsGenerations { get; init; }

    /// <summary>Whether a PUT without resourceVersion is allowed.</summary>
    public bool Unconditional { get; init; } = true;

    /// <summary>Whether a PUT to a missing name creates.</summary>
    public bool CreatesOnUpdate { get; init; }

    /// <summary>Makes the cells after Name; null to compute them from the declared columns.</summary>
    public Func<JsonObject, DateTimeOffset, IReadOnlyList<JsonNode?>>? Row { get; init; }

    /// <inheritdoc/>
    public override bool AllowsUnconditionalUpdate => Unconditional;

    /// <inheritdoc/>
    public override bool AllowsCreateOnUpdate => CreatesOnUpdate;

    /// <inheritdoc/>
    public override bool HasGeneration => CountsGenerations;

    /// <inheritdoc/>
    public override string? FindDecodingError(JsonObject value) => TypedForm.FindError(value, type);

    /// <inheritdoc/>
    public sealed override void ApplyDefaults(JsonObject value)
    {
        ZeroValues.Drop(value, type);
        if (value["metadata"] is JsonObject metadata)
            ZeroValues.Drop(metadata, TypeCatalog.Get("ObjectMeta"));
        ApplyKindDefaults(value);
    }

    /// <summary>The defaults of the kind beyond its schema's.</summary>
    protected virtual void ApplyKindDefaults(JsonObject value)
    {
    }

    /// <inheritdoc/>
    public override void PrepareForCreate(JsonObject created)
    {
        if (_emptyStatus is not null)
            created["status"] = _emptyStatus.DeepClone();
    }

    /// <inheritdoc/>
    public override IReadOnlyList<JsonNode?>? Cells(JsonObject value, DateTimeOffset now) => Row?.Invoke(value, now);

    /// <summary>A required field is missing.</summary>
    protected static FieldError Required(string field, string detail = "") =>
        new(field, "FieldValueRequired", detail.Length == 0 ? "Required value" : $"Required value: {detail}");

    /// <summary>A value is wrong.</summary>
    protected static FieldError Invalid(string field, JsonNode? value, string detail) =>
        new(field, "FieldValueInvalid", $"Invalid value: {JsonText.Of(value)}: {detail}");

    /// <summary>A value may not be given or changed.</summary>
    protected static FieldError Forbidden(string field, string detail) => new(field, "FieldValueForbidden", $"Forbidden: {detail}");

    /// <summary>A field that must keep its value has another one.</summary>
    protected static IEnumerable<FieldError> Immutable(JsonObject value, JsonObject live, params string[] path)
    {
        if (!JsonNode.DeepEquals(value.At(path), live.At(path)))
            yield return Invalid(string.Join('.', path), value.At(path), "field is immutable");
    }
}
