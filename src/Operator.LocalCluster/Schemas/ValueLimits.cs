using System.Text.Json;
using System.Text.Json.Nodes;

namespace Operator.LocalCluster.Schemas;

/// <summary>The limits that a schema node sets on a value; null where there is none.</summary>
internal sealed record ValueLimits
{
    /// <summary>The allowed values.</summary>
    public IReadOnlyList<JsonNode?>? Enum { get; private init; }

    /// <summary>The regular expression a string must match, in RE2's syntax.</summary>
    public string? Pattern { get; private init; }

    /// <summary>Bounds of a string's length, in characters.</summary>
    public (long? Minimum, long? Maximum) Length { get; private init; }

    /// <summary>Bounds of a list's length.</summary>
    public (long? Minimum, long? Maximum) Items { get; private init; }

    /// <summary>Bounds of the number of an object's fields.</summary>
    public (long? Minimum, long? Maximum) Properties { get; private init; }

    /// <summary>The lowest number.</summary>
    public double? Minimum { get; private init; }

    /// <summary>The highest number.</summary>
    public double? Maximum { get; private init; }

    /// <summary>Whether <see cref="Minimum"/> itself is too low.</summary>
    public bool ExclusiveMinimum { get; private init; }

    /// <summary>Whether <see cref="Maximum"/> itself is too high.</summary>
    public bool ExclusiveMaximum { get; private init; }

    /// <summary>The number that a value must be a multiple of.</summary>
    public double? MultipleOf { get; private init; }

    /// <summary>Whether list items must differ.</summary>
    public bool UniqueItems { get; private init; }

    /// <summary>Reads the limits of a schema node.</summary>
    public static ValueLimits Parse(JsonObject source) => new()
    {
        Enum = source["enum"] is JsonArray { Count: > 0 } values ? [.. values] : null,
        Pattern = JsonScalar.TryText(source["pattern"], out var pattern) && pattern.Length > 0 ? pattern : null,
        Length = (Integer(source, "minLength"), Integer(source, "maxLength")),
        Items = (Integer(source, "minItems"), Integer(source, "maxItems")),
        Properties = (Integer(source, "minProperties"), Integer(source, "maxProperties")),
        Minimum = Number(source, "minimum"),
        Maximum = Number(source, "maximum"),
        ExclusiveMinimum = Flag(source, "exclusiveMinimum"),
        ExclusiveMaximum = Flag(source, "exclusiveMaximum"),
        MultipleOf = Number(source, "multipleOf"),
        UniqueItems = Flag(source, "uniqueItems"),
    };

    private static long? Integer(JsonObject source, string name) => Number(source, name) is { } number ? (long)number : null;

    private static double? Number(JsonObject source, string name) =>
        source[name] is JsonValue value && value.GetValueKind() == JsonValueKind.Number ? JsonScalar.Double(value) : null;

    private static bool Flag(JsonObject source, string name) => source[name] is JsonValue value && value.TryGetValue(out bool flag) && flag;
}
