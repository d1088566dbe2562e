using System.Collections.Frozen;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Http;
using Operator.Contract;

namespace Operator.Limiter.Forwarding;

/// <summary>Which headers pass, in both directions.</summary>
internal static class HeaderRules
{
    private static readonly string[] OfThisHop =
    [
        "connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection", "te", "trailer", "transfer-encoding",
        "upgrade", "http2-settings",
    ];

    private static readonly FrozenSet<string> HopByHop = OfThisHop.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>The caller's credentials, what belongs to this hop, and what is said to the limiter alone.</summary>
    private static readonly FrozenSet<string> Withheld = new[]
    {
        "host", "content-length", "expect", "accept-encoding", "authorization", "x-api-key", "cookie", "forwarded", "x-forwarded-for",
        RequestHeaders.Deployment, RequestHeaders.Revision, RequestHeaders.Lane, RequestHeaders.Conversation, RequestHeaders.User,
    }.Concat(OfThisHop).ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Copies what passes to the upstream, and puts the mounted key in.</summary>
    public static void CopyRequest(IHeaderDictionary from, HttpRequestMessage to, string key, string? addedBeta)
    {
        var named = Named(from.Connection.ToString());
        foreach (var (name, values) in from)
        {
            if (Withheld.Contains(name) || named?.Contains(name) == true) continue;
            foreach (var value in values)
            {
                if (!to.Headers.TryAddWithoutValidation(name, value)) to.Content?.Headers.TryAddWithoutValidation(name, value);
            }
        }
        if (addedBeta is not null) to.Headers.TryAddWithoutValidation("anthropic-beta", addedBeta);
        if (key.StartsWith("sk-ant-oat", StringComparison.Ordinal)) to.Headers.TryAddWithoutValidation("authorization", $"Bearer {key}");
        else to.Headers.TryAddWithoutValidation("x-api-key", key);
    }

    /// <summary>Copies what passes to the caller.</summary>
    public static void CopyResponse(HttpResponseMessage from, HttpResponse to, bool withLength)
    {
        to.StatusCode = (int)from.StatusCode;
        var named = Named(from.Headers.NonValidated.TryGetValues("connection", out var connection) ? connection.ToString() : "");
        Copy(from.Headers, to.Headers, named, withLength);
        Copy(from.Content.Headers, to.Headers, named, withLength);
    }

    private static void Copy(HttpHeaders from, IHeaderDictionary to, HashSet<string>? named, bool withLength)
    {
        foreach (var (name, values) in from.NonValidated)
        {
            if (HopByHop.Contains(name) || named?.Contains(name) == true) continue;
            if (!withLength && name.Equals("content-length", StringComparison.OrdinalIgnoreCase)) continue;
            to[name] = values.Count == 1 ? values.ToString() : values.ToArray();
        }
    }

    private static HashSet<string>? Named(string connection) => connection.Length == 0
        ? null
        : new(connection.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries), StringComparer.OrdinalIgnoreCase);
}
