using System.Globalization;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Operator.Cli.Lint;

/// <summary>One document of a file: its content, and where each field stands.</summary>
internal sealed class ManifestDocument
{
    private readonly Dictionary<string, Mark> _marks = new(StringComparer.Ordinal);

    private ManifestDocument(string file, YamlNode root)
    {
        File = file;
        Start = root.Start;
        Content = Convert(root, "") as JsonObject;
    }

    /// <summary>The file.</summary>
    public string File { get; }

    /// <summary>The object; null when the document is no map.</summary>
    public JsonObject? Content { get; }

    /// <summary>Where it begins.</summary>
    public Mark Start { get; }

    /// <summary>Its kind; empty when it has none.</summary>
    public string Kind => (Content?["kind"] as JsonValue)?.ToString() ?? "";

    /// <summary>Reads the documents of a text.</summary>
    /// <exception cref="YamlException">It is no YAML; the exception tells where.</exception>
    public static IReadOnlyList<ManifestDocument> Read(string file, string text)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        return [.. stream.Documents.Where(d => d.RootNode is not YamlScalarNode { Value: null or "" }).Select(d => new ManifestDocument(file, d.RootNode))];
    }

    /// <summary>Where a field stands; where the nearest field above it does when it is missing.</summary>
    public Mark Find(string path)
    {
        while (path.Length > 0)
        {
            if (_marks.TryGetValue(path, out var mark)) return mark;
            var cut = Math.Max(path.LastIndexOf('.'), path.LastIndexOf('['));
            path = cut <= 0 ? "" : path[..cut];
        }
        return Start;
    }

    private JsonNode? Convert(YamlNode node, string path)
    {
        _marks.TryAdd(path, node.Start);
        switch (node)
        {
            case YamlMappingNode map:
                var result = new JsonObject();
                foreach (var (key, value) in map.Children)
                {
                    var name = (key as YamlScalarNode)?.Value ?? throw new YamlException(key.Start, key.End, "a key must be a text");
                    var below = path.Length == 0 ? name : $"{path}.{name}";
                    var converted = Convert(value, below);
                    _marks[below] = key.Start;
                    result[name] = converted;
                }
                return result;
            case YamlSequenceNode list:
                return new JsonArray([.. list.Children.Select((item, i) => Convert(item, string.Create(CultureInfo.InvariantCulture, $"{path}[{i}]")))]);
            case YamlScalarNode { Style: ScalarStyle.Plain, Value: { } text }:
                return Scalar(text);
            default:
                return JsonValue.Create((node as YamlScalarNode)?.Value);
        }
    }

    private static JsonValue? Scalar(string text)
    {
        if (text is "" or "~" or "null" or "Null" or "NULL") return null;
        if (text is "true" or "True" or "TRUE") return JsonValue.Create(true);
        if (text is "false" or "False" or "FALSE") return JsonValue.Create(false);
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole)) return JsonValue.Create(whole);
        var looksLikeNumber = char.IsAsciiDigit(text[0]) || (text.Length > 1 && text[0] is '-' or '+' or '.' && char.IsAsciiDigit(text[1]));
        return looksLikeNumber && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var real) ? JsonValue.Create(real) : JsonValue.Create(text);
    }
}
