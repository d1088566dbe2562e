using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Operator.Evals.Suites;

namespace Operator.Evals.Checks;

/// <summary>Reads the schemas of <c>jsonSchema</c> checks.</summary>
internal static class JsonSchemaReader
{
    private const int Deepest = 32;
    private static readonly string[] Types = ["object", "array", "string", "number", "integer", "boolean", "null"];
    private static readonly string[] Notes = ["title", "description", "$schema", "$comment", "examples"];
    private static readonly string[] Keywords =
    [
        "type", "enum", "const", "properties", "required", "additionalProperties", "items", "minItems", "maxItems", "minLength", "maxLength",
        "pattern", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum",
    ];

    /// <summary>The schema; null when it has errors.</summary>
    public static JsonSchema? Read(LocatedJson json, LineErrors errors) => Read(json, errors, 0);

    /// <summary>A value as an element of its own.</summary>
    public static JsonElement Element(LocatedJson value)
    {
        using var document = JsonDocument.Parse(value.ToCanonicalBytes());
        return document.RootElement.Clone();
    }

    private static JsonSchema? Read(LocatedJson json, LineErrors errors, int depth)
    {
        if (json.Kind == JsonValueKind.True) return new JsonSchema();
        if (json.Kind != JsonValueKind.Object || depth > Deepest)
        {
            errors.Add(json, json.Kind == JsonValueKind.Object ? $"schemas nest at most {Deepest} deep" : "a schema is an object");
            return null;
        }
        foreach (var member in json.Members.Where(m => !Keywords.Contains(m.Name) && !Notes.Contains(m.Name)))
            errors.Add(member.Column, $"'{SuiteError.Quote(member.Name)}' is no keyword of the supported subset: {string.Join(", ", Keywords)}");
        var (allows, others) = Others(json.Find("additionalProperties"), errors, depth);
        return new JsonSchema
        {
            Types = TypesOf(json.Find("type"), errors),
            Values = Values(json, errors),
            Properties = Properties(json.Find("properties"), errors, depth),
            Required = Required(json.Find("required"), errors),
            AllowsOthers = allows,
            Others = others,
            Items = json.Find("items") is { } items ? Read(items, errors, depth + 1) : null,
            MinItems = Count(json.Find("minItems"), "minItems", errors) ?? 0,
            MaxItems = Count(json.Find("maxItems"), "maxItems", errors) ?? int.MaxValue,
            MinLength = Count(json.Find("minLength"), "minLength", errors) ?? 0,
            MaxLength = Count(json.Find("maxLength"), "maxLength", errors) ?? int.MaxValue,
            Pattern = Pattern(json.Find("pattern"), errors),
            Minimum = Bound(json, "minimum", "exclusiveMinimum", errors),
            Maximum = Bound(json, "maximum", "exclusiveMaximum", errors),
        };
    }

    private static ImmutableArray<string> TypesOf(LocatedJson? value, LineErrors errors)
    {
        if (value is null) return [];
        IReadOnlyList<LocatedJson> named = value.Kind == JsonValueKind.Array ? value.Items : [value];
        if (named.Count > 0 && named.All(t => t.Kind == JsonValueKind.String && Types.Contains(t.Text))) return [.. named.Select(t => t.Text)];
        errors.Add(value, $"type is one of {string.Join(", ", Types)}, or a list of them");
        return [];
    }

    private static ImmutableArray<JsonElement>? Values(LocatedJson json, LineErrors errors)
    {
        if (json.Find("const") is { } constant) return [Element(constant)];
        if (json.Find("enum") is not { } list) return null;
        if (list is { Kind: JsonValueKind.Array, Items.Count: > 0 }) return [.. list.Items.Select(Element)];
        errors.Add(list, "enum is a list of values");
        return null;
    }

    private static ImmutableDictionary<string, JsonSchema> Properties(LocatedJson? value, LineErrors errors, int depth)
    {
        var properties = ImmutableDictionary.CreateBuilder<string, JsonSchema>(StringComparer.Ordinal);
        if (value is { Kind: not JsonValueKind.Object }) errors.Add(value, "properties is an object of schemas");
        foreach (var member in value?.Members ?? [])
        {
            if (Read(member.Value, errors, depth + 1) is { } schema) properties[member.Name] = schema;
        }
        return properties.ToImmutable();
    }

    private static ImmutableArray<string> Required(LocatedJson? value, LineErrors errors)
    {
        if (value is null) return [];
        if (value.Kind == JsonValueKind.Array && value.Items.All(i => i.Kind == JsonValueKind.String)) return [.. value.Items.Select(i => i.Text)];
        errors.Add(value, "required is a list of names");
        return [];
    }

    private static (bool Allows, JsonSchema? Others) Others(LocatedJson? value, LineErrors errors, int depth) => value?.Kind switch
    {
        null or JsonValueKind.True => (true, null),
        JsonValueKind.False => (false, null),
        _ => (true, Read(value, errors, depth + 1)),
    };

    private static int? Count(LocatedJson? value, string keyword, LineErrors errors)
    {
        if (value is null) return null;
        if (value.Kind == JsonValueKind.Number && int.TryParse(value.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var count)) return count;
        errors.Add(value, $"{keyword} is a whole number from 0");
        return null;
    }

    private static System.Text.RegularExpressions.Regex? Pattern(LocatedJson? value, LineErrors errors)
    {
        if (value is null) return null;
        string? problem = "it is a text";
        if (value.Kind == JsonValueKind.String && BoundedRegex.Read(value.Text, out problem) is { } pattern) return pattern;
        errors.Add(value, "pattern: " + problem);
        return null;
    }

    private static (decimal, bool)? Bound(LocatedJson json, string inclusive, string exclusive, LineErrors errors)
    {
        var isExclusive = json.Find(exclusive) is not null;
        if ((json.Find(exclusive) ?? json.Find(inclusive)) is not { } value) return null;
        if (isExclusive && json.Find(inclusive) is { } both) errors.Add(both, $"give either {inclusive} or {exclusive}");
        if (value.Kind == JsonValueKind.Number && decimal.TryParse(value.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var bound))
            return (bound, isExclusive);
        errors.Add(value, $"{(isExclusive ? exclusive : inclusive)} is a number");
        return null;
    }
}
