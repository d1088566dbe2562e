using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Operator.LocalCluster.Schemas;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Operator.LocalCluster.Yaml;

/// <summary>Reads the first document of a YAML stream into JSON nodes, with bounds on depth and on what aliases may add.</summary>
internal sealed class YamlReader
{
    /// <summary>The most nodes that aliases may add to one document.</summary>
    public const int MaximumAliasedNodes = 100_000;

    private const string TagPrefix = "tag:yaml.org,2002:";

    private readonly DuplicateKeys duplicates = new();
    private readonly Dictionary<AnchorName, JsonNode?> anchors = [];
    private readonly HashSet<AnchorName> open = [];
    private int aliased;

    /// <summary>Reads the document.</summary>
    /// <exception cref="FormatException">The text is no YAML, or cannot be expressed in JSON.</exception>
    public ParsedBody Read(string text)
    {
        try
        {
            var parser = new Parser(new StringReader(text));
            parser.Consume<StreamStart>();
            if (!parser.TryConsume<DocumentStart>(out _))
            {
                return new ParsedBody(null, []);
            }

            return new ParsedBody(Node(parser, "", 0), duplicates.Paths);
        }
        catch (YamlException e)
        {
            throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"yaml: line {e.Start.Line}: {e.Message}"), e);
        }
    }

    private JsonNode? Node(Parser parser, string path, int depth)
    {
        if (depth > RequestBody.MaximumDepth)
        {
            throw new FormatException("yaml: exceeded max depth");
        }

        if (parser.TryConsume<AnchorAlias>(out var alias))
        {
            return Alias(alias);
        }

        var anchor = (parser.Current as NodeEvent)?.Anchor ?? AnchorName.Empty;
        open.Add(anchor);
        JsonNode? node = parser.Current switch
        {
            MappingStart => Map(parser, path, depth),
            SequenceStart => List(parser, path, depth),
            _ => Scalar(parser.Consume<Scalar>()),
        };
        open.Remove(anchor);
        if (!anchor.IsEmpty)
        {
            anchors[anchor] = node?.DeepClone();
        }

        return node;
    }

    private JsonNode? Alias(AnchorAlias alias)
    {
        if (open.Contains(alias.Value))
        {
            throw new FormatException($"yaml: anchor '{alias.Value}' value contains itself");
        }

        if (!anchors.TryGetValue(alias.Value, out var node))
        {
            throw new FormatException($"yaml: unknown anchor '{alias.Value}' referenced");
        }

        aliased += Size(node);
        return aliased <= MaximumAliasedNodes ? node?.DeepClone() : throw new FormatException("yaml: document contains excessive aliasing");
    }

    private JsonArray List(Parser parser, string path, int depth)
    {
        parser.Consume<SequenceStart>();
        var list = new JsonArray();
        while (!parser.TryConsume<SequenceEnd>(out _))
        {
            list.Add(Node(parser, string.Create(CultureInfo.InvariantCulture, $"{path}[{list.Count}]"), depth + 1));
        }

        return list;
    }

    private JsonObject Map(Parser parser, string path, int depth)
    {
        parser.Consume<MappingStart>();
        var map = new JsonObject();
        var merged = new List<JsonObject>();
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            var isMerge = parser.Current is Scalar { Value: "<<", Style: ScalarStyle.Plain };
            var key = Key(Node(parser, path, depth + 1));
            var keyPath = path.Length == 0 ? key : path + "." + key;
            var value = Node(parser, keyPath, depth + 1);
            if (isMerge)
            {
                merged.AddRange(Merged(value));
                continue;
            }

            if (map.ContainsKey(key))
            {
                duplicates.Add(keyPath);
                map.Remove(key);
            }

            map.Add(key, value);
        }

        // Own keys win over merged ones, and earlier merged maps over later ones.
        foreach (var (key, value) in merged.SelectMany(other => other))
        {
            if (!map.ContainsKey(key))
            {
                map.Add(key, value?.DeepClone());
            }
        }

        return map;
    }

    private static IEnumerable<JsonObject> Merged(JsonNode? value) => value switch
    {
        JsonObject one => [one],
        JsonArray many when many.All(item => item is JsonObject) => many.OfType<JsonObject>(),
        _ => throw new FormatException("yaml: map merge requires map or sequence of maps as the value"),
    };

    private static string Key(JsonNode? key) => JsonScalar.KindOf(key) switch
    {
        JsonScalarKind.String => JsonScalar.Text(key),
        JsonScalarKind.Integer or JsonScalarKind.Boolean => GoFormat.Json(key),
        JsonScalarKind.Float => GoFormat.Float(JsonScalar.Double(key)),
        var kind => throw new FormatException($"yaml: unsupported map key of type: {kind}, key: {GoFormat.Json(key)}"),
    };

    private static JsonNode? Scalar(Scalar scalar)
    {
        var tag = scalar.Tag.IsEmpty || scalar.Tag.IsNonSpecific ? "" : scalar.Tag.Value;
        switch (tag)
        {
            case TagPrefix + "str":
                return scalar.Value;
            case TagPrefix + "binary":
                return Binary(scalar.Value);
            case "" when scalar.Style != ScalarStyle.Plain || scalar.Tag.IsNonSpecific:
                return scalar.Value;
        }

        var value = YamlScalars.Resolve(scalar.Value);
        var fits = tag switch
        {
            TagPrefix + "int" => JsonScalar.KindOf(value) == JsonScalarKind.Integer,
            TagPrefix + "float" => JsonScalar.KindOf(value) is JsonScalarKind.Integer or JsonScalarKind.Float,
            TagPrefix + "bool" => JsonScalar.KindOf(value) == JsonScalarKind.Boolean,
            TagPrefix + "null" => value is null,
            _ => true,
        };
        return fits ? value : throw new FormatException($"yaml: cannot decode `{scalar.Value}` as a {tag.Replace(TagPrefix, "!!", StringComparison.Ordinal)}");
    }

    private static string Binary(string value)
    {
        try
        {
            return Encoding.UTF8.GetString(Convert.FromBase64String(value));
        }
        catch (FormatException)
        {
            throw new FormatException("yaml: !!binary value contains invalid base64 data");
        }
    }

    private static int Size(JsonNode? node) => 1 + node switch
    {
        JsonObject map => map.Sum(field => Size(field.Value)),
        JsonArray list => list.Sum(Size),
        _ => 0,
    };
}
