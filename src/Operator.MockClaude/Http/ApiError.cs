namespace Operator.MockClaude.Http;

/// <summary>An answer in the API's error shape.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Type"><c>error.type</c>.</param>
/// <param name="Message"><c>error.message</c>.</param>
internal sealed record ApiError(int Status, string Type, string Message)
{
    /// <summary><c>error.details.error_code</c>.</summary>
    public string? Code { get; init; }

    /// <summary>Seconds for the header <c>retry-after</c>.</summary>
    public int? RetryAfter { get; init; }

    public static ApiError Invalid(string message) => new(400, "invalid_request_error", message);

    public static ApiError NotFound(string message) => new(404, "not_found_error", message);

    public static ApiError RateLimited(string message, int? retryAfter = null, string? code = null) =>
        new(429, "rate_limit_error", message) { RetryAfter = retryAfter, Code = code };

    public static ApiError Overloaded() => new(529, "overloaded_error", "Overloaded");

    public static ApiError Internal() => new(500, "api_error", "Internal server error");
}
