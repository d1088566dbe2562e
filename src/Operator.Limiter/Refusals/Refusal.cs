namespace Operator.Limiter.Refusals;

/// <summary>An answer that the limiter gives itself, in the API's shape.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Type">The API's error type, such as <c>rate_limit_error</c>.</param>
/// <param name="Message">A sentence for the caller: never content of the request.</param>
/// <param name="Reason">A short word for counts and logs, such as <c>queue-full</c>.</param>
internal sealed record Refusal(int Status, string Type, string Message, string Reason)
{
    /// <summary>When a retry may succeed; null for a refusal that no wait heals.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Whether an SDK should retry by itself.</summary>
    public bool ShouldRetry { get; init; }

    /// <summary>Which limit and whose, for <see cref="Contract.RequestHeaders.Limit"/>; null when no limit is the cause.</summary>
    public string? Limit { get; init; }

    /// <summary>A request that is wrong in itself.</summary>
    public static Refusal BadRequest(string message, string reason) => new(400, "invalid_request_error", message, reason);

    /// <summary>A request for something that is not there.</summary>
    public static Refusal NotFound(string message, string reason) => new(404, "not_found_error", message, reason);

    /// <summary>A body beyond the API's own limit.</summary>
    public static Refusal TooLarge(long bytes) =>
        new(413, "request_too_large", $"The request exceeds the maximum size of {bytes} bytes.", "too-large");

    /// <summary>A request beyond a limit.</summary>
    /// <param name="limit">Which, such as <c>input-tokens</c>.</param>
    /// <param name="owner">Whose, such as <c>team-a/support-tools</c>.</param>
    /// <param name="message">A sentence for the caller.</param>
    /// <param name="retryAfter">When a retry may succeed; null for never.</param>
    public static Refusal Limited(string limit, string owner, string message, TimeSpan? retryAfter) =>
        new(429, "rate_limit_error", message, limit)
        {
            RetryAfter = retryAfter,
            // Older SDKs ignore a wait above a minute and retry at once: they are told not to.
            ShouldRetry = retryAfter is { } wait && wait <= TimeSpan.FromSeconds(60),
            Limit = $"{limit}; {owner}",
        };

    /// <summary>A request that the limiter could not get answered.</summary>
    public static Refusal Unavailable(int status, string type, string message, string reason, bool retry) =>
        new(status, type, message, reason) { ShouldRetry = retry };
}
