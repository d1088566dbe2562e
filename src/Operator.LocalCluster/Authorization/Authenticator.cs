using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Operator.LocalCluster.Api;
using Operator.LocalCluster.Resources;

namespace Operator.LocalCluster.Authorization;

/// <summary>Knows fixed tokens, service account tokens and the subjects of client certificates.</summary>
/// <remarks>
/// The server has checked already that a client certificate comes from the cluster's authority. CN is the user, every O a group.
/// </remarks>
internal sealed class Authenticator(IInternalClient client, TokenIssuer issuer, TimeProvider time) : IAuthenticator
{
    private readonly ConcurrentDictionary<string, UserInfo> _fixedTokens = new(StringComparer.Ordinal);

    /// <summary>The administrator, as whom the cluster's own kubeconfig acts.</summary>
    public static UserInfo Admin { get; } = new(
        "admin", "admin-uid", [UserInfo.SystemMasters, UserInfo.Authenticated], new Dictionary<string, IReadOnlyList<string>>());

    /// <summary>Accepts a token as a user's.</summary>
    public void AddToken(string token, UserInfo user) => _fixedTokens[token] = user;

    /// <inheritdoc/>
    public async ValueTask<UserInfo> AuthenticateAsync(
        string? bearerToken, X509Certificate2? clientCertificate, CancellationToken cancellationToken)
    {
        if (clientCertificate is not null)
            return FromCertificate(clientCertificate);
        if (bearerToken is null)
            return UserInfo.Anonymous;
        var outcome = await ReviewAsync(bearerToken, [TokenIssuer.Issuer], cancellationToken);
        return outcome.User ?? throw new ApiException(401, "Unauthorized", "Unauthorized");
    }

    /// <summary>Checks a token for audiences.</summary>
    public async ValueTask<TokenOutcome> ReviewAsync(string token, IReadOnlyList<string> audiences, CancellationToken cancellationToken)
    {
        if (_fixedTokens.TryGetValue(token, out var known))
            return new(known, audiences, "");
        if (token.Length == 0 || issuer.Read(token) is not { } claims)
            return new(null, [], "invalid bearer token");
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        if (claims.Number("exp") is not { } expires || expires <= now)
            return new(null, [], "service account token has expired");
        var own = claims.Texts("aud").ToList();
        var matching = own.Intersect(audiences, StringComparer.Ordinal).ToList();
        if (matching.Count == 0)
            return new(null, [], $"token audiences {Quote(own)} is invalid for the target audiences {Quote(audiences)}");
        return await FindAccountAsync(claims, cancellationToken) is { } error
            ? new(null, [], error)
            : new(FromClaims(claims), matching, "");
    }

    private async ValueTask<string?> FindAccountAsync(JsonObject claims, CancellationToken cancellationToken)
    {
        var binding = claims.Child("kubernetes.io");
        var ns = binding.Text("namespace") ?? "";
        var name = binding.Text("serviceaccount", "name") ?? "";
        var account = await client.GetAsync(WellKnown.ServiceAccounts, ns, name, cancellationToken);
        if (account is null)
            return $"service account {ns}/{name} has been deleted";
        if (account.Text("metadata", "uid") != binding.Text("serviceaccount", "uid"))
            return "service account UID does not match claim";
        if (binding.Text("pod", "name") is not { } podName)
            return null;
        var pod = await client.GetAsync(WellKnown.Pods, ns, podName, cancellationToken);
        return pod is null || pod.Text("metadata", "uid") != binding.Text("pod", "uid") ? "service account token has been invalidated" : null;
    }

    private static UserInfo FromClaims(JsonObject claims)
    {
        var binding = claims.Child("kubernetes.io");
        var ns = binding.Text("namespace") ?? "";
        var extra = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        if (claims.Text("jti") is { } id)
            extra["authentication.kubernetes.io/credential-id"] = ["JTI=" + id];
        if (binding.Text("node", "name") is { } node)
            extra["authentication.kubernetes.io/node-name"] = [node];
        if (binding.Text("pod", "name") is { } pod)
        {
            extra["authentication.kubernetes.io/pod-name"] = [pod];
            extra["authentication.kubernetes.io/pod-uid"] = [binding.Text("pod", "uid") ?? ""];
        }
        return new UserInfo(
            claims.Text("sub") ?? "", binding.Text("serviceaccount", "uid") ?? "",
            ["system:serviceaccounts", "system:serviceaccounts:" + ns, UserInfo.Authenticated], extra);
    }

    private static UserInfo FromCertificate(X509Certificate2 certificate)
    {
        var name = "";
        var groups = new List<string>();
        foreach (var part in certificate.SubjectName.EnumerateRelativeDistinguishedNames())
        {
            if (part.HasMultipleElements)
                continue;
            switch (part.GetSingleElementType().Value)
            {
                case "2.5.4.3":
                    name = part.GetSingleElementValue() ?? "";
                    break;
                case "2.5.4.10" when part.GetSingleElementValue() is { } group:
                    groups.Add(group);
                    break;
                default:
                    break;
            }
        }
        groups.Add(UserInfo.Authenticated);
        return new UserInfo(name, "", groups, new Dictionary<string, IReadOnlyList<string>>());
    }

    private static string Quote(IEnumerable<string> texts) => $"[{string.Join(' ', texts.Select(text => $"\"{text}\""))}]";
}

/// <summary>What a token is worth.</summary>
/// <param name="User">Whose it is; null when it is not valid.</param>
/// <param name="Audiences">Those of the asked audiences that it is for.</param>
/// <param name="Error">Why it is not valid; empty otherwise.</param>
internal readonly record struct TokenOutcome(UserInfo? User, IReadOnlyList<string> Audiences, string Error);
