using System.Text;
using System.Text.Json.Nodes;

namespace Operator.LocalCluster.Yaml;

/// <summary>A decoded request body.</summary>
/// <param name="Node">The value; null for JSON <c>null</c> and an empty YAML document.</param>
/// <param name="DuplicateKeys">The paths of the keys that stood more than once, such as <c>spec.size</c>; the last value won.</param>
internal sealed record ParsedBody(JsonNode? Node, IReadOnlyList<string> DuplicateKeys);

/// <summary>Decodes JSON and YAML request bodies.</summary>
internal static class RequestBody
{
    /// <summary>The deepest nesting of maps and lists that is accepted.</summary>
    public const int MaximumDepth = 200;

    /// <summary>
    /// Decodes <paramref name="body"/> as YAML where the content type's subtype is or ends with <c>yaml</c>, else as JSON. Integers
    /// become <see cref="long"/>, other numbers <see cref="double"/>. Only the first document of a YAML stream is read.
    /// </summary>
    /// <exception cref="FormatException">
    /// The body is not JSON or YAML, too deep, or grows too much through aliases; the message is the decoder's reason in the words
    /// of the real server's JSON decoder.
    /// </exception>
    public static ParsedBody Parse(ReadOnlyMemory<byte> body, string? contentType)
    {
        var text = Encoding.UTF8.GetString(body.Span);
        return IsYaml(contentType) ? new YamlReader().Read(text) : new JsonReader(text).Read();
    }

    private static bool IsYaml(string? contentType)
    {
        var mediaType = (contentType ?? "").Split(';')[0].Trim();
        return mediaType.EndsWith("yaml", StringComparison.OrdinalIgnoreCase);
    }
}
