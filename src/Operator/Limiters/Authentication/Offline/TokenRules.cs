namespace Operator.Limiters.Authentication.Offline;

/// <summary>What was found about a token.</summary>
internal enum TokenVerdict
{
    /// <summary>It is good.</summary>
    Good,

    /// <summary>It is no token of a service account, or too long.</summary>
    Malformed,

    /// <summary>It is signed by an algorithm that is not taken.</summary>
    WrongAlgorithm,

    /// <summary>Another issuer made it.</summary>
    WrongIssuer,

    /// <summary>It is for somebody else.</summary>
    WrongAudience,

    /// <summary>Its time is over.</summary>
    Expired,

    /// <summary>Its time has not come.</summary>
    NotYetValid,

    /// <summary>It is bound to no pod.</summary>
    NotOfAPod,

    /// <summary>The cluster publishes no such key, or one for another algorithm.</summary>
    UnknownKey,

    /// <summary>The signature is not of that key.</summary>
    WrongSignature,
}

/// <summary>Decides about tokens, from what the cluster publishes and the time.</summary>
internal static class TokenRules
{
    /// <summary>How far the clocks of the API server and of this replica may differ.</summary>
    public static readonly TimeSpan Leeway = TimeSpan.FromSeconds(30);

    /// <summary>Judges a token. The signature comes last, as it costs most.</summary>
    /// <param name="token">The token; null for text that is none.</param>
    /// <param name="keys">What the cluster publishes.</param>
    /// <param name="audience">Whom tokens must be for.</param>
    /// <param name="now">The time.</param>
    public static TokenVerdict Judge(SignedToken? token, IssuerKeys keys, string audience, DateTimeOffset now)
    {
        if (token is null) return TokenVerdict.Malformed;
        if (!SigningKey.Algorithms.Contains(token.Algorithm)) return TokenVerdict.WrongAlgorithm;
        var claims = token.Claims;
        if (claims.Issuer != keys.Issuer) return TokenVerdict.WrongIssuer;
        if (!claims.Audiences.Contains(audience, StringComparer.Ordinal)) return TokenVerdict.WrongAudience;
        if (claims.Expires <= (now - Leeway).ToUnixTimeSeconds()) return TokenVerdict.Expired;
        if (claims.NotBefore > (now + Leeway).ToUnixTimeSeconds()) return TokenVerdict.NotYetValid;
        if (claims.Pod is null) return TokenVerdict.NotOfAPod;
        if (keys.Find(token.KeyId) is not { } key || key.Algorithm != token.Algorithm) return TokenVerdict.UnknownKey;
        return key.Verifies(token.Signed, token.Signature) ? TokenVerdict.Good : TokenVerdict.WrongSignature;
    }
}
