using System.Text.Json.Nodes;

namespace Operator.LocalCluster.Schemas;

internal sealed partial class StructuralSchema
{
    /// <summary>The limits on this node's value.</summary>
    internal ValueLimits Limits { get; private init; } = null!;

    /// <summary>Schemas that must all fit.</summary>
    internal IReadOnlyList<StructuralSchema> AllOf { get; private init; } = [];

    /// <summary>Schemas of which at least one must fit.</summary>
    internal IReadOnlyList<StructuralSchema> AnyOf { get; private init; } = [];

    /// <summary>Schemas of which exactly one must fit.</summary>
    internal IReadOnlyList<StructuralSchema> OneOf { get; private init; } = [];

    /// <summary>A schema that must not fit.</summary>
    internal StructuralSchema? Not { get; private init; }

    /// <summary>
    /// Checks an object: the schema's limits, embedded resources, unique list keys. Metadata is checked only as far as the schema
    /// limits it. Where errors would keep CEL rules from being looked at, the server's note about that comes last.
    /// </summary>
    /// <param name="value">The object, pruned and defaulted.</param>
    /// <param name="live">The stored object, null on create: what was invalid in it and did not change is let through.</param>
    /// <param name="preceding">Errors that the caller found before (metadata); they decide with about the note. They are not repeated.</param>
    public IReadOnlyList<FieldError> Validate(JsonObject value, JsonObject? live, IReadOnlyList<FieldError>? preceding = null)
    {
        ArgumentNullException.ThrowIfNull(value);
        var errors = new List<FieldError>();
        errors.AddRange(SchemaValidator.Validate(this, value, live));
        errors.AddRange(EmbeddedResources.Validate(this, value));
        if (live is null || !UniqueListItems.Validate(this, live).Any())
        {
            errors.AddRange(UniqueListItems.Validate(this, value));
        }

        if (HasRules && (preceding ?? []).Concat(errors).Any(FieldErrors.BlocksRules))
        {
            errors.Add(FieldErrors.RulesNotChecked);
        }

        return errors;
    }
}
