using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Operator.Kubernetes.Yaml;

/// <summary>Builds the JSON of one document from the parser's events.</summary>
internal sealed class YamlDocumentReader(IParser parser)
{
    private const int MaxDepth = 128;

    /// <summary>Nodes that aliases may add to a document: enough for any manifest, far too few for an expansion bomb.</summary>
    private const int MaxAliased = 100_000;

    private readonly Dictionary<AnchorName, JsonNode?> _anchors = [];
    private int _aliased;

    public JsonNode? Read() => Node(0);

    private JsonNode? Node(int depth)
    {
        var current = parser.Current ?? throw new YamlException("the document ends too early");
        if (depth > MaxDepth) throw Fault(current, $"nested deeper than {MaxDepth} levels");
        if (parser.TryConsume<AnchorAlias>(out var alias)) return Alias(alias);
        if (parser.TryConsume<Scalar>(out var scalar)) return Remember(scalar, Value(scalar));
        if (parser.TryConsume<SequenceStart>(out var sequence)) return Remember(sequence, Sequence(depth));
        if (parser.TryConsume<MappingStart>(out var mapping)) return Remember(mapping, Mapping(depth));
        throw Fault(current, $"unexpected {current.GetType().Name}");
    }

    private JsonArray Sequence(int depth)
    {
        var items = new JsonArray();
        while (!parser.TryConsume<SequenceEnd>(out _)) items.Add(Node(depth + 1));
        return items;
    }

    private JsonObject Mapping(int depth)
    {
        var fields = new JsonObject();
        List<JsonObject>? merged = null;
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            if (!parser.TryConsume<Scalar>(out var key)) throw Fault(parser.Current!, "a key must be a scalar");
            if (key.Value == "<<" && key.Style == ScalarStyle.Plain)
            {
                merged = [.. merged ?? [], .. Sources(key, Node(depth + 1))];
                continue;
            }
            if (fields.ContainsKey(key.Value)) throw Fault(key, $"the key '{key.Value}' is already set in this map");
            fields[key.Value] = Node(depth + 1);
        }
        // Own keys win over merged ones, and earlier sources over later.
        foreach (var (name, value) in merged?.SelectMany(m => m) ?? [])
            if (!fields.ContainsKey(name)) fields[name] = value?.DeepClone();
        return fields;
    }

    private static IEnumerable<JsonObject> Sources(Scalar key, JsonNode? node) => node switch
    {
        JsonObject one => [one],
        JsonArray several when several.All(s => s is JsonObject) => several.Select(s => (JsonObject)s!),
        _ => throw Fault(key, "a merge key needs a map, or a list of maps"),
    };

    private JsonNode? Alias(AnchorAlias alias)
    {
        if (!_anchors.TryGetValue(alias.Value, out var node)) throw Fault(alias, $"the anchor '{alias.Value}' is not defined");
        _aliased += Count(node);
        if (_aliased > MaxAliased) throw Fault(alias, "aliases expand to too many values");
        return node?.DeepClone();
    }

    private JsonNode? Remember(NodeEvent start, JsonNode? node)
    {
        if (!start.Anchor.IsEmpty) _anchors[start.Anchor] = node;
        return node;
    }

    private static JsonNode? Value(Scalar scalar)
    {
        try
        {
            if (scalar.Tag.IsEmpty) return scalar.Style == ScalarStyle.Plain ? YamlScalar.Resolve(scalar.Value) : Text(scalar);
            return scalar.Tag.Value switch
            {
                "tag:yaml.org,2002:str" or "!" => Text(scalar),
                "tag:yaml.org,2002:binary" => Text(scalar),
                "tag:yaml.org,2002:int" or "tag:yaml.org,2002:float" or "tag:yaml.org,2002:bool" or "tag:yaml.org,2002:null" =>
                    YamlScalar.Resolve(scalar.Value),
                _ => throw new FormatException($"the tag '{scalar.Tag.Value}' has no meaning here"),
            };
        }
        catch (FormatException error)
        {
            throw Fault(scalar, error.Message);
        }
    }

    private static JsonValue Text(Scalar scalar) => JsonValue.Create(scalar.Value)!;

    private static int Count(JsonNode? node) => node switch
    {
        JsonObject map => 1 + map.Sum(f => Count(f.Value)),
        JsonArray list => 1 + list.Sum(Count),
        _ => 1,
    };

    private static YamlException Fault(ParsingEvent where, string problem) => new(where.Start, where.End, problem);
}
