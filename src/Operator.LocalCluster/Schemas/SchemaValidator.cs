using System.Globalization;
using System.Text.Json.Nodes;

namespace Operator.LocalCluster.Schemas;

/// <summary>
/// Checks a value against a schema. Errors come in a fixed order: the node's own, then fields by name, then missing fields.
/// What did not change since the stored object is let through where the two can be matched.
/// </summary>
internal static partial class SchemaValidator
{
    /// <summary>Checks a whole object.</summary>
    public static IReadOnlyList<FieldError> Validate(StructuralSchema schema, JsonObject value, JsonObject? live)
    {
        var findings = Node(schema, value, default, "");
        // Most objects are valid; only for the others it matters what was stored.
        return findings.IsValid || live is null ? findings.Errors : Ratchet(schema, value, new Stored(true, live), "").Errors;
    }

    /// <summary>Checks one value at a path; without a stored counterpart.</summary>
    public static IReadOnlyList<FieldError> ValidateValue(StructuralSchema schema, JsonNode? value, string path) =>
        Node(schema, value, default, path).Errors;

    private static Findings Ratchet(StructuralSchema schema, JsonNode? value, Stored stored, string path)
    {
        var findings = Node(schema, value, stored, path);
        return findings.IsValid || !stored.IsKnown || !JsonNode.DeepEquals(value, stored.Value) ? findings : new Findings { Matches = findings.Matches };
    }

    private static Findings Node(StructuralSchema schema, JsonNode? value, Stored stored, string path)
    {
        var findings = new Findings();
        var kind = JsonScalar.KindOf(value);
        CheckType(findings, schema, kind, value, path);
        if (kind != JsonScalarKind.Null)
        {
            findings.Merge(Compositions(schema, value, stored, path));
            switch (kind)
            {
                case JsonScalarKind.String:
                    CheckString(findings, schema, JsonScalar.Text(value), path);
                    CheckFormat(findings, schema, JsonScalar.Text(value), path);
                    break;
                case JsonScalarKind.Integer or JsonScalarKind.Float:
                    CheckNumber(findings, schema, value!, kind, path);
                    break;
                case JsonScalarKind.List:
                    CheckList(findings, schema, (JsonArray)value!, stored, path);
                    break;
            }
        }

        CheckEnum(findings, schema, value, path);
        if (kind == JsonScalarKind.Map)
        {
            CheckMap(findings, schema, (JsonObject)value!, stored, path);
        }

        findings.Matches++;
        return findings;
    }

    private static void CheckEnum(Findings findings, StructuralSchema schema, JsonNode? value, string path)
    {
        if (schema.Limits.Enum is not { } allowed || (value is not null && allowed.Any(one => JsonNode.DeepEquals(one, value))))
        {
            findings.Matches++;
            return;
        }

        findings.Add(FieldErrors.NotSupported(path, value, allowed.Select(one => JsonScalar.TryText(one, out var text) ? text : GoFormat.Json(one))));
    }

    private static void CheckList(Findings findings, StructuralSchema schema, JsonArray list, Stored stored, string path)
    {
        if (schema.Items is { } items)
        {
            for (var i = 0; i < list.Count; i++)
            {
                findings.Merge(Ratchet(items, list[i], stored.Item(schema, list[i]), string.Create(CultureInfo.InvariantCulture, $"{path}[{i}]")));
            }
        }

        var (minimum, maximum) = schema.Limits.Items;
        if (list.Count < minimum)
        {
            findings.Add(FieldErrors.Invalid(path, list.Count, string.Create(CultureInfo.InvariantCulture, $"{path} in body should have at least {minimum} items")));
        }

        if (list.Count > maximum)
        {
            findings.Add(FieldErrors.TooMany(path, list.Count, maximum.Value));
        }

        if (schema.Limits.UniqueItems && HasDuplicates(list))
        {
            findings.Add(FieldErrors.Invalid(path, "", $"{path} in body shouldn't contain duplicates"));
        }

        findings.Matches++;
    }

    private static bool HasDuplicates(JsonArray list)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        return list.Any(item => !seen.Add(GoFormat.Json(item)));
    }

    private static void CheckMap(Findings findings, StructuralSchema schema, JsonObject map, Stored stored, string path)
    {
        var (minimum, maximum) = schema.Limits.Properties;
        if (map.Count < minimum)
        {
            findings.Add(FieldErrors.Invalid(path, map.Count, string.Create(CultureInfo.InvariantCulture, $"{path} in body should have at least {minimum} properties")));
        }

        if (map.Count > maximum)
        {
            findings.Add(FieldErrors.TooMany(path, map.Count, maximum.Value));
        }

        foreach (var (name, field) in map.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            if (schema.Field(name) is { } declared)
            {
                // apiVersion and kind are never let through for being unchanged.
                var known = path.Length == 0 && name is "apiVersion" or "kind" ? default : stored.Field(name);
                findings.Merge(Ratchet(declared, field, known, Join(path, name)));
            }
            else if (schema.AllowsAdditionalProperties == false)
            {
                findings.Add(FieldErrors.Invalid(path, name, $"{path}.{name} in body is a forbidden property"));
            }
        }

        foreach (var name in schema.Required)
        {
            if (!map.ContainsKey(name))
            {
                findings.Add(FieldErrors.Required(Join(path, name)));
            }
        }
    }

    private static string Join(string path, string name) => path.Length == 0 ? name : path + "." + name;
}
