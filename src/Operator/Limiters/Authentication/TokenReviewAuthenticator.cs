using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Operator.Kubernetes;
using Operator.Kubernetes.Models;
using Operator.Runtime.LeaderElection;

namespace Operator.Limiters.Authentication;

/// <summary>
/// Asks the API server. Answers are kept for a minute by the token's digest, never the token, so that a thousand limiters that report
/// each second do not become a thousand reviews; a token that was revoked is good for so long at most.
/// </summary>
internal sealed class TokenReviewAuthenticator(
    [FromKeyedServices(LeaderElectionBuilderExtensions.EveryReplica)] IKubernetesClient client, ChannelOptions options, TimeProvider time) : ILimiterAuthenticator
{
    private const string ServiceAccount = "system:serviceaccount:";
    private const string PodName = "authentication.kubernetes.io/pod-name";
    private const string PodUid = "authentication.kubernetes.io/pod-uid";
    private const int MostKept = 20_000;
    private static readonly TimeSpan GoodFor = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan BadFor = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, (LimiterIdentity? Identity, long Until)> _kept = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public async Task<LimiterIdentity?> AuthenticateAsync(string token, CancellationToken cancellationToken)
    {
        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
        lock (_gate)
        {
            if (_kept.TryGetValue(digest, out var kept) && time.GetTimestamp() < kept.Until) return kept.Identity;
        }
        var review = await client.CreateAsync(
            new V1TokenReview { Spec = new V1TokenReviewSpec { Token = token, Audiences = [options.Audience] } }, cancellationToken: cancellationToken);
        var identity = Identify(review.Status, options.Audience);
        lock (_gate)
        {
            if (_kept.Count >= MostKept) Clean();
            _kept[digest] = (identity, time.GetTimestamp() + (long)((identity is null ? BadFor : GoodFor).TotalSeconds * time.TimestampFrequency));
        }
        return identity;
    }

    /// <summary>Reads an answer. Only a token of a pod, for this audience, has a bearer.</summary>
    internal static LimiterIdentity? Identify(V1TokenReviewStatus? status, string audience)
    {
        if (status is not { Authenticated: true, User: { Username: { } name } user } || status.Audiences?.Contains(audience) != true) return null;
        if (!name.StartsWith(ServiceAccount, StringComparison.Ordinal)) return null;
        var parts = name[ServiceAccount.Length..].Split(':');
        if (parts is not [{ Length: > 0 } space, { Length: > 0 }]) return null;
        return One(user, PodName) is { } pod && One(user, PodUid) is { } uid ? new LimiterIdentity(space, pod, uid) : null;
    }

    private static string? One(V1UserInfo user, string key) =>
        user.Extra is { } extra && extra.TryGetValue(key, out var values) && values is [{ Length: > 0 } value] ? value : null;

    private void Clean()
    {
        var now = time.GetTimestamp();
        foreach (var (digest, _) in _kept.Where(k => k.Value.Until <= now).ToList()) _kept.Remove(digest);
        if (_kept.Count >= MostKept) _kept.Clear();
    }
}
