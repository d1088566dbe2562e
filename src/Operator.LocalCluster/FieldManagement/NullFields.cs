using System.Text.Json.Nodes;

namespace Operator.LocalCluster.FieldManagement;

/// <summary>Leaves out the fields that are null.</summary>
internal static class NullFields
{
    /// <summary>The object itself where it has no nulls, else a copy without them. Nulls in lists stay.</summary>
    public static JsonObject Without(JsonObject value)
    {
        if (!Has(value)) return value;
        var copy = (JsonObject)value.DeepClone();
        Remove(copy);
        return copy;
    }

    private static bool Has(JsonNode? node) => node switch
    {
        JsonObject map => map.Any(m => m.Value is null || Has(m.Value)),
        JsonArray list => list.Any(Has),
        _ => false,
    };

    private static void Remove(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject map:
                foreach (var name in map.Where(m => m.Value is null).Select(m => m.Key).ToArray()) map.Remove(name);
                foreach (var (_, member) in map) Remove(member);
                break;
            case JsonArray list:
                foreach (var item in list) Remove(item);
                break;
        }
    }
}
