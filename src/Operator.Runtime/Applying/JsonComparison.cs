using System.Text.Json.Nodes;

namespace Operator.Runtime.Applying;

/// <summary>Compares JSON by meaning: an absent field equals null, the order of fields does not count, 1 equals 1.0.</summary>
internal static class JsonComparison
{
    /// <summary>Whether two documents mean the same.</summary>
    public static bool Same(JsonNode? a, JsonNode? b)
    {
        if (a is JsonObject left && b is JsonObject right)
            return left.All(p => Same(p.Value, right[p.Key])) && right.All(p => left.ContainsKey(p.Key) || p.Value is null);
        return LeavesOrArraysMatch(a, b, Same);
    }

    /// <summary>
    /// Whether <paramref name="whole"/> holds everything that <paramref name="part"/> says: further fields are allowed, at every depth;
    /// lists must have the same length. A false answer may be wrong (values that the server writes in another form), a true one is not.
    /// </summary>
    public static bool Contains(JsonNode? whole, JsonNode? part)
    {
        if (whole is JsonObject left && part is JsonObject right) return right.All(p => Contains(left[p.Key], p.Value));
        return LeavesOrArraysMatch(whole, part, Contains);
    }

    /// <summary>The merge patch (RFC 7386) that turns one document into another; empty when they mean the same.</summary>
    public static JsonObject MergePatch(JsonObject from, JsonObject to)
    {
        var patch = new JsonObject();
        foreach (var (name, value) in to)
        {
            if (value is null || Same(from[name], value)) continue;
            patch[name] = value is JsonObject after && from[name] is JsonObject before ? MergePatch(before, after) : value.DeepClone();
        }
        foreach (var (name, value) in from)
        {
            if (value is not null && to[name] is null) patch[name] = null;
        }
        return patch;
    }

    private static bool LeavesOrArraysMatch(JsonNode? a, JsonNode? b, Func<JsonNode?, JsonNode?, bool> match)
    {
        if (a is JsonArray left && b is JsonArray right)
        {
            if (left.Count != right.Count) return false;
            for (var i = 0; i < left.Count; i++)
            {
                if (!match(left[i], right[i])) return false;
            }
            return true;
        }
        return JsonNode.DeepEquals(a, b);
    }
}
