using Operator.MockClaude.Faults;
using Operator.MockClaude.Messages;

namespace Operator.MockClaude.Ledger;

/// <summary>One request as the mock saw it.</summary>
public sealed record LedgerEntry
{
    /// <summary>When it arrived (UTC).</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The id in the header <c>request-id</c>; a batch's requests carry the batch's id.</summary>
    public required string RequestId { get; init; }

    /// <summary>Which endpoint.</summary>
    public MockEndpoint Endpoint { get; internal set; }

    /// <summary>The organization; null before authentication.</summary>
    public string? Organization { get; internal set; }

    /// <summary>The workspace.</summary>
    public string? Workspace { get; internal set; }

    /// <summary>The key's name.</summary>
    public string? Key { get; internal set; }

    /// <summary>The model's pinned id; null when none was recognised.</summary>
    public string? Model { get; internal set; }

    /// <summary>The value of the marker header (<see cref="MockClaudeOptions.MarkerHeader"/>).</summary>
    public string? Marker { get; internal set; }

    /// <summary>The digest of the system prompt (<see cref="SystemDigest"/>); null without one.</summary>
    public string? SystemDigest { get; internal set; }

    /// <summary>Whether a stream was asked for.</summary>
    public bool Stream { get; internal set; }

    /// <summary>The HTTP status sent; 0 when none was.</summary>
    public int Status { get; internal set; }

    /// <summary>How it ended.</summary>
    public RequestOutcome Outcome { get; internal set; }

    /// <summary><c>error.type</c> of the error sent.</summary>
    public string? ErrorType { get; internal set; }

    /// <summary><c>error.details.error_code</c> of the error sent.</summary>
    public string? ErrorCode { get; internal set; }

    /// <summary>The fault that was injected.</summary>
    public FaultKind? Fault { get; internal set; }

    /// <summary>The answer's <c>stop_reason</c>.</summary>
    public string? StopReason { get; internal set; }

    /// <summary>What was charged.</summary>
    public TokenUsage Usage { get; internal set; }

    /// <summary>What it cost in USD.</summary>
    public decimal Cost { get; internal set; }

    /// <summary>The value of <c>X-Stainless-Retry-Count</c>; null when the caller sent none.</summary>
    public int? RetryCount { get; internal set; }

    internal bool Settled { get; set; }
}
