using System.Globalization;
using System.Text.Json.Nodes;

namespace Operator.Runtime.Tests.Admission;

/// <summary>Applies RFC 6902 patches as the standard says, and refuses what it refuses.</summary>
internal static class JsonPatchApplier
{
    public static JsonNode? Apply(JsonNode? document, ReadOnlyMemory<byte> patch)
    {
        var result = document?.DeepClone();
        if (patch.IsEmpty) return result;
        foreach (var operation in JsonNode.Parse(patch.Span)!.AsArray())
        {
            var op = (string)operation!["op"]!;
            var path = (string)operation["path"]!;
            var value = operation["value"]?.DeepClone();
            if (path.Length == 0)
            {
                result = value;
                continue;
            }

            var tokens = path[1..].Split('/').Select(t => t.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal)).ToArray();
            var parent = result;
            foreach (var token in tokens[..^1])
                parent = (parent is JsonArray list ? list[Index(token)] : parent!.AsObject()[token]) ?? throw new InvalidOperationException($"{path}: no parent");
            Change(op, parent!, tokens[^1], value, path);
        }

        return result;
    }

    private static void Change(string op, JsonNode parent, string last, JsonNode? value, string path)
    {
        switch (parent)
        {
            case JsonObject item when op == "add":
                item[last] = value;
                break;
            case JsonObject item when op == "remove" && item.Remove(last):
                break;
            case JsonObject item when op == "replace" && item.ContainsKey(last):
                item[last] = value;
                break;
            case JsonArray list when op == "add":
                list.Insert(Index(last), value);
                break;
            case JsonArray list when op == "remove":
                list.RemoveAt(Index(last));
                break;
            case JsonArray list when op == "replace":
                list[Index(last)] = value;
                break;
            default:
                throw new InvalidOperationException($"{op} {path} does not apply");
        }
    }

    private static int Index(string token) => int.Parse(token, NumberStyles.None, CultureInfo.InvariantCulture);
}
