using Microsoft.Extensions.DependencyInjection;
using Operator.Kubernetes;
using Operator.Kubernetes.Models;
using Operator.Runtime.LeaderElection;

namespace Operator.Limiters.Authentication;

/// <summary>
/// Asks the API server, which needs a right on the whole cluster. Answers are kept for a minute at most, and a token that was revoked
/// is good for so long.
/// </summary>
internal sealed class TokenReviewAuthenticator(
    [FromKeyedServices(LeaderElectionBuilderExtensions.EveryReplica)] IKubernetesClient client, ChannelOptions options, TimeProvider time) : ILimiterAuthenticator
{
    private const string ServiceAccount = "system:serviceaccount:";
    private const string PodName = "authentication.kubernetes.io/pod-name";
    private const string PodUid = "authentication.kubernetes.io/pod-uid";
    private static readonly TimeSpan GoodFor = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan BadFor = TimeSpan.FromSeconds(10);

    private readonly IdentifiedTokens _known = new(time);

    /// <inheritdoc/>
    public async Task<LimiterIdentity?> AuthenticateAsync(string token, CancellationToken cancellationToken)
    {
        var digest = IdentifiedTokens.Digest(token);
        if (_known.TryGet(digest, out var known)) return known;
        var review = await client.CreateAsync(
            new V1TokenReview { Spec = new V1TokenReviewSpec { Token = token, Audiences = [options.Audience] } }, cancellationToken: cancellationToken);
        var identity = Identify(review.Status, options.Audience);
        _known.Keep(digest, identity, identity is null ? BadFor : GoodFor);
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
}
