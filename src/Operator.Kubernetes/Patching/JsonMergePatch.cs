using System.Text.Json.Nodes;

namespace Operator.Kubernetes.Patching;

/// <summary>Merge patches (RFC 7386) as pure functions over JSON documents.</summary>
public static class JsonMergePatch
{
    /// <summary>
    /// The smallest patch that turns <paramref name="from"/> into <paramref name="to"/>; an empty object when they do not differ.
    /// A merge patch cannot set a field to null (it would remove it) and replaces lists as a whole.
    /// </summary>
    public static JsonNode? Diff(JsonNode? from, JsonNode? to)
    {
        if (to is not JsonObject target) return to?.DeepClone();
        // What is no object becomes an empty one when it is patched with an object.
        var source = from as JsonObject ?? [];
        var patch = new JsonObject();
        foreach (var (name, _) in source)
            if (!target.ContainsKey(name)) patch[name] = null;
        foreach (var (name, value) in target)
        {
            var isPresent = source.TryGetPropertyValue(name, out var former);
            // A null that is not there yet cannot be set; a patch that tries would never be done.
            if (isPresent ? JsonNode.DeepEquals(former, value) : value is null) continue;
            patch[name] = isPresent && former is JsonObject && value is JsonObject ? Diff(former, value) : WithoutNulls(value);
        }
        return patch;
    }

    /// <summary>Applies a patch; the target stays as it is.</summary>
    public static JsonNode? Apply(JsonNode? target, JsonNode? patch)
    {
        if (patch is not JsonObject changes) return patch?.DeepClone();
        var result = target is JsonObject present ? (JsonObject)present.DeepClone() : [];
        foreach (var (name, value) in changes)
        {
            if (value is null) result.Remove(name);
            else result[name] = Apply(result[name], value);
        }
        return result;
    }

    /// <summary>A new value as a patch says it: objects in it are merged into nothing, so their nulls would only vanish.</summary>
    private static JsonNode? WithoutNulls(JsonNode? value) => value is JsonObject ? Diff(null, value) : value?.DeepClone();
}
