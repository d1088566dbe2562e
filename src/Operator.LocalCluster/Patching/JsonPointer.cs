using System.Globalization;
using System.Text.Json.Nodes;

namespace Operator.LocalCluster.Patching;

/// <summary>A place in a document: its parent and the last step (RFC 6901).</summary>
/// <remarks>Negative indexes count from the end, as the real server allows.</remarks>
internal readonly record struct JsonPointer(JsonNode Parent, string Key)
{
    /// <summary>Finds the parent of the place that a pointer names; null where the way there does not exist.</summary>
    public static JsonPointer? Find(JsonNode document, string pointer)
    {
        var steps = pointer.Split('/');
        if (steps.Length < 2 || steps[0].Length > 0)
        {
            return null;
        }

        JsonNode? node = document;
        foreach (var step in steps.Skip(1).SkipLast(1))
        {
            if (node is null || !new JsonPointer(node, Decode(step)).TryGet(out node))
            {
                return null;
            }
        }

        return node is JsonObject or JsonArray ? new JsonPointer(node, Decode(steps[^1])) : null;
    }

    /// <summary>Reads the value; false where there is none.</summary>
    public bool TryGet(out JsonNode? value)
    {
        value = null;
        switch (Parent)
        {
            case JsonObject map:
                return map.TryGetPropertyValue(Key, out value);
            case JsonArray list when Index(list, list.Count - 1) is { } index:
                value = list[index];
                return true;
            default:
                return false;
        }
    }

    /// <summary>Adds a field or inserts an item; <c>-</c> appends.</summary>
    public bool Add(JsonNode? value)
    {
        switch (Parent)
        {
            case JsonObject map:
                map[Key] = value;
                return true;
            case JsonArray list when Key == "-":
                list.Add(value);
                return true;
            case JsonArray list when Index(list, list.Count, list.Count + 1) is { } index:
                list.Insert(index, value);
                return true;
            default:
                return false;
        }
    }

    /// <summary>Replaces an item of a list, or sets a field: as on the real server, a missing one as well.</summary>
    public bool Replace(JsonNode? value)
    {
        switch (Parent)
        {
            case JsonObject map:
                map[Key] = value;
                return true;
            case JsonArray list when Index(list, list.Count - 1) is { } index:
                list[index] = value;
                return true;
            default:
                return false;
        }
    }

    /// <summary>Removes what is there.</summary>
    public bool Remove()
    {
        switch (Parent)
        {
            case JsonObject map:
                return map.Remove(Key);
            case JsonArray list when Index(list, list.Count - 1) is { } index:
                list.RemoveAt(index);
                return true;
            default:
                return false;
        }
    }

    private int? Index(JsonArray list, int last, int? size = null)
    {
        if (!int.TryParse(Key, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var index))
        {
            return null;
        }

        index = index < 0 ? index + (size ?? list.Count) : index;
        return index >= 0 && index <= last ? index : null;
    }

    private static string Decode(string step) =>
        step.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
}
