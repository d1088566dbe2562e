using System.Globalization;
using System.Text.Json.Nodes;

namespace Operator.LocalCluster.Schemas;

/// <summary>Checks that lists of type set hold no value twice and lists of type map no key twice.</summary>
internal static class UniqueListItems
{
    /// <summary>Checks a value and everything below; each repeated item is named once.</summary>
    public static IEnumerable<FieldError> Validate(StructuralSchema schema, JsonNode? value) => Node("", schema, value);

    private static IEnumerable<FieldError> Node(string path, StructuralSchema schema, JsonNode? value)
    {
        switch (value)
        {
            case JsonObject map:
                foreach (var (name, field) in map.OrderBy(pair => pair.Key, StringComparer.Ordinal))
                {
                    var isProperty = schema.Properties.TryGetValue(name, out var declared);
                    if ((declared ?? schema.AdditionalProperties) is { } known)
                    {
                        var at = !isProperty ? $"{path}[{name}]" : path.Length == 0 ? name : path + "." + name;
                        foreach (var error in Node(at, known, field))
                        {
                            yield return error;
                        }
                    }
                }

                break;
            case JsonArray list:
                foreach (var error in List(path, schema, list))
                {
                    yield return error;
                }

                for (var i = 0; schema.Items is { } items && i < list.Count; i++)
                {
                    foreach (var error in Node(At(path, i), items, list[i]))
                    {
                        yield return error;
                    }
                }

                break;
        }
    }

    private static IEnumerable<FieldError> List(string path, StructuralSchema schema, JsonArray list)
    {
        if (schema.ListType == "set")
        {
            return Repeated(path, [.. list]);
        }

        if (schema.ListType != "map")
        {
            return [];
        }

        for (var i = 0; i < list.Count; i++)
        {
            if (list[i] is not null and not JsonObject)
            {
                return [FieldErrors.Invalid(At(path, i), list[i], "must be an object for an array of list-type map")];
            }
        }

        return Repeated(path, [.. list.Select(item => Key(schema, item as JsonObject))]);
    }

    private static JsonObject Key(StructuralSchema schema, JsonObject? item)
    {
        var key = new JsonObject();
        foreach (var name in schema.ListMapKeys)
        {
            if (item is not null && item.TryGetPropertyValue(name, out var part))
            {
                key[name] = part?.DeepClone();
            }
        }

        return key;
    }

    private static IEnumerable<FieldError> Repeated(string path, IReadOnlyList<JsonNode?> values)
    {
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < values.Count; i++)
        {
            var text = GoFormat.Json(values[i]);
            var times = seen[text] = seen.GetValueOrDefault(text) + 1;
            if (times == 2)
            {
                yield return FieldErrors.Duplicate(At(path, i), values[i]);
            }
        }
    }

    private static string At(string path, int index) => string.Create(CultureInfo.InvariantCulture, $"{path}[{index}]");
}
