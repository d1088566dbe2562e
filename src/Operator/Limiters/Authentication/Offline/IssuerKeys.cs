using System.Text.Json;

namespace Operator.Limiters.Authentication.Offline;

/// <summary>What the cluster publishes of itself as an issuer of tokens.</summary>
/// <param name="issuer">Its name, which tokens repeat.</param>
/// <param name="keys">Its keys, by identifier.</param>
internal sealed class IssuerKeys(string issuer, IReadOnlyDictionary<string, SigningKey> keys)
{
    /// <summary>Where a server names its issuer.</summary>
    public const string DiscoveryPath = ".well-known/openid-configuration";

    /// <summary>Where the API server itself publishes its keys. The address in the discovery document may be of another host: it is not followed.</summary>
    public const string KeysPath = "openid/v1/jwks";

    private const int LongestDocument = 256 * 1024;
    private const int LongestIssuer = 2_048;
    private const int MostKeys = 64;
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 8, AllowDuplicateProperties = false };

    /// <summary>The issuer's name.</summary>
    public string Issuer => issuer;

    /// <summary>The identifiers of the keys that can be used.</summary>
    public IReadOnlySet<string> Ids { get; } = keys.Keys.ToHashSet(StringComparer.Ordinal);

    /// <summary>The key of an identifier; null when there is none.</summary>
    public SigningKey? Find(string id) => keys.GetValueOrDefault(id);

    /// <summary>Reads both documents.</summary>
    /// <exception cref="FormatException">One of them is not what it must be; the message says which and why.</exception>
    public static IssuerKeys Read(string discovery, string keySet)
    {
        using var about = Parse(discovery, DiscoveryPath);
        if (!about.RootElement.TryGetProperty("issuer", out var name) || name.ValueKind != JsonValueKind.String
            || name.GetString() is not { Length: > 0 and <= LongestIssuer } issuer)
            throw new FormatException($"/{DiscoveryPath} of the API server names no issuer");
        using var set = Parse(keySet, KeysPath);
        if (!set.RootElement.TryGetProperty("keys", out var list) || list.ValueKind != JsonValueKind.Array)
            throw new FormatException($"/{KeysPath} of the API server has no list of keys");
        if (list.GetArrayLength() > MostKeys) throw new FormatException($"/{KeysPath} of the API server has {list.GetArrayLength()} keys; at most {MostKeys} are read");
        var keys = new Dictionary<string, SigningKey>(StringComparer.Ordinal);
        foreach (var key in list.EnumerateArray().Select(SigningKey.Read).OfType<SigningKey>()) keys.TryAdd(key.Id, key);
        return keys.Count > 0
            ? new IssuerKeys(issuer, keys)
            : throw new FormatException($"/{KeysPath} of the API server has no key for {string.Join(", ", SigningKey.Algorithms)}");
    }

    private static JsonDocument Parse(string text, string path)
    {
        if (text.Length > LongestDocument) throw new FormatException($"/{path} of the API server is longer than {LongestDocument} characters");
        try
        {
            var document = JsonDocument.Parse(text, Strict);
            if (document.RootElement.ValueKind == JsonValueKind.Object) return document;
            document.Dispose();
        }
        catch (JsonException error)
        {
            throw new FormatException($"/{path} of the API server is no JSON", error);
        }
        throw new FormatException($"/{path} of the API server is no JSON object");
    }
}
