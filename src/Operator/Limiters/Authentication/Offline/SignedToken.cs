using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace Operator.Limiters.Authentication.Offline;

/// <summary>A JSON web token in its three parts, read strictly: what is odd is refused, not interpreted. Nothing of it is trusted yet.</summary>
internal sealed class SignedToken
{
    /// <summary>The most characters of a token; those of service accounts have about a thousand.</summary>
    public const int Longest = 16 * 1024;

    private const int LongestHeader = 2 * 1024;
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 8, AllowDuplicateProperties = false };

    private SignedToken(string algorithm, string keyId, TokenClaims claims, byte[] signed, byte[] signature) =>
        (Algorithm, KeyId, Claims, Signed, Signature) = (algorithm, keyId, claims, signed, signature);

    /// <summary>How it says that it is signed.</summary>
    public string Algorithm { get; }

    /// <summary>Which key it says that it is signed with.</summary>
    public string KeyId { get; }

    /// <summary>What it says.</summary>
    public TokenClaims Claims { get; }

    /// <summary>What the signature is over.</summary>
    public byte[] Signed { get; }

    /// <summary>The signature.</summary>
    public byte[] Signature { get; }

    /// <summary>Reads a token.</summary>
    /// <returns>Null for everything that is not a well-formed token of a service account.</returns>
    public static SignedToken? Read(string token)
    {
        if (token.Length > Longest || token.Split('.', 4) is not [{ Length: <= LongestHeader } head, var body, var tail]) return null;
        if (Decode(head) is not { } header || Decode(body) is not { } claims || Decode(tail) is not { Length: > 0 } signature) return null;
        try
        {
            using var about = JsonDocument.Parse(header, Strict);
            using var content = JsonDocument.Parse(claims, Strict);
            if (Header(about.RootElement) is not var (algorithm, key) || TokenClaims.Read(content.RootElement) is not { } read) return null;
            return new SignedToken(algorithm, key, read, Encoding.ASCII.GetBytes(head + "." + body), signature);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // The second: a text that is no Unicode, which is noticed only when it is taken out.
            return null;
        }
    }

    private static (string Algorithm, string Key)? Header(JsonElement header)
    {
        if (header.ValueKind != JsonValueKind.Object
            // What must be understood is understood by nobody here.
            || header.TryGetProperty("crit", out _)
            || (header.TryGetProperty("typ", out var type) && !(type.ValueKind == JsonValueKind.String && type.ValueEquals("JWT")))) return null;
        return TokenClaims.Text(header, "alg") is { } algorithm && TokenClaims.Text(header, "kid") is { } key ? (algorithm, key) : null;
    }

    /// <summary>The bytes of a part; null unless it is their one right spelling.</summary>
    private static byte[]? Decode(string part)
    {
        try
        {
            var bytes = Base64Url.DecodeFromChars(part);
            return Base64Url.EncodeToString(bytes) == part ? bytes : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
