using System.Text.Json.Nodes;
using Operator.LocalCluster.Api;
using Operator.LocalCluster.Schemas;

namespace Operator.LocalCluster.Patching;

/// <summary>Kubernetes' strategic merge patch: a merge patch that merges lists by keys which the schema names.</summary>
internal static partial class StrategicMergePatch
{
    private const string Directive = "$patch";
    private const string RetainKeys = "$retainKeys";
    private const string DeleteFromPrimitiveList = "$deleteFromPrimitiveList/";
    private const string SetElementOrder = "$setElementOrder/";

    /// <summary>Merges <paramref name="patch"/> into a copy of <paramref name="target"/>; null removes.</summary>
    /// <exception cref="ApiException">The patch's directives are malformed, or list items lack their merge key.</exception>
    public static JsonObject Apply(JsonObject target, JsonObject patch, StructuralSchema schema)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(patch);
        return MergeMap((JsonObject)target.DeepClone(), (JsonObject)patch.DeepClone(), new PatchedType(schema, IsRoot: true));
    }

    /// <summary>The schema of a value, as far as it is known.</summary>
    private readonly record struct PatchedType(StructuralSchema? Schema, bool IsRoot = false)
    {
        public string? MergeKey => Schema?.PatchMergeKey;

        public bool MergesList => Schema?.PatchStrategies.Contains("merge") ?? false;

        public bool Replaces => Schema?.PatchStrategies.Contains("replace") ?? false;

        public PatchedType Item => new(Schema?.Items);

        public PatchedType Field(string name) => new(IsRoot && name == "metadata" ? ObjectMetaSchema.Instance : Schema?.Field(name));
    }

    /// <summary>Merges the patch into the original; both are used up.</summary>
    private static JsonObject MergeMap(JsonObject original, JsonObject patch, PatchedType type)
    {
        if (patch.TryGetPropertyValue(Directive, out var directive))
        {
            return ReplaceOrDelete(patch, directive);
        }

        KeepRetained(original, patch);
        ApplyElementOrders(original, patch, type);
        foreach (var (key, _) in patch.ToArray())
        {
            var change = Take(patch, key);
            if (key.StartsWith(DeleteFromPrimitiveList, StringComparison.Ordinal))
            {
                DeletePrimitives(original, key[DeleteFromPrimitiveList.Length..], change);
            }
            else if (change is null)
            {
                original.Remove(key);
            }
            else
            {
                MergeField(original, key, change, type.Field(key));
            }
        }

        return original;
    }

    private static void MergeField(JsonObject original, string key, JsonNode change, PatchedType type)
    {
        var present = original[key];
        if (present is JsonObject map && change is JsonObject mapChange)
        {
            if (type.Replaces)
            {
                original[key] = mapChange;
            }
            else
            {
                original.Remove(key);
                original[key] = MergeMap(map, mapChange, type);
            }
        }
        else if (present is JsonArray list && change is JsonArray listChange)
        {
            original.Remove(key);
            original[key] = type.MergesList ? MergeList(list, listChange, type) : listChange;
        }
        else if (WithoutDirectives(WithoutNulls(change), out var value))
        {
            original[key] = value;
        }
        else
        {
            original.Remove(key);
        }
    }

    private static JsonObject ReplaceOrDelete(JsonObject patch, JsonNode? directive)
    {
        switch (JsonScalar.TryText(directive, out var name) ? name : "")
        {
            case "replace":
                patch.Remove(Directive);
                return patch;
            case "delete":
                return [];
            default:
                throw new ApiException(500, "", $"unknown patch type {GoFormat.Json(directive)} in map: {GoFormat.Json(patch)}");
        }
    }

    private static void KeepRetained(JsonObject original, JsonObject patch)
    {
        if (!patch.ContainsKey(RetainKeys))
        {
            return;
        }

        var retained = Take(patch, RetainKeys) as JsonArray;
        var names = retained?.Select(item => JsonScalar.TryText(item, out var text) ? text : "").ToHashSet(StringComparer.Ordinal);
        var isComplete = names is not null && patch.All(field => field.Value is null || field.Key.StartsWith('$') || names.Contains(field.Key));
        if (!isComplete)
        {
            throw new ApiException(400, "BadRequest", "invalid patch format of retainKeys");
        }

        foreach (var (key, _) in original.ToArray())
        {
            if (!names!.Contains(key))
            {
                original.Remove(key);
            }
        }
    }

    private static void DeletePrimitives(JsonObject original, string key, JsonNode? values)
    {
        if (values is JsonArray unwanted && original[key] is JsonArray list)
        {
            for (var i = list.Count - 1; i >= 0; i--)
            {
                if (unwanted.Any(value => JsonNode.DeepEquals(value, list[i])))
                {
                    list.RemoveAt(i);
                }
            }
        }
    }

    /// <summary>Detaches a field's value, so that it can become part of another tree.</summary>
    private static JsonNode? Take(JsonObject map, string key)
    {
        var value = map[key];
        map.Remove(key);
        return value;
    }

    private static JsonNode WithoutNulls(JsonNode value)
    {
        foreach (var (key, field) in value as JsonObject is { } map ? map.ToArray() : [])
        {
            if (field is null)
            {
                value.AsObject().Remove(key);
            }
            else
            {
                WithoutNulls(field);
            }
        }

        foreach (var item in value as JsonArray ?? [])
        {
            _ = item is null ? null : WithoutNulls(item);
        }

        return value;
    }

    /// <summary>A copy without the maps that carry a directive; false where the value itself is one.</summary>
    private static bool WithoutDirectives(JsonNode? value, out JsonNode? kept)
    {
        kept = null;
        switch (value)
        {
            case JsonObject map when map.ContainsKey(Directive):
                return false;
            case JsonObject map:
                var fields = new JsonObject();
                foreach (var (key, field) in map)
                {
                    if (WithoutDirectives(field, out var copy))
                    {
                        fields[key] = copy;
                    }
                }

                kept = fields;
                return true;
            case JsonArray list:
                var items = new JsonArray();
                foreach (var item in list)
                {
                    if (WithoutDirectives(item, out var copy))
                    {
                        items.Add(copy);
                    }
                }

                kept = items;
                return true;
            default:
                kept = value?.DeepClone();
                return true;
        }
    }
}
