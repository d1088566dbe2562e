using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Operator.LocalCluster.Api;

/// <summary>Where the next page of a list starts.</summary>
/// <param name="Revision">The revision of the whole list; -1 goes on with the present state.</param>
/// <param name="After">The key after which the page starts.</param>
internal readonly record struct ContinueToken(long Revision, string After)
{
    private const string TokenVersion = "meta.k8s.io/v1";

    /// <summary>The opaque text.</summary>
    public string Encode() => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(new JsonObject
    {
        ["v"] = TokenVersion, ["rv"] = Revision, ["start"] = After + "\0",
    }.ToJsonString()));

    /// <summary>Reads the opaque text.</summary>
    /// <exception cref="ApiException">400: it is no token of this server.</exception>
    public static ContinueToken Decode(string text)
    {
        if (Lenient(text) is not { } json) throw Invalid("illegal base64 data at input byte 0");
        try
        {
            if (JsonNode.Parse(json) is JsonObject token && ObjectMetadata.TextOf(token["v"]) == TokenVersion
                && ObjectMetadata.Number(token["rv"]) is { } revision && ObjectMetadata.TextOf(token["start"]) is { Length: > 0 } start)
                return new(revision, start.TrimEnd('\0'));
        }
        catch (JsonException)
        {
            var first = json.Length == 0 ? "" : Encoding.Latin1.GetString(json, 0, 1);
            throw Invalid(json.Length == 0 ? "unexpected end of JSON input" : $"invalid character '{first}' looking for beginning of value");
        }
        throw Invalid("server does not recognize this encoded version");
    }

    // A real server does not mind surplus bits in the last character, so its error is about the content.
    private static byte[]? Lenient(string text)
    {
        const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        var plain = text.TrimEnd('=');
        if (plain.Length % 4 == 1) return null;
        var bytes = new byte[plain.Length * 6 / 8];
        var (bits, count, position) = (0, 0, 0);
        foreach (var c in plain)
        {
            var value = Alphabet.IndexOf(c, StringComparison.Ordinal);
            if (value < 0) return null;
            bits = ((bits << 6) | value) & 0xFFFF;
            count += 6;
            if (count < 8) continue;
            count -= 8;
            bytes[position++] = (byte)(bits >> count);
        }
        return bytes;
    }

    private static ApiException Invalid(string reason) =>
        ApiErrors.BadRequest($"invalid continue token: continue key is not valid: {reason}");
}
