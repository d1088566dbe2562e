using System.Text.Json.Nodes;

namespace Operator.LocalCluster.Schemas;

internal sealed partial class StructuralSchema
{
    /// <summary>
    /// Sets missing fields to their defaults. Nulls where null is not allowed become the default, or go away where there is none.
    /// A default of a missing object's field sets nothing: the object itself must be present or have a default.
    /// </summary>
    /// <param name="value">The object; it is changed.</param>
    /// <param name="keepNulls">Whether nulls without a default stay, for validation to refuse: so it is after a server-side apply.</param>
    public void ApplyDefaults(JsonObject value, bool keepNulls = false)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (!keepNulls)
        {
            RemoveNulls(value, this);
        }

        SetDefaults(value, this);
    }

    /// <summary>
    /// What an object of a built-in kind holds before anything is set: fields that are structs in the server's types are there, and
    /// nullable fields and required lists are null. Ownership of a new object's fields is computed against it. Custom resources start from nothing.
    /// </summary>
    public JsonObject EmptyStructs()
    {
        var value = new JsonObject();
        foreach (var (name, property) in Properties)
        {
            if (property.Type == "object" && StructFields.Contains(name))
            {
                value[name] = property.EmptyStructs();
            }
            else if (property.IsNullable || (property.Type == "array" && Required.Contains(name)))
            {
                value[name] = null;
            }
        }

        return value;
    }

    private static readonly HashSet<string> StructFields = new(StringComparer.Ordinal)
    {
        "metadata", "spec", "status", "template", "strategy", "updateStrategy", "jobTemplate", "names", "loadBalancer", "source", "deprecatedSource",
    };

    private static bool IsForbiddenNull(JsonNode? value, StructuralSchema? schema) => value is null && schema is { IsNullable: false };

    private static void RemoveNulls(JsonNode? value, StructuralSchema? schema)
    {
        switch (value)
        {
            case JsonObject map:
                foreach (var (name, field) in map.ToArray())
                {
                    var declared = schema?.Field(name);
                    if (IsForbiddenNull(field, declared) && declared!.Default is null)
                    {
                        map.Remove(name);
                    }
                    else
                    {
                        RemoveNulls(field, declared);
                    }
                }

                break;
            case JsonArray list:
                foreach (var item in list)
                {
                    RemoveNulls(item, schema?.Items);
                }

                break;
        }
    }

    private static void SetDefaults(JsonNode? value, StructuralSchema? schema)
    {
        if (schema is null)
        {
            return;
        }

        switch (value)
        {
            case JsonObject map:
                foreach (var (name, property) in schema.Properties)
                {
                    if (property.Default is not null && (!map.TryGetPropertyValue(name, out var present) || IsForbiddenNull(present, property)))
                    {
                        map[name] = property.Default.DeepClone();
                    }
                }

                foreach (var (name, field) in map.ToArray())
                {
                    var declared = schema.Field(name);
                    if (!schema.Properties.ContainsKey(name) && IsForbiddenNull(field, declared))
                    {
                        map[name] = declared!.Default?.DeepClone();
                    }

                    SetDefaults(map[name], declared);
                }

                break;
            case JsonArray list:
                for (var i = 0; i < list.Count; i++)
                {
                    if (IsForbiddenNull(list[i], schema.Items) && schema.Items!.Default is { } fallback)
                    {
                        list[i] = fallback.DeepClone();
                    }

                    SetDefaults(list[i], schema.Items);
                }

                break;
        }
    }
}
