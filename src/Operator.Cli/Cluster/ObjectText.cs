using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Operator.Cli.Cluster;

/// <summary>Objects as JSON and YAML.</summary>
internal static class ObjectText
{
    private static readonly JsonWriterOptions Readable = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes an object.</summary>
    public static void Write(TextWriter output, JsonNode node, string format)
    {
        if (format == "json") output.WriteLine(Json(node));
        else new YamlStream(new YamlDocument(Yaml(node))).Save(new Emitter(output), false);
    }

    private static string Json(JsonNode node)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, Readable)) node.WriteTo(writer);
        return System.Text.Encoding.UTF8.GetString(stream.ToArray());
    }

    private static YamlNode Yaml(JsonNode? node) => node switch
    {
        JsonObject map => new YamlMappingNode(map.SelectMany(p => new[] { new YamlScalarNode(p.Key), Yaml(p.Value) })),
        JsonArray list => new YamlSequenceNode(list.Select(Yaml)),
        null => new YamlScalarNode("null"),
        JsonValue value when value.GetValueKind() == JsonValueKind.String => Text(value.GetValue<string>()),
        _ => new YamlScalarNode(node.ToJsonString()),
    };

    private static YamlScalarNode Text(string text)
    {
        if (text.Contains('\n', StringComparison.Ordinal)) return new YamlScalarNode(text) { Style = ScalarStyle.Literal };
        // What YAML would read as something else than a text.
        var isPlain = text.Length > 0 && !char.IsDigit(text[0]) && text is not ("true" or "false" or "null" or "yes" or "no" or "on" or "off" or "~") && !"-.+".Contains(text[0], StringComparison.Ordinal);
        return new YamlScalarNode(text) { Style = isPlain ? ScalarStyle.Any : ScalarStyle.DoubleQuoted };
    }
}
