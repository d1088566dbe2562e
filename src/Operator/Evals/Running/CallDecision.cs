namespace Operator.Evals.Running;

/// <summary>How a call failed, as far as it decides about another try.</summary>
/// <param name="Status">The HTTP status; null when there was no answer.</param>
/// <param name="ErrorType">The type of the error, from the body.</param>
/// <param name="ErrorCode">The code of the error, from the body.</param>
/// <param name="IsOwnSpendLimit">Whether the body says that a spend limit of the organization or workspace is reached.</param>
/// <param name="RetryAfter">What the answer asks to wait.</param>
/// <param name="ShouldRetry">What the answer says about another try.</param>
internal sealed record CallFailure(
    int? Status, string? ErrorType = null, string? ErrorCode = null, bool IsOwnSpendLimit = false, TimeSpan? RetryAfter = null, bool? ShouldRetry = null)
{
    /// <summary>The failure for people to read: no content.</summary>
    public override string ToString() => Status is null
        ? "no answer"
        : $"HTTP {Status}{(ErrorType is null ? "" : " " + Suites.SuiteError.Quote(ErrorType))}{(ErrorCode is null ? "" : "/" + Suites.SuiteError.Quote(ErrorCode))}";
}

/// <summary>What to do after a failure.</summary>
internal enum CallAction
{
    /// <summary>Try again after the delay.</summary>
    Retry,

    /// <summary>The API refuses this very request: an answer about the case.</summary>
    Rejected,

    /// <summary>No request can succeed now: the run ends.</summary>
    Halt,
}

/// <summary>What to do after a failure, and when. Pure.</summary>
/// <param name="Action">What.</param>
/// <param name="Delay">When, for <see cref="CallAction.Retry"/>.</param>
internal readonly record struct CallDecision(CallAction Action, TimeSpan Delay = default)
{
    /// <summary>Tries of failures that are no rate limits.</summary>
    public const int MaxFailures = 8;

    private const double FirstDelay = 0.5;
    private const double LongestDelay = 30;
    private const double LongestRetryAfter = 600;

    /// <summary>Decides.</summary>
    /// <param name="failure">How the call failed.</param>
    /// <param name="failures">How many calls of this request have failed otherwise than by a rate limit, this one included.</param>
    /// <param name="tries">How many calls of this request were made.</param>
    /// <param name="starting">Whether the limiter may still be starting, so that it does not know its revisions yet.</param>
    /// <param name="random">From 0 up to 1.</param>
    public static CallDecision Of(CallFailure failure, int failures, int tries, bool starting, double random)
    {
        ArgumentNullException.ThrowIfNull(failure);
        var backoff = TimeSpan.FromSeconds(Math.Min(FirstDelay * Math.Pow(2, Math.Min(tries - 1, 10)), LongestDelay) * (1 - (0.5 * random)));
        if (failure.IsOwnSpendLimit || failure.ErrorCode is "enforced_spend_limit_reached" or "contract_spend_limit_reached")
            return new CallDecision(CallAction.Halt);
        switch (failure.Status)
        {
            case null or 404 when starting:
                return new CallDecision(CallAction.Retry, backoff);
            // A rate limit is no failure: bulk work waits until there is room, whatever an interactive client should do.
            case 429 when failure.RetryAfter is { } wait:
                return new CallDecision(CallAction.Retry, TimeSpan.FromSeconds(Math.Min(wait.TotalSeconds, LongestRetryAfter)) + (backoff * 0.1));
            case 429 when failure.ShouldRetry != false:
                return new CallDecision(CallAction.Retry, backoff);
            case null or 408 or 409 or >= 500 when failure.ShouldRetry != false && failures < MaxFailures:
                return new CallDecision(CallAction.Retry, failure.RetryAfter is { TotalSeconds: <= LongestRetryAfter } asked && asked > backoff ? asked : backoff);
            case 400 or 413 or 422:
                return new CallDecision(CallAction.Rejected);
            default:
                return new CallDecision(CallAction.Halt);
        }
    }
}
