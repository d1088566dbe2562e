using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Operator.LocalCluster.Api;

/// <summary>Reads and writes the metadata of objects in JSON form.</summary>
internal static class ObjectMetadata
{
    /// <summary>The metadata; an empty one is put in where it is missing.</summary>
    public static JsonObject Of(JsonObject value)
    {
        if (value["metadata"] is JsonObject metadata) return metadata;
        metadata = [];
        value["metadata"] = metadata;
        return metadata;
    }

    /// <summary>A text field of the metadata; empty where it is missing or no text.</summary>
    public static string Text(JsonObject value, string field) =>
        value["metadata"] is JsonObject metadata ? TextOf(metadata[field]) : "";

    /// <summary>The text of a node; empty where it is missing or no text.</summary>
    public static string TextOf(JsonNode? node) =>
        node is JsonValue text && text.GetValueKind() == JsonValueKind.String ? text.GetValue<string>() : "";

    /// <summary>The finalizers.</summary>
    public static IReadOnlyList<string> Finalizers(JsonObject value) =>
        value["metadata"]?["finalizers"] is JsonArray finalizers ? [.. finalizers.Select(TextOf)] : [];

    /// <summary>Sets the finalizers; an empty list removes the field.</summary>
    public static void SetFinalizers(JsonObject value, IReadOnlyCollection<string> finalizers)
    {
        if (finalizers.Count == 0) Of(value).Remove("finalizers");
        else Of(value)["finalizers"] = new JsonArray([.. finalizers.Select(f => JsonValue.Create(f))]);
    }

    /// <summary>Whether the object is being deleted.</summary>
    public static bool IsDeleting(JsonObject value) => value["metadata"]?["deletionTimestamp"] is not null;

    /// <summary>The generation; 0 where there is none.</summary>
    public static long Generation(JsonObject value) => Number(value["metadata"]?["generation"]) ?? 0;

    /// <summary>A whole number; null where the node is none.</summary>
    public static long? Number(JsonNode? node) =>
        node is JsonValue number && number.GetValueKind() == JsonValueKind.Number
            && long.TryParse(number.ToJsonString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
            ? value
            : null;

    /// <summary>A time as the API writes it, with whole seconds.</summary>
    public static string Time(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
