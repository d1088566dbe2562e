using System.Text.Json.Nodes;

namespace Operator.Runtime.Admission.Patching;

/// <summary>
/// Carries a change that was made on a typed copy over to the document that the copy was read from. The document may hold fields
/// that the type does not know, and lack fields that the type writes as defaults: neither becomes part of the change.
/// </summary>
internal static class TypedChange
{
    /// <summary>The document with the change.</summary>
    /// <param name="document">What came on the wire.</param>
    /// <param name="before">The typed copy as it was read, written back.</param>
    /// <param name="after">The typed copy after the change, written back.</param>
    public static JsonNode? CarryOver(JsonNode? document, JsonNode? before, JsonNode? after)
    {
        if (JsonNode.DeepEquals(before, after)) return document?.DeepClone();
        return (before, after) switch
        {
            (JsonObject from, JsonObject to) => Objects(document as JsonObject, from, to),
            (JsonArray from, JsonArray to) when document is JsonArray list && list.Count == from.Count => Arrays(list, from, to),
            _ => after?.DeepClone(),
        };
    }

    private static JsonObject Objects(JsonObject? document, JsonObject from, JsonObject to)
    {
        var result = document is null ? [] : (JsonObject)document.DeepClone();
        foreach (var (name, _) in from)
        {
            if (!to.ContainsKey(name)) result.Remove(name);
        }

        foreach (var (name, value) in to)
        {
            if (!from.TryGetPropertyValue(name, out var former)) result[name] = value?.DeepClone();
            else if (!JsonNode.DeepEquals(former, value)) result[name] = CarryOver(document?[name], former, value);
        }

        return result;
    }

    private static JsonArray Arrays(JsonArray document, JsonArray from, JsonArray to)
    {
        var origins = Origins(from, to);
        var result = new JsonArray();
        for (var i = 0; i < to.Count; i++)
        {
            result.Add(origins[i] is var origin and >= 0 ? CarryOver(document[origin], from[origin], to[i]) : to[i]?.DeepClone());
        }

        return result;
    }

    /// <summary>For each new element the old one that it comes from: an equal one, else one of the same name, else the one in its place.</summary>
    private static int[] Origins(JsonArray from, JsonArray to)
    {
        var origins = new int[to.Count];
        Array.Fill(origins, -1);
        var free = new bool[from.Count];
        Array.Fill(free, true);
        for (var i = 0; i < to.Count; i++)
        {
            if (i < from.Count && JsonNode.DeepEquals(from[i], to[i])) Take(i, i);
        }

        Match(JsonNode.DeepEquals);
        Match((old, now) => NameOf(old) is { } name && name == NameOf(now));
        if (from.Count == to.Count)
        {
            for (var i = 0; i < to.Count; i++)
            {
                if (origins[i] < 0 && free[i] && NameOf(to[i]) is null) Take(i, i);
            }
        }

        return origins;

        void Take(int index, int origin) => (origins[index], free[origin]) = (origin, false);

        void Match(Func<JsonNode?, JsonNode?, bool> same)
        {
            for (var i = 0; i < to.Count; i++)
            {
                if (origins[i] >= 0) continue;
                for (var j = 0; j < from.Count; j++)
                {
                    if (!free[j] || !same(from[j], to[i])) continue;
                    Take(i, j);
                    break;
                }
            }
        }
    }

    private static string? NameOf(JsonNode? node) =>
        node is JsonObject item && item["name"] is JsonValue value && value.TryGetValue<string>(out var name) ? name : null;
}
