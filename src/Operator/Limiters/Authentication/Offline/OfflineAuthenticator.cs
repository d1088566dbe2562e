using Microsoft.Extensions.Logging;

namespace Operator.Limiters.Authentication.Offline;

/// <summary>
/// Checks tokens with the keys that the cluster publishes: no right is needed that a service account does not have. That the pod is
/// still there is known from the cache of pods, so a token dies with its pod.
/// </summary>
internal sealed partial class OfflineAuthenticator(PublishedKeys published, ChannelOptions options, TimeProvider time, ILogger<OfflineAuthenticator> logger)
    : ILimiterAuthenticator
{
    private static readonly TimeSpan GoodFor = TimeSpan.FromMinutes(1);

    // Only good ones: whoever sends bad ones pushes nobody out.
    private readonly IdentifiedTokens _known = new(time);

    /// <inheritdoc/>
    public async Task<LimiterIdentity?> AuthenticateAsync(string token, CancellationToken cancellationToken)
    {
        if (token.Length > SignedToken.Longest) return Refuse(TokenVerdict.Malformed);
        var digest = IdentifiedTokens.Digest(token);
        if (_known.TryGet(digest, out var known)) return known;
        if (SignedToken.Read(token) is not { } read) return Refuse(TokenVerdict.Malformed);
        var verdict = TokenRules.Judge(read, await published.GetAsync(null, cancellationToken), options.Audience, time.GetUtcNow());
        // The key may be new, and so may the issuer be.
        if (verdict is TokenVerdict.UnknownKey or TokenVerdict.WrongIssuer)
            verdict = TokenRules.Judge(read, await published.GetAsync(read.KeyId, cancellationToken), options.Audience, time.GetUtcNow());
        if (verdict != TokenVerdict.Good) return Refuse(verdict);
        var left = DateTimeOffset.FromUnixTimeSeconds(Math.Min(read.Claims.Expires, DateTimeOffset.MaxValue.ToUnixTimeSeconds())) - time.GetUtcNow();
        if (left > TimeSpan.Zero) _known.Keep(digest, read.Claims.Pod, left < GoodFor ? left : GoodFor);
        return read.Claims.Pod;
    }

    private LimiterIdentity? Refuse(TokenVerdict verdict)
    {
        Log.Refused(logger, verdict);
        return null;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Debug, "A token was refused: {Verdict}")]
        public static partial void Refused(ILogger logger, TokenVerdict verdict);
    }
}
