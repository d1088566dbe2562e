using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Operator.Runtime.Admission.Patching;

/// <summary>Computes the RFC 6902 patch that turns one document into another.</summary>
internal static class JsonPatchDiff
{
    /// <summary>The patch from <paramref name="before"/> to <paramref name="after"/> as UTF-8 JSON; empty when they are equal.</summary>
    public static ReadOnlyMemory<byte> Compute(JsonNode? before, JsonNode? after)
    {
        if (JsonNode.DeepEquals(before, after)) return default;
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartArray();
        Compare(json, "", before, after);
        json.WriteEndArray();
        json.Flush();
        return buffer.WrittenMemory;
    }

    private static void Compare(Utf8JsonWriter json, string path, JsonNode? before, JsonNode? after)
    {
        if (JsonNode.DeepEquals(before, after)) return;
        switch (before, after)
        {
            case (JsonObject from, JsonObject to):
                CompareObjects(json, path, from, to);
                break;
            case (JsonArray from, JsonArray to):
                CompareArrays(json, path, from, to);
                break;
            default:
                Write(json, "replace", path, after);
                break;
        }
    }

    private static void CompareObjects(Utf8JsonWriter json, string path, JsonObject from, JsonObject to)
    {
        foreach (var (name, value) in from)
        {
            var at = path + "/" + Escape(name);
            if (to.TryGetPropertyValue(name, out var kept)) Compare(json, at, value, kept);
            else Remove(json, at);
        }

        foreach (var (name, value) in to)
        {
            if (!from.ContainsKey(name)) Write(json, "add", path + "/" + Escape(name), value);
        }
    }

    private static void CompareArrays(Utf8JsonWriter json, string path, JsonArray from, JsonArray to)
    {
        var start = 0;
        var (fromEnd, toEnd) = (from.Count, to.Count);
        while (start < fromEnd && start < toEnd && JsonNode.DeepEquals(from[start], to[start])) start++;
        while (fromEnd > start && toEnd > start && JsonNode.DeepEquals(from[fromEnd - 1], to[toEnd - 1]))
        {
            fromEnd--;
            toEnd--;
        }

        var both = Math.Min(fromEnd, toEnd);
        for (var i = start; i < both; i++) Compare(json, $"{path}/{i}", from[i], to[i]);
        // From the end, so that an index still means what it meant.
        for (var i = fromEnd - 1; i >= both; i--) Remove(json, $"{path}/{i}");
        for (var i = both; i < toEnd; i++) Write(json, "add", $"{path}/{i}", to[i]);
    }

    private static void Write(Utf8JsonWriter json, string op, string path, JsonNode? value)
    {
        json.WriteStartObject();
        json.WriteString("op", op);
        json.WriteString("path", path);
        json.WritePropertyName("value");
        if (value is null) json.WriteNullValue();
        else value.WriteTo(json);
        json.WriteEndObject();
    }

    private static void Remove(Utf8JsonWriter json, string path)
    {
        json.WriteStartObject();
        json.WriteString("op", "remove");
        json.WriteString("path", path);
        json.WriteEndObject();
    }

    private static string Escape(string name) =>
        name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);
}
