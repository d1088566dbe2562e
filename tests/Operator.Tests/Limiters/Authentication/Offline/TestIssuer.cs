using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Operator.Limiters.Authentication.Offline;

namespace Operator.Tests.Limiters.Authentication.Offline;

/// <summary>An issuer of tokens with one key.</summary>
internal sealed class TestIssuer(string algorithm, string keyId)
{
    public const string Name = "https://kubernetes.default.svc.cluster.local";
    public const string Audience = "claude-operator";
    public static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly AsymmetricAlgorithm _key = algorithm switch
    {
        "RS256" => RSA.Create(2048),
        "ES256" => ECDsa.Create(ECCurve.NamedCurves.nistP256),
        "ES384" => ECDsa.Create(ECCurve.NamedCurves.nistP384),
        "ES512" => ECDsa.Create(ECCurve.NamedCurves.nistP521),
        _ => throw new ArgumentException(algorithm),
    };

    /// <summary>The claims of a good token.</summary>
    public static JsonObject Claims() => new()
    {
        ["aud"] = new JsonArray(Audience),
        ["exp"] = Now.AddHours(1).ToUnixTimeSeconds(),
        ["iat"] = Now.ToUnixTimeSeconds(),
        ["iss"] = Name,
        ["jti"] = "0b1ea9ae-6a3a-4d0f-9d8c-1f1d1a0f3c55",
        ["kubernetes.io"] = new JsonObject
        {
            ["namespace"] = "team",
            ["node"] = new JsonObject { ["name"] = "node-1", ["uid"] = "uid-node" },
            ["pod"] = new JsonObject { ["name"] = "app-1", ["uid"] = "uid-1" },
            ["serviceaccount"] = new JsonObject { ["name"] = "default", ["uid"] = "uid-account" },
        },
        ["nbf"] = Now.ToUnixTimeSeconds(),
        ["sub"] = "system:serviceaccount:team:default",
    };

    /// <summary>The header of a good token.</summary>
    public JsonObject Header() => new() { ["alg"] = algorithm, ["kid"] = keyId };

    /// <summary>The key as it is published.</summary>
    public JsonObject Key()
    {
        var key = new JsonObject { ["use"] = "sig", ["kid"] = keyId, ["alg"] = algorithm };
        if (_key is RSA rsa)
        {
            var parameters = rsa.ExportParameters(false);
            (key["kty"], key["n"], key["e"]) = ("RSA", Base64Url.EncodeToString(parameters.Modulus), Base64Url.EncodeToString(parameters.Exponent));
            return key;
        }
        var point = ((ECDsa)_key).ExportParameters(false).Q;
        (key["kty"], key["x"], key["y"]) = ("EC", Base64Url.EncodeToString(point.X), Base64Url.EncodeToString(point.Y));
        key["crv"] = algorithm switch { "ES256" => "P-256", "ES384" => "P-384", _ => "P-521" };
        return key;
    }

    /// <summary>The discovery document of an issuer.</summary>
    public static string Discovery(string issuer = Name) => new JsonObject { ["issuer"] = issuer, ["jwks_uri"] = "https://elsewhere.example/keys" }.ToJsonString();

    /// <summary>A published set.</summary>
    public static string KeySet(params IEnumerable<JsonNode> keys) => new JsonObject { ["keys"] = new JsonArray([.. keys]) }.ToJsonString();

    /// <summary>What is published of some issuers.</summary>
    public static IssuerKeys Published(params IEnumerable<TestIssuer> issuers) => IssuerKeys.Read(Discovery(), KeySet(issuers.Select(i => i.Key())));

    public string Token(Action<JsonObject>? claims = null, Action<JsonObject>? header = null)
    {
        var (head, body) = (Header(), Claims());
        header?.Invoke(head);
        claims?.Invoke(body);
        return Token(head.ToJsonString(), body.ToJsonString());
    }

    /// <summary>A token with a right signature over any text.</summary>
    public string Token(string header, string claims)
    {
        var text = $"{Encode(header)}.{Encode(claims)}";
        return $"{text}.{Base64Url.EncodeToString(Sign(Encoding.ASCII.GetBytes(text)))}";
    }

    public static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    private byte[] Sign(byte[] data) => _key is RSA rsa
        ? rsa.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
        : ((ECDsa)_key).SignData(data, algorithm switch { "ES256" => HashAlgorithmName.SHA256, "ES384" => HashAlgorithmName.SHA384, _ => HashAlgorithmName.SHA512 });
}
