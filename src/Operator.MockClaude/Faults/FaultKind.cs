namespace Operator.MockClaude.Faults;

/// <summary>What can go wrong.</summary>
public enum FaultKind
{
    /// <summary>429 with <c>retry-after</c>.</summary>
    RateLimited,

    /// <summary>429 <c>ramp_limit_exceeded</c> with <c>retry-after</c>: traffic grew too fast.</summary>
    RampLimited,

    /// <summary>429 <c>enforced_spend_limit_reached</c> without <c>retry-after</c>: the tier's monthly cap.</summary>
    SpendCapReached,

    /// <summary>429 <c>contract_spend_limit_reached</c>.</summary>
    ContractSpendLimitReached,

    /// <summary>400: the organization's own spend limit.</summary>
    OwnSpendLimitReached,

    /// <summary>529 <c>overloaded_error</c>.</summary>
    Overloaded,

    /// <summary>500 <c>api_error</c>.</summary>
    InternalError,

    /// <summary>504 <c>timeout_error</c>.</summary>
    Timeout,

    /// <summary>A pause of <see cref="FaultRule.Delay"/> before the first token.</summary>
    SlowFirstToken,

    /// <summary>A pause of <see cref="FaultRule.Delay"/> before every event of a stream.</summary>
    SlowStream,

    /// <summary>Silence after <see cref="FaultRule.Events"/> events of a stream, until the caller leaves.</summary>
    StallAfterEvents,

    /// <summary>The connection breaks after <see cref="FaultRule.Events"/> events of a stream.</summary>
    BreakAfterEvents,

    /// <summary>The connection breaks in the middle of the event that follows <see cref="FaultRule.Events"/> others.</summary>
    HalfEvent,

    /// <summary>After <see cref="FaultRule.Events"/> events of a stream (status 200) an <c>error</c> event <c>overloaded_error</c> ends it.</summary>
    ErrorEvent,

    /// <summary>The connection is reset before any answer.</summary>
    ConnectionReset,

    /// <summary>No answer until the caller leaves.</summary>
    Hang,

    /// <summary>502 with a page of HTML, as a proxy on the way would answer.</summary>
    HtmlAnswer,

    /// <summary>200 with JSON that ends in the middle; in a stream an event whose data does.</summary>
    TruncatedJson,
}
