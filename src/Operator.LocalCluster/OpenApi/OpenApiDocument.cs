using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Operator.LocalCluster.OpenApi;

/// <summary>One published document.</summary>
/// <param name="Content">The bytes of the answer.</param>
/// <param name="ContentType">The media type of the answer.</param>
/// <param name="Hash">The SHA-512 of the content in upper-case hexadecimal, as <c>?hash=</c> carries it.</param>
internal sealed record OpenApiDocument(ReadOnlyMemory<byte> Content, string ContentType, string Hash)
{
    /// <summary>The strong entity tag, with quotes.</summary>
    public string ETag => $"\"{Hash}\"";

    /// <summary>A document of the given bytes.</summary>
    public static OpenApiDocument Of(byte[] content, string contentType) => new(content, contentType, Convert.ToHexString(SHA512.HashData(content)));

    /// <summary>A document of JSON.</summary>
    public static OpenApiDocument Of(JsonObject content, string contentType)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            content.WriteTo(writer);
        }

        return Of(buffer.ToArray(), contentType);
    }
}
