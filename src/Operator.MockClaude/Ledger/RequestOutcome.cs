namespace Operator.MockClaude.Ledger;

/// <summary>How a request ended.</summary>
public enum RequestOutcome
{
    /// <summary>A complete answer, refusals and truncations included.</summary>
    Answered,

    /// <summary>429 by a rate limit.</summary>
    RateLimited,

    /// <summary>400 or 429 by a spend limit.</summary>
    SpendLimited,

    /// <summary>Any other 4xx: the request was wrong.</summary>
    Rejected,

    /// <summary>529.</summary>
    Overloaded,

    /// <summary>Any other 5xx.</summary>
    Failed,

    /// <summary>The answer broke: reset, torn stream, error event, truncated JSON, HTML or silence.</summary>
    Broken,

    /// <summary>The caller left before the end.</summary>
    ClientGone,
}
