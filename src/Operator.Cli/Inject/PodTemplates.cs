using System.Text.Json.Nodes;

namespace Operator.Cli.Inject;

/// <summary>Finds pods in manifests: a Pod itself, and the templates of everything that makes pods, of any kind.</summary>
internal static class PodTemplates
{
    /// <summary>The objects of a manifest: its items where it is a list.</summary>
    public static IEnumerable<JsonObject> Objects(JsonObject manifest) =>
        manifest["items"] is JsonArray items && Text(manifest, "kind").EndsWith("List", StringComparison.Ordinal)
            ? items.OfType<JsonObject>().SelectMany(Objects)
            : [manifest];

    /// <summary>The part of an object with the metadata and the spec of its pods; null when it makes none.</summary>
    public static JsonObject? Of(JsonObject manifest)
    {
        if (Text(manifest, "kind") == "Pod" && Text(manifest, "apiVersion") == "v1") return manifest;
        if (manifest["spec"] is not JsonObject spec) return null;
        var template = spec["template"] as JsonObject ?? ((spec["jobTemplate"] as JsonObject)?["spec"] as JsonObject)?["template"] as JsonObject;
        return template?["spec"] is JsonObject pod && pod["containers"] is JsonArray ? template : null;
    }

    /// <summary>The text of a field; empty when it is none.</summary>
    public static string Text(JsonObject? map, string name) => map?[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : "";
}
