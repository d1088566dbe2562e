using System.Text.Json;
using System.Text.Json.Nodes;

namespace Operator.Runtime.Applying;

/// <summary>JSON documents as bytes.</summary>
internal static class JsonBytes
{
    public static byte[] Of(JsonNode node)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer)) node.WriteTo(writer);
        return buffer.ToArray();
    }
}
