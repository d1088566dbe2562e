using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Operator.Tests.Manifests;

/// <summary>Writes JSON documents as YAML in one fixed form, so that generated files differ only when their content does.</summary>
internal static partial class YamlText
{
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Write(params IEnumerable<JsonNode> documents) =>
        string.Join("---\n", documents.Select(d =>
        {
            var text = new StringBuilder();
            Block(text, d, 0);
            return text.ToString();
        }));

    private static void Block(StringBuilder text, JsonNode node, int depth)
    {
        if (node is JsonObject map)
        {
            foreach (var (name, value) in map)
            {
                text.Append(' ', depth * 2).Append(Text(name)).Append(':');
                Value(text, value, depth);
            }
        }
        else if (node is JsonArray list)
        {
            foreach (var item in list)
            {
                text.Append(' ', depth * 2).Append('-');
                if (item is JsonObject { Count: > 0 } or JsonArray { Count: > 0 })
                {
                    var inner = new StringBuilder();
                    Block(inner, item, depth + 1);
                    text.Append(' ').Append(inner.ToString().AsSpan((depth + 1) * 2));
                }
                else
                {
                    Value(text, item, depth);
                }
            }
        }
    }

    private static void Value(StringBuilder text, JsonNode? value, int depth)
    {
        switch (value)
        {
            case JsonObject { Count: > 0 }:
                text.Append('\n');
                Block(text, value, depth + 1);
                break;
            case JsonArray { Count: > 0 }:
                // Lists stand at the depth of their name, as kubectl and kustomize write them.
                text.Append('\n');
                Block(text, value, depth);
                break;
            default:
                text.Append(' ').Append(Scalar(value, depth)).Append('\n');
                break;
        }
    }

    private static string Scalar(JsonNode? value, int depth) => value switch
    {
        null => "null",
        JsonObject => "{}",
        JsonArray => "[]",
        _ when value.GetValueKind() == JsonValueKind.String => value.GetValue<string>().Contains('\n', StringComparison.Ordinal)
            ? Literal(value.GetValue<string>(), depth)
            : Text(value.GetValue<string>()),
        _ => value.ToJsonString(),
    };

    private static string Literal(string value, int depth)
    {
        var indent = new string(' ', (depth + 1) * 2);
        var keep = value.EndsWith('\n') ? "|" : "|-";
        return keep + "\n" + string.Join("\n", value.TrimEnd('\n').Split('\n').Select(l => l.Length == 0 ? l : indent + l));
    }

    private static string Text(string value) =>
        Plain().IsMatch(value) && !Reserved().IsMatch(value) ? value : JsonSerializer.Serialize(value, Relaxed);

    // A first letter, then nothing that YAML reads as anything but text.
    [GeneratedRegex(@"\A[A-Za-z/.$][A-Za-z0-9_./$()*@%+=;,<>'?!&|-]*( ?[A-Za-z0-9_./$()*@%+=;,<>'?!&|-]+)*\z", RegexOptions.NonBacktracking)]
    private static partial Regex Plain();

    [GeneratedRegex(@"\A(y|n|yes|no|true|false|on|off|null|~|\.nan|\.inf|\.[0-9].*)\z", RegexOptions.IgnoreCase)]
    private static partial Regex Reserved();
}
