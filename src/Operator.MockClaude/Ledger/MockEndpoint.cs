namespace Operator.MockClaude.Ledger;

/// <summary>The endpoints.</summary>
public enum MockEndpoint
{
    /// <summary>A path that does not exist.</summary>
    Unknown,

    /// <summary>POST /v1/messages.</summary>
    Messages,

    /// <summary>POST /v1/messages/count_tokens.</summary>
    CountTokens,

    /// <summary>/v1/messages/batches and below.</summary>
    Batches,

    /// <summary>A single request inside a batch.</summary>
    BatchRequest,

    /// <summary>/v1/models and below.</summary>
    Models,

    /// <summary>/v1/organizations/… rate limits.</summary>
    RateLimits,

    /// <summary>/api/hello.</summary>
    Hello,
}
