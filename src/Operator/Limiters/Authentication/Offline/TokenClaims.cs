using System.Text.Json;

namespace Operator.Limiters.Authentication.Offline;

/// <summary>What a token of a service account says.</summary>
/// <param name="Issuer">Who made it.</param>
/// <param name="Audiences">Whom it is for.</param>
/// <param name="Expires">Until when it is good, in seconds since 1970.</param>
/// <param name="NotBefore">From when it is good, in seconds since 1970; null from the beginning.</param>
/// <param name="Pod">The pod that it is bound to; null when it is bound to none.</param>
internal sealed record TokenClaims(string Issuer, IReadOnlyList<string> Audiences, long Expires, long? NotBefore, LimiterIdentity? Pod)
{
    private const int LongestName = 253;
    private const int MostAudiences = 64;

    /// <summary>Reads claims.</summary>
    /// <returns>Null when one that must be there is not, or one is of another type than it must be.</returns>
    public static TokenClaims? Read(JsonElement claims)
    {
        if (claims.ValueKind != JsonValueKind.Object || Text(claims, "iss") is not { } issuer || Audience(claims) is not { } audiences) return null;
        if (!claims.TryGetProperty("exp", out var expires) || !IsTime(expires, out var end)) return null;
        long? start = null;
        if (claims.TryGetProperty("nbf", out var since))
        {
            if (!IsTime(since, out var from)) return null;
            start = from;
        }
        return new TokenClaims(issuer, audiences, end, start, Bound(claims));
    }

    /// <summary>A text that is there and not empty.</summary>
    public static string? Text(JsonElement map, string name) =>
        map.ValueKind == JsonValueKind.Object && map.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text
            ? text
            : null;

    private static IReadOnlyList<string>? Audience(JsonElement claims)
    {
        if (!claims.TryGetProperty("aud", out var audience)) return null;
        if (audience.ValueKind == JsonValueKind.String) return [audience.GetString()!];
        if (audience.ValueKind != JsonValueKind.Array || audience.GetArrayLength() > MostAudiences) return null;
        return audience.EnumerateArray().All(a => a.ValueKind == JsonValueKind.String) ? [.. audience.EnumerateArray().Select(a => a.GetString()!)] : null;
    }

    private static bool IsTime(JsonElement value, out long seconds)
    {
        seconds = 0;
        return value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out seconds) && seconds >= 0;
    }

    /// <summary>The pod, where all that the cluster says of it is there and agrees with the subject.</summary>
    private static LimiterIdentity? Bound(JsonElement claims)
    {
        if (!claims.TryGetProperty("kubernetes.io", out var binding) || Name(binding, "namespace") is not { } space) return null;
        if (!binding.TryGetProperty("serviceaccount", out var account) || Name(account, "name") is not { } owner) return null;
        if (!binding.TryGetProperty("pod", out var pod) || Name(pod, "name") is not { } name || Name(pod, "uid") is not { } uid) return null;
        return Text(claims, "sub") == $"system:serviceaccount:{space}:{owner}" ? new LimiterIdentity(space, name, uid) : null;
    }

    private static string? Name(JsonElement map, string name) => Text(map, name) is { Length: <= LongestName } text ? text : null;
}
