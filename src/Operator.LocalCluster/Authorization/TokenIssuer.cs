using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Operator.LocalCluster.BuiltIns;
using Operator.LocalCluster.Resources;

namespace Operator.LocalCluster.Authorization;

/// <summary>Issues and reads the tokens of service accounts: JSON web tokens signed with a key that lives as long as the cluster.</summary>
internal sealed class TokenIssuer(TimeProvider time) : IDisposable
{
    /// <summary>The issuer, and the audience of tokens for the API itself.</summary>
    public const string Issuer = "https://kubernetes.default.svc.cluster.local";

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    /// <summary>The key's identifier in token headers and in the published key set.</summary>
    public string KeyId => field ??= Base64Url.EncodeToString(SHA256.HashData(_key.ExportSubjectPublicKeyInfo()));

    /// <summary>The document under <c>/.well-known/openid-configuration</c>.</summary>
    public static JsonObject Discovery(string serverUrl) => new()
    {
        ["issuer"] = Issuer,
        ["jwks_uri"] = serverUrl.TrimEnd('/') + "/openid/v1/jwks",
        ["response_types_supported"] = new JsonArray("id_token"),
        ["subject_types_supported"] = new JsonArray("public"),
        ["id_token_signing_alg_values_supported"] = new JsonArray("ES256"),
    };

    /// <summary>The public keys, as <c>/openid/v1/jwks</c> publishes them.</summary>
    public JsonObject KeySet()
    {
        var point = _key.ExportParameters(includePrivateParameters: false).Q;
        return new JsonObject
        {
            ["keys"] = new JsonArray(new JsonObject
            {
                ["use"] = "sig",
                ["kty"] = "EC",
                ["kid"] = KeyId,
                ["crv"] = "P-256",
                ["alg"] = "ES256",
                ["x"] = Base64Url.EncodeToString(point.X),
                ["y"] = Base64Url.EncodeToString(point.Y),
            }),
        };
    }

    /// <summary>Issues a token.</summary>
    /// <param name="account">The service account object.</param>
    /// <param name="audiences">Whom the token is for; empty for the API.</param>
    /// <param name="lifetime">How long it is valid.</param>
    /// <param name="pod">The pod that the token dies with; null for none.</param>
    public IssuedToken Issue(JsonObject account, IReadOnlyList<string> audiences, TimeSpan lifetime, JsonObject? pod)
    {
        var now = time.GetUtcNow();
        var expires = now + lifetime;
        var (ns, name) = (account.Text("metadata", "namespace")!, account.Text("metadata", "name")!);
        var binding = new JsonObject
        {
            ["namespace"] = ns,
            ["serviceaccount"] = new JsonObject { ["name"] = name, ["uid"] = account.Text("metadata", "uid") },
        };
        if (pod is not null)
        {
            binding["pod"] = new JsonObject { ["name"] = pod.Text("metadata", "name"), ["uid"] = pod.Text("metadata", "uid") };
            if (pod.Text("spec", "nodeName") is { Length: > 0 } node)
                binding["node"] = new JsonObject { ["name"] = node };
        }
        var claims = new JsonObject
        {
            ["aud"] = new JsonArray([.. (audiences.Count == 0 ? [Issuer] : audiences).Select(audience => (JsonNode)audience)]),
            ["exp"] = expires.ToUnixTimeSeconds(),
            ["iat"] = now.ToUnixTimeSeconds(),
            ["iss"] = Issuer,
            ["jti"] = Guid.NewGuid().ToString(),
            ["kubernetes.io"] = binding,
            ["nbf"] = now.ToUnixTimeSeconds(),
            ["sub"] = $"system:serviceaccount:{ns}:{name}",
        };
        var header = new JsonObject { ["alg"] = "ES256", ["kid"] = KeyId };
        var body = $"{Encode(header)}.{Encode(claims)}";
        var signature = _key.SignData(Encoding.ASCII.GetBytes(body), HashAlgorithmName.SHA256);
        return new IssuedToken($"{body}.{Base64Url.EncodeToString(signature)}", expires);
    }

    /// <summary>The claims of a token that this issuer signed; null for any other text. Times and audiences are not looked at.</summary>
    public JsonObject? Read(string token)
    {
        if (token.Length > 16 * 1024 || token.Split('.') is not [var header, var claims, var signature])
            return null;
        try
        {
            var signed = Encoding.ASCII.GetBytes($"{header}.{claims}");
            return _key.VerifyData(signed, Base64Url.DecodeFromChars(signature), HashAlgorithmName.SHA256)
                ? JsonNode.Parse(Base64Url.DecodeFromChars(claims)) as JsonObject
                : null;
        }
        catch (Exception error) when (error is FormatException or JsonException or CryptographicException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _key.Dispose();

    private static string Encode(JsonObject value) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(JsonText.Of(value)));
}

/// <summary>A fresh token.</summary>
/// <param name="Token">The token itself.</param>
/// <param name="Expires">When it ends.</param>
internal readonly record struct IssuedToken(string Token, DateTimeOffset Expires);
