using Operator.Limiter.Usage;

namespace Operator.Limiter.Telemetry;

/// <summary>How a request ended.</summary>
internal enum CallOutcome
{
    /// <summary>The upstream's answer, good or bad, was passed on to its end.</summary>
    Forwarded,

    /// <summary>The limiter refused.</summary>
    Refused,

    /// <summary>No answer could be had or passed on to its end.</summary>
    Failed,
}

/// <summary>What is told of one call: no content, no keys.</summary>
internal sealed class CallRecord
{
    /// <summary>The API's own once it is known; until then one of the limiter's.</summary>
    public string RequestId
    {
        get => field ??= $"req_{Guid.NewGuid():n}";
        set;
    }

    public required string Kind { get; init; }

    public required long Arrived { get; init; }

    public string? Deployment { get; set; }

    public string? Quota { get; set; }

    public string? Revision { get; set; }

    public string? Variant { get; set; }

    public string? PromptDigest { get; set; }

    public string? Model { get; set; }

    public string? Lane { get; set; }

    public string? User { get; set; }

    public string? Conversation { get; set; }

    public CallOutcome? Outcome { get; set; }

    public string? Reason { get; set; }

    public int Status { get; set; }

    public int Retries { get; set; }

    public bool FellBack { get; set; }

    public bool Stream { get; set; }

    /// <summary>Whether the user is beyond a budget that only warns.</summary>
    public bool UserOverBudget { get; set; }

    public TimeSpan Queued { get; set; }

    public TimeSpan? FirstToken { get; set; }

    public TimeSpan Latency { get; set; }

    public long Cost { get; set; }

    public AnswerFacts Facts { get; set; } = new();

    /// <summary>Sets how it ended, unless that is known already.</summary>
    public void End(CallOutcome outcome, string reason, int status)
    {
        if (Outcome is not null) return;
        (Outcome, Reason, Status) = (outcome, reason, status);
    }
}
