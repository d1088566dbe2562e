using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace Operator.Cli.Lint;

/// <summary>Finds fields that a kind does not have: a mistyped name is otherwise read as a field that was left out.</summary>
internal static class UnknownFields
{
    /// <summary>The paths of fields of the spec, and of the object itself, that the kind does not have.</summary>
    public static IEnumerable<string> Of(JsonObject document, JsonTypeInfo type) => Walk(document, type, "");

    private static IEnumerable<string> Walk(JsonNode? node, JsonTypeInfo type, string path)
    {
        // Metadata is the API server's business, and a status is never written by hand.
        if (path is "metadata" or "status") yield break;
        if (node is JsonObject map && type.Kind == JsonTypeInfoKind.Object)
        {
            foreach (var (name, value) in map)
            {
                var below = path.Length == 0 ? name : $"{path}.{name}";
                var property = type.Properties.FirstOrDefault(p => p.Name == name && !p.IsExtensionData);
                if (property is null)
                {
                    yield return below;
                    continue;
                }
                foreach (var unknown in Walk(value, type.Options.GetTypeInfo(property.PropertyType), below)) yield return unknown;
            }
        }
        else if (node is JsonArray list && type is { Kind: JsonTypeInfoKind.Enumerable, ElementType: { } element })
        {
            for (var i = 0; i < list.Count; i++)
            {
                foreach (var unknown in Walk(list[i], type.Options.GetTypeInfo(element), string.Create(CultureInfo.InvariantCulture, $"{path}[{i}]"))) yield return unknown;
            }
        }
    }
}
