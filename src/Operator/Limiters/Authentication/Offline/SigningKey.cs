using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;

namespace Operator.Limiters.Authentication.Offline;

/// <summary>A public key that the cluster signs tokens with. It verifies by one algorithm only, whatever a token asks for.</summary>
internal sealed class SigningKey
{
    private const int LongestId = 512;
    private const int LeastRsaBits = 2_048;
    private const int MostRsaBytes = 1_024;

    private readonly Lock _gate = new();
    private readonly AsymmetricAlgorithm _key;
    private readonly HashAlgorithmName _hash;

    private SigningKey(string id, string algorithm, AsymmetricAlgorithm key, HashAlgorithmName hash) =>
        (Id, Algorithm, _key, _hash) = (id, algorithm, key, hash);

    /// <summary>The algorithms that the API server signs with. None of them is symmetric, and <c>none</c> is not among them.</summary>
    public static IReadOnlySet<string> Algorithms { get; } = new HashSet<string>(StringComparer.Ordinal) { "RS256", "ES256", "ES384", "ES512" };

    /// <summary>What tokens name the key by.</summary>
    public string Id { get; }

    /// <summary>The algorithm that it is for.</summary>
    public string Algorithm { get; }

    /// <summary>Reads a key of a published set.</summary>
    /// <returns>The key; null for one that is not for signatures of these algorithms, has no identifier, or is too weak or too large.</returns>
    public static SigningKey? Read(JsonElement key)
    {
        if (key.ValueKind != JsonValueKind.Object || Text(key, "kid") is not { Length: > 0 and <= LongestId } id) return null;
        if (key.TryGetProperty("use", out var use) && !use.ValueEquals("sig")) return null;
        try
        {
            var read = Text(key, "kty") switch
            {
                "RSA" => Rsa(id, key),
                "EC" => Elliptic(id, key),
                _ => null,
            };
            var declared = key.TryGetProperty("alg", out _) ? Text(key, "alg") ?? "" : null;
            return declared is null || declared == read?.Algorithm ? read : null;
        }
        catch (Exception error) when (error is CryptographicException or FormatException)
        {
            return null;
        }
    }

    /// <summary>Whether a signature is of this key.</summary>
    public bool Verifies(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        // Keys of the framework are not promised to be safe for several threads.
        lock (_gate)
        {
            return _key switch
            {
                RSA rsa => rsa.VerifyData(data, signature, _hash, RSASignaturePadding.Pkcs1),
                ECDsa elliptic => elliptic.VerifyData(data, signature, _hash, DSASignatureFormat.IeeeP1363FixedFieldConcatenation),
                _ => false,
            };
        }
    }

    private static SigningKey? Rsa(string id, JsonElement key)
    {
        if (Bytes(key, "n") is not { Length: <= MostRsaBytes } modulus || Bytes(key, "e") is not { Length: > 0 and <= 8 } exponent) return null;
        var rsa = RSA.Create(new RSAParameters { Modulus = modulus, Exponent = exponent });
        return rsa.KeySize >= LeastRsaBits ? new SigningKey(id, "RS256", rsa, HashAlgorithmName.SHA256) : null;
    }

    private static SigningKey? Elliptic(string id, JsonElement key)
    {
        (string Algorithm, ECCurve Curve, int Size, HashAlgorithmName Hash)? kind = Text(key, "crv") switch
        {
            "P-256" => ("ES256", ECCurve.NamedCurves.nistP256, 32, HashAlgorithmName.SHA256),
            "P-384" => ("ES384", ECCurve.NamedCurves.nistP384, 48, HashAlgorithmName.SHA384),
            "P-521" => ("ES512", ECCurve.NamedCurves.nistP521, 66, HashAlgorithmName.SHA512),
            _ => null,
        };
        if (kind is not var (algorithm, curve, size, hash)) return null;
        if (Bytes(key, "x") is not { } x || Bytes(key, "y") is not { } y || x.Length != size || y.Length != size) return null;
        var elliptic = ECDsa.Create(new ECParameters { Curve = curve, Q = new ECPoint { X = x, Y = y } });
        return new SigningKey(id, algorithm, elliptic, hash);
    }

    private static string? Text(JsonElement map, string name) =>
        map.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static byte[]? Bytes(JsonElement map, string name) => Text(map, name) is { } text ? Base64Url.DecodeFromChars(text) : null;
}
