using System.Globalization;
using System.Text.Json;

namespace Operator.Catalog;

/// <summary>Finds the line of a field in JSON text that is known to be well formed.</summary>
internal static class JsonLines
{
    /// <summary>The line of <paramref name="path"/>, or of its nearest ancestor that the text has; from 1.</summary>
    public static long Of(ReadOnlySpan<byte> json, string path)
    {
        var reader = new Utf8JsonReader(json);
        var stack = new Stack<(string Path, int Index)>();
        var property = "";
        var best = (Length: -1, Start: 0L);
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray)
            {
                stack.Pop();
                continue;
            }
            if (reader.TokenType == JsonTokenType.PropertyName)
            {
                var parent = stack.Peek().Path;
                property = parent.Length == 0 ? reader.GetString()! : parent + "." + reader.GetString();
                continue;
            }
            var here = "";
            if (stack.TryPop(out var container))
            {
                here = container.Index < 0 ? property : string.Create(CultureInfo.InvariantCulture, $"{container.Path}[{container.Index}]");
                stack.Push(container.Index < 0 ? container : (container.Path, container.Index + 1));
            }
            if (here.Length > best.Length && IsAtOrAbove(here, path)) best = (here.Length, reader.TokenStartIndex);
            if (reader.TokenType == JsonTokenType.StartObject) stack.Push((here, -1));
            else if (reader.TokenType == JsonTokenType.StartArray) stack.Push((here, 0));
        }
        return json[..(int)best.Start].Count((byte)'\n') + 1;
    }

    private static bool IsAtOrAbove(string here, string path) =>
        path.StartsWith(here, StringComparison.Ordinal)
        && (here.Length == 0 || here.Length == path.Length || path[here.Length] is '.' or '[');
}
