using System.Text.Json.Nodes;

namespace Operator.LocalCluster.Patching;

/// <summary>JSON Merge Patch (RFC 7386).</summary>
internal static class MergePatch
{
    /// <summary>
    /// Merges <paramref name="patch"/> into a copy of <paramref name="target"/>; null removes. As on a real server, nulls in objects
    /// inside of lists go as well.
    /// </summary>
    public static JsonNode? Apply(JsonNode? target, JsonNode? patch)
    {
        if (patch is not JsonObject changes)
        {
            return WithoutNulls(patch);
        }

        if (target is not JsonObject original)
        {
            return WithoutNulls(patch);
        }

        var merged = (JsonObject)original.DeepClone();
        Merge(merged, changes);
        return merged;
    }

    private static void Merge(JsonObject target, JsonObject patch)
    {
        foreach (var (name, change) in patch)
        {
            if (change is null)
            {
                target.Remove(name);
            }
            else if (change is JsonObject nested && target[name] is JsonObject present)
            {
                Merge(present, nested);
            }
            else
            {
                target[name] = WithoutNulls(change);
            }
        }
    }

    private static JsonNode? WithoutNulls(JsonNode? value)
    {
        switch (value)
        {
            case JsonObject map:
                var kept = new JsonObject();
                foreach (var (name, field) in map)
                {
                    if (field is not null)
                    {
                        kept[name] = WithoutNulls(field);
                    }
                }

                return kept;
            case JsonArray list:
                return new JsonArray([.. list.Select(WithoutNulls)]);
            default:
                return value?.DeepClone();
        }
    }
}
