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

    // Of YAML 1.1, which kubectl reads.
    private static readonly HashSet<string> Words = new(["true", "false", "null", "yes", "no", "on", "off", "y", "n", "~"], StringComparer.OrdinalIgnoreCase);

    /// <summary>Writes an object.</summary>
    public static void Write(TextWriter output, JsonNode node, string format)
    {
        if (format == "json") output.WriteLine(Json(node));
        else output.Write(Document(node));
    }

    private static string Document(JsonNode node)
    {
        const string End = "...\n";
        using var text = new StringWriter { NewLine = "\n" };
        new YamlStream(new YamlDocument(Yaml(node))).Save(new Emitter(text), false);
        var document = text.ToString();
        return document.EndsWith("\n" + End, StringComparison.Ordinal) ? document[..^End.Length] : document;
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
        var isPlain = text.Length > 0 && !char.IsDigit(text[0]) && !Words.Contains(text) && text == text.Trim() && !"-.+".Contains(text[0], StringComparison.Ordinal);
        return new YamlScalarNode(text) { Style = isPlain ? ScalarStyle.Any : ScalarStyle.DoubleQuoted };
    }
}
