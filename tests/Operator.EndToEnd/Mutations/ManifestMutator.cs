using System.Text.Json.Nodes;

namespace Operator.EndToEnd.Mutations;

/// <summary>Spoils manifests: fields removed, retyped, out of range, oversized, in odd scripts, doubled, renamed. The seed decides.</summary>
internal sealed class ManifestMutator(int seed)
{
    private static readonly string[] Texts =
    [
        "", " ", "\t\n", "0", "-1", "1e9999", "NaN", "∞", "100%", "101%", "-5%", "0.001%", "5.55555%", "%", "5 %", "٣٪", "５％", "1h", "-1h", "1h1h", "99999999999h",
        "0s", "5", "5minutes", "Ünïcødé", "日本語", "\u0000", "a\u0000b", "\ud83d\ude00", "\u202eevil", "é", "../../etc/passwd", "${jndi:x}", "<script>",
        "http://169.254.169.254/", "https://user:pw@host/", "https://[::1]/", "javascript:alert(1)", "true", "null", "~", "{}", "[]", "*", ".*", "(a+)+$",
        "A", "a-", "-a", "a..b", "a/b/c", "25:00-06:00 Europe/Berlin", "20:00-20:00 UTC", "20:00-06:00 Mars/Olympus", "USD", "XXX", "9999999999999999999999999",
        "0x10", "1_000", "1,5", "+1", "1.", ".5", "00", "on", "No", "2026-01-01", "claude-3-opus-20240229", "claude-sonnet-5-5", "Interactive", "interactive",
    ];

    private readonly Random _random = new(seed);

    /// <summary>A spoiled copy: one to four changes.</summary>
    public JsonObject Mutate(JsonObject manifest)
    {
        var copy = manifest.DeepClone().AsObject();
        for (var changes = _random.Next(10) < 7 ? 1 : _random.Next(2, 5); changes > 0; changes--) Change(copy);
        return copy;
    }

    private void Change(JsonObject manifest)
    {
        var places = new List<(JsonNode Parent, object Key)>();
        Collect(manifest["spec"], places);
        if (_random.Next(12) == 0 && manifest["metadata"] is JsonObject metadata) Collect(metadata, places);
        places.RemoveAll(p => p.Key is "namespace");
        if (places.Count == 0 || _random.Next(60) == 0)
        {
            manifest["spec"] = Value(manifest["spec"]);
            return;
        }
        var (parent, key) = places[_random.Next(places.Count)];
        var old = key is string name ? parent[name] : parent[(int)key];
        switch (_random.Next(9))
        {
            case 0:
                Remove(parent, key);
                break;
            case 1 when parent is JsonObject map:
                map[Texts[_random.Next(Texts.Length)] + "x"] = Value(old);
                break;
            case 2 when parent is JsonArray list:
                list.Add(old?.DeepClone());
                break;
            case 3 when parent is JsonArray list:
                for (var i = _random.Next(10, 600); i > 0; i--) list.Add(old?.DeepClone());
                break;
            case 4 when parent is JsonObject map && key is string field:
                map.Remove(field);
                map[field.ToUpperInvariant()] = old?.DeepClone();
                break;
            default:
                Set(parent, key, Value(old));
                break;
        }
    }

    private JsonNode? Value(JsonNode? old) => _random.Next(14) switch
    {
        0 => null,
        1 => JsonValue.Create(_random.Next(2) == 0),
        2 => JsonValue.Create(_random.Next(-3, 102)),
        3 => JsonValue.Create(new[] { long.MaxValue, long.MinValue, int.MaxValue, (long)int.MaxValue + 1, 0, -1, 10_000, 10_001 }[_random.Next(8)]),
        4 => JsonValue.Create(new[] { 0.5, -0.5, 1e300, 1e-300, 1.0, 99.999 }[_random.Next(6)]),
        5 => new JsonObject(),
        6 => new JsonArray(),
        7 => new JsonArray(old?.DeepClone()),
        8 => new JsonObject { ["name"] = old?.DeepClone() },
        9 => JsonValue.Create(new string("aé日\n"[_random.Next(4)], _random.Next(1, 5) * _random.Next(1, 4000))),
        10 => JsonValue.Create((old is JsonValue value && value.TryGetValue<string>(out var text) ? text : "x") + Texts[_random.Next(Texts.Length)]),
        11 => Deep(_random.Next(2, 60)),
        _ => JsonValue.Create(Texts[_random.Next(Texts.Length)]),
    };

    private static JsonObject Deep(int depth)
    {
        var node = new JsonObject { ["leaf"] = 1 };
        for (var i = 0; i < depth; i++) node = new JsonObject { ["a"] = node };
        return node;
    }

    private static void Collect(JsonNode? node, List<(JsonNode, object)> places)
    {
        switch (node)
        {
            case JsonObject map:
                foreach (var (name, value) in map)
                {
                    places.Add((map, name));
                    Collect(value, places);
                }
                break;
            case JsonArray list:
                for (var i = 0; i < list.Count; i++)
                {
                    places.Add((list, i));
                    Collect(list[i], places);
                }
                break;
        }
    }

    private static void Remove(JsonNode parent, object key)
    {
        if (key is string name) parent.AsObject().Remove(name);
        else parent.AsArray().RemoveAt((int)key);
    }

    private static void Set(JsonNode parent, object key, JsonNode? value)
    {
        if (key is string name) parent[name] = value;
        else parent[(int)key] = value;
    }
}
