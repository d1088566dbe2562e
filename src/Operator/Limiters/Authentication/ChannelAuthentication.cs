namespace Operator.Limiters;

/// <summary>How the token of a limiter is checked.</summary>
public enum ChannelAuthentication
{
    /// <summary>The API server is asked about each token; the right to do so is one on the whole cluster.</summary>
    TokenReview,

    /// <summary>
    /// By the keys that the cluster publishes, which every service account may read: for an operator with Roles only. A token is good
    /// until it expires or its pod is gone.
    /// </summary>
    Offline,
}
