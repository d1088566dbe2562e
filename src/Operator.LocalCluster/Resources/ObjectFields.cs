using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Operator.LocalCluster.Resources;

/// <summary>Reads fields of an object by their path; a missing or differently typed one reads as absent.</summary>
internal static class ObjectFields
{
    /// <summary>The value at a path, or null.</summary>
    public static JsonNode? At(this JsonObject? value, params ReadOnlySpan<string> path)
    {
        JsonNode? node = value;
        foreach (var name in path)
        {
            if (node is not JsonObject parent || !parent.TryGetPropertyValue(name, out node))
                return null;
        }
        return node;
    }

    /// <summary>The string at a path, or null.</summary>
    public static string? Text(this JsonObject? value, params ReadOnlySpan<string> path) => value.At(path).AsText();

    /// <summary>The integer at a path, or null.</summary>
    public static long? Number(this JsonObject? value, params ReadOnlySpan<string> path) => value.At(path).AsNumber();

    /// <summary>The boolean at a path, or null.</summary>
    public static bool? Flag(this JsonObject? value, params ReadOnlySpan<string> path) =>
        value.At(path) is JsonValue node ? node.GetValueKind() switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => null,
        } : null;

    /// <summary>The object at a path, or null.</summary>
    public static JsonObject? Child(this JsonObject? value, params ReadOnlySpan<string> path) => value.At(path) as JsonObject;

    /// <summary>The objects in the list at a path.</summary>
    public static IEnumerable<JsonObject> Children(this JsonObject? value, params ReadOnlySpan<string> path) =>
        value.At(path) is JsonArray list ? list.OfType<JsonObject>() : [];

    /// <summary>The strings in the list at a path.</summary>
    public static IEnumerable<string> Texts(this JsonObject? value, params ReadOnlySpan<string> path) =>
        value.At(path) is JsonArray list ? list.Select(AsText).OfType<string>() : [];

    /// <summary>The time at a path, or null.</summary>
    public static DateTimeOffset? Time(this JsonObject? value, params ReadOnlySpan<string> path) =>
        DateTimeOffset.TryParse(
            value.Text(path), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? time : null;

    /// <summary>The object under a name, made when it is missing.</summary>
    public static JsonObject Ensure(this JsonObject value, string name)
    {
        if (value[name] is JsonObject child)
            return child;
        child = [];
        value[name] = child;
        return child;
    }

    /// <summary>Sets a field unless it has a value.</summary>
    public static void Default(this JsonObject value, string name, JsonNode fallback)
    {
        if (value[name] is null)
            value[name] = fallback;
    }

    /// <summary>A string node's text, or null.</summary>
    public static string? AsText(this JsonNode? node) =>
        node is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;

    /// <summary>An integer node's value, or null.</summary>
    public static long? AsNumber(this JsonNode? node)
    {
        if (node is not JsonValue value || value.GetValueKind() != JsonValueKind.Number)
            return null;
        if (value.TryGetValue<long>(out var number))
            return number;
        if (value.TryGetValue<int>(out var small))
            return small;
        return value.TryGetValue<double>(out var real) && real == Math.Truncate(real) && Math.Abs(real) < 1e15 ? (long)real : null;
    }

    /// <summary>The pairs of the string map at a path.</summary>
    public static IEnumerable<KeyValuePair<string, string>> TextMap(this JsonObject? value, params ReadOnlySpan<string> path) =>
        value.Child(path) is { } map
            ? map.Where(pair => pair.Value.AsText() is not null).Select(pair => KeyValuePair.Create(pair.Key, pair.Value.AsText()!))
            : [];

    /// <summary>A time in the form of the API: seconds, UTC.</summary>
    public static string Stamp(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
