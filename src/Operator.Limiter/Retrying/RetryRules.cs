namespace Operator.Limiter.Retrying;

/// <summary>When an attempt is repeated.</summary>
internal static class RetryRules
{
    /// <summary>The most retries of one model.</summary>
    public const int MaxRetries = 4;

    private const double BaseSeconds = 0.5;
    private const double MaxSeconds = 8;

    /// <summary>The pause before the next attempt; null for none.</summary>
    /// <param name="verdict">What the last attempt came to.</param>
    /// <param name="retry">0 before the first retry.</param>
    /// <param name="retryAfter">What the API asked to wait; null when it did not.</param>
    /// <param name="elapsed">Time since the request arrived.</param>
    /// <param name="patience">How long the request's lane waits in all.</param>
    /// <param name="random">0 to 1: full jitter.</param>
    public static TimeSpan? Pause(
        UpstreamVerdict verdict, int retry, TimeSpan? retryAfter, TimeSpan elapsed, TimeSpan patience, double random)
    {
        if (retry >= MaxRetries) return null;
        TimeSpan pause;
        switch (verdict)
        {
            case UpstreamVerdict.RateLimited or UpstreamVerdict.RampLimited when retryAfter is { } asked:
                // A little later than asked, spread, or all that wait come back in one moment.
                pause = asked + TimeSpan.FromSeconds(random * Math.Min(1, asked.TotalSeconds * 0.1));
                break;
            case UpstreamVerdict.RateLimited or UpstreamVerdict.RampLimited or UpstreamVerdict.Overloaded
                or UpstreamVerdict.ServerError or UpstreamVerdict.Unreachable:
                pause = TimeSpan.FromSeconds(random * Math.Min(MaxSeconds, BaseSeconds * Math.Pow(2, retry)));
                if (retryAfter is { } least && least > pause) pause = least;
                break;
            default:
                return null;
        }
        return elapsed + pause <= patience ? pause : null;
    }
}
