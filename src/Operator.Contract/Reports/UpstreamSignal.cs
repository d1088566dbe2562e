namespace Operator.Contract;

/// <summary>What kind of signal the API gave.</summary>
public enum UpstreamSignalKind
{
    /// <summary>Headers with the limits and what remains.</summary>
    Headers,

    /// <summary>A 429 with <c>retry-after</c>.</summary>
    RateLimited,

    /// <summary>A 429 because load rose too steeply.</summary>
    RampLimited,

    /// <summary>A spend limit is reached; no retry helps before its reset.</summary>
    SpendLimited,

    /// <summary>A 529: load of all customers. Never shrinks a quota.</summary>
    Overloaded,
}

/// <summary>What the API said of its limits.</summary>
public sealed record UpstreamSignal
{
    /// <summary>The kind.</summary>
    public required UpstreamSignalKind Kind { get; init; }

    /// <summary>The quota whose key was used, as <c>namespace/name</c>.</summary>
    public required string Quota { get; init; }

    /// <summary>The model group.</summary>
    public required string Group { get; init; }

    /// <summary>When the answer arrived.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The limits a minute that the headers tell; null where they do not.</summary>
    public Amounts? Limits { get; init; }

    /// <summary>What remains, token figures rounded to thousands; null where the headers do not tell.</summary>
    public Amounts? Remaining { get; init; }

    /// <summary>What the API asked to wait; null where it did not.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The API's error code, such as <c>enforced_spend_limit_reached</c>; null without one.</summary>
    public string? ErrorCode { get; init; }
}
