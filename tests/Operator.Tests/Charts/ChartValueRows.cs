using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Operator.Tests.Charts;

/// <summary>The chart's values as rows of a table, from the defaults and the schema.</summary>
internal static class ChartValueRows
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A row for each value in the schema's order; a group has one before its values.</summary>
    /// <param name="values">The defaults.</param>
    /// <param name="schema">What describes them.</param>
    public static IEnumerable<string> Of(JsonObject values, JsonObject schema) => Of(values, schema, "");

    private static IEnumerable<string> Of(JsonObject values, JsonObject schema, string path)
    {
        foreach (var (name, property) in schema["properties"]!.AsObject())
        {
            // What Helm hands to every chart of a parent is no setting of this one.
            if (path.Length == 0 && name == "global") continue;
            var (description, known) = (property!.AsObject(), values.TryGetPropertyValue(name, out var value));
            var isGroup = value is JsonObject { Count: > 0 } && description["properties"] is JsonObject;
            yield return $"| {(isGroup ? $"**`{path}{name}`**" : $"`{path}{name}`")} | {(isGroup || !known ? "" : $"`{Default(value)}`")} | {Meaning(description)} |";
            if (!isGroup) continue;
            foreach (var row in Of(value!.AsObject(), description, $"{path}{name}.")) yield return row;
        }
    }

    private static string Default(JsonNode? value) => value is JsonValue text && text.GetValueKind() == JsonValueKind.String && ((string)text!).Length > 0
        ? (string)text!
        : value?.ToJsonString(Plain) ?? "null";

    private static string Meaning(JsonObject description)
    {
        var text = ((string)description["description"]!).Replace("|", "\\|", StringComparison.Ordinal);
        if (description["enum"] is JsonArray choices) text += $" {string.Join(", ", choices.Select(c => $"`{c}`"))}.";
        if (description["minimum"] is { } least && description["maximum"] is { } most) text += $" {least} to {most}.";
        return text;
    }
}
