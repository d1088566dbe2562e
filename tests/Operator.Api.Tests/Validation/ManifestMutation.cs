using System.Text.Json.Nodes;

namespace Operator.Api.Tests.Validation;

/// <summary>What goes wrong with manifests: fields removed, retyped, misspelt, out of range, oversized.</summary>
internal static class ManifestMutation
{
    private static readonly string[] Values =
    [
        "null", "true", "-1", "0", "1", "101", "2147483648", "9223372036854775808", "1e400", "0.00001", "\"\"", "\" \"", "\"5m\"", "\"100%\"", "\"-5%\"",
        "\"99999999999999999999999999999999h\"", "\"1h1h1h1h1h1h\"", "\"é\u2028\\u0000\"", "\"20:00-06:00 Nowhere/Here\"", "\"00:00-23:59 UTC\"", "[]", "{}", "[null]", "[[]]",
        "{\"a\":{\"b\":[1]}}", "\"https://a b/\"", "\"https://[::1]:99999/\"", "\"https://u@h?token=%zz#x\"", "\"79228162514264337593543950335\"", "\"errorRate\"", "9",
    ];

    /// <summary>Changes, removes or multiplies something in a document.</summary>
    public static void Change(JsonNode node, Random random)
    {
        while (true)
        {
            if (node is JsonObject { Count: > 0 } map)
            {
                var name = map.ElementAt(random.Next(map.Count)).Key;
                if (map[name] is JsonObject { Count: > 0 } or JsonArray { Count: > 0 } && random.Next(5) > 0)
                {
                    node = map[name]!;
                    continue;
                }
                if (random.Next(4) == 0) map.Remove(name);
                else map[random.Next(8) == 0 ? name + "x" : name] = Value(random);
            }
            else if (node is JsonArray { Count: > 0 } list)
            {
                var index = random.Next(list.Count);
                if (list[index] is JsonObject { Count: > 0 } inner && random.Next(5) > 0)
                {
                    node = inner;
                    continue;
                }
                if (random.Next(6) == 0) for (var i = 0; i < 600; i++) list.Add(list[index]?.DeepClone());
                else list[index] = Value(random);
            }
            return;
        }
    }

    private static JsonNode? Value(Random random) =>
        random.Next(20) == 0 ? JsonValue.Create(new string('x', random.Next(1, 100_000))) : JsonNode.Parse(Values[random.Next(Values.Length)]);
}
