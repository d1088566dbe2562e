using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Operator.Evals.Checks;

/// <summary>
/// A subset of JSON Schema: <c>type</c> (one or a list), <c>enum</c>, <c>const</c>, <c>properties</c>, <c>required</c>,
/// <c>additionalProperties</c> (true, false or a schema), <c>items</c>, <c>minItems</c>, <c>maxItems</c>, <c>minLength</c>,
/// <c>maxLength</c> (in code points), <c>pattern</c>, <c>minimum</c>, <c>maximum</c>, <c>exclusiveMinimum</c>, <c>exclusiveMaximum</c>.
/// Every other keyword is an error of the suite, so that none is ignored in silence; title, description and the like are allowed.
/// </summary>
internal sealed record JsonSchema
{
    /// <summary>The allowed types; empty for any.</summary>
    public ImmutableArray<string> Types { get; init; } = [];

    /// <summary>The allowed values; null for any.</summary>
    public ImmutableArray<JsonElement>? Values { get; init; }

    /// <summary>Schemas of members.</summary>
    public ImmutableDictionary<string, JsonSchema> Properties { get; init; } = ImmutableDictionary<string, JsonSchema>.Empty;

    /// <summary>Members that must be there.</summary>
    public ImmutableArray<string> Required { get; init; } = [];

    /// <summary>Whether other members may be there.</summary>
    public bool AllowsOthers { get; init; } = true;

    /// <summary>The schema of other members; null for any.</summary>
    public JsonSchema? Others { get; init; }

    /// <summary>The schema of items; null for any.</summary>
    public JsonSchema? Items { get; init; }

    /// <summary>The least number of items.</summary>
    public int MinItems { get; init; }

    /// <summary>The largest number of items.</summary>
    public int MaxItems { get; init; } = int.MaxValue;

    /// <summary>The least length of a text.</summary>
    public int MinLength { get; init; }

    /// <summary>The largest length of a text.</summary>
    public int MaxLength { get; init; } = int.MaxValue;

    /// <summary>What a text must match; null for anything.</summary>
    public Regex? Pattern { get; init; }

    /// <summary>The least number, and whether it is excluded.</summary>
    public (decimal Value, bool Exclusive)? Minimum { get; init; }

    /// <summary>The largest number, and whether it is excluded.</summary>
    public (decimal Value, bool Exclusive)? Maximum { get; init; }

    /// <summary>Whether a value has this form; null when a pattern took too long to find out.</summary>
    public bool? Matches(JsonElement value)
    {
        if (!Types.IsEmpty && !Types.Any(t => IsOfType(value, t))) return false;
        if (Values is { } values && !values.Any(v => JsonElement.DeepEquals(v, value))) return false;
        return value.ValueKind switch
        {
            JsonValueKind.Object => ObjectMatches(value),
            JsonValueKind.Array => ArrayMatches(value),
            JsonValueKind.String => TextMatches(value.GetString()!),
            JsonValueKind.Number => NumberMatches(value),
            _ => true,
        };
    }

    private bool? ObjectMatches(JsonElement value)
    {
        foreach (var name in Required)
        {
            if (!value.TryGetProperty(name, out _)) return false;
        }
        bool? all = true;
        foreach (var member in value.EnumerateObject())
        {
            if (!Properties.TryGetValue(member.Name, out var schema))
            {
                if (!AllowsOthers) return false;
                schema = Others;
            }
            var matches = schema is null ? true : schema.Matches(member.Value);
            if (matches == false) return false;
            if (matches is null) all = null;
        }
        return all;
    }

    private bool? ArrayMatches(JsonElement value)
    {
        var count = value.GetArrayLength();
        if (count < MinItems || count > MaxItems) return false;
        bool? all = true;
        if (Items is null) return all;
        foreach (var item in value.EnumerateArray())
        {
            var matches = Items.Matches(item);
            if (matches == false) return false;
            if (matches is null) all = null;
        }
        return all;
    }

    private bool? TextMatches(string text)
    {
        if (MinLength > 0 || MaxLength < int.MaxValue)
        {
            var length = text.EnumerateRunes().Count();
            if (length < MinLength || length > MaxLength) return false;
        }
        return Pattern is null ? true : BoundedRegex.IsMatch(Pattern, text);
    }

    private bool NumberMatches(JsonElement value)
    {
        if (Minimum is null && Maximum is null) return true;
        var number = Number(value);
        return (Minimum is not { } min || (min.Exclusive ? number > min.Value : number >= min.Value))
            && (Maximum is not { } max || (max.Exclusive ? number < max.Value : number <= max.Value));
    }

    // Numbers beyond what a decimal holds are compared as the largest one.
    private static decimal Number(JsonElement value) =>
        value.TryGetDecimal(out var number) ? number
        : double.Parse(value.GetRawText(), CultureInfo.InvariantCulture) switch
        {
            > 0 and >= 7.9e28 => decimal.MaxValue,
            <= -7.9e28 => decimal.MinValue,
            var small => (decimal)small,
        };

    private static bool IsOfType(JsonElement value, string type) => value.ValueKind switch
    {
        JsonValueKind.Object => type == "object",
        JsonValueKind.Array => type == "array",
        JsonValueKind.String => type == "string",
        JsonValueKind.True or JsonValueKind.False => type == "boolean",
        JsonValueKind.Null => type == "null",
        JsonValueKind.Number => type == "number" || (type == "integer" && IsWhole(value)),
        _ => false,
    };

    private static bool IsWhole(JsonElement value) => value.TryGetDecimal(out var number)
        ? number == decimal.Truncate(number)
        : double.Parse(value.GetRawText(), CultureInfo.InvariantCulture) is var large && Math.Abs(large) > 1;
}
