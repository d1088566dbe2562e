namespace Operator.Limiter.Usage;

/// <summary>What was read from an answer while it passed: never its content.</summary>
internal sealed class AnswerFacts
{
    /// <summary>The tokens; a field, so that readers fill it in place.</summary>
    public TokenUsage Usage;

    /// <summary>Whether the answer told its input tokens.</summary>
    public bool InputKnown { get; set; }

    /// <summary>Whether the answer told its final output tokens.</summary>
    public bool OutputKnown { get; set; }

    /// <summary>Why the model stopped; null until it is told.</summary>
    public string? StopReason { get; set; }

    /// <summary>The model that answered; null until it is told.</summary>
    public string? Model { get; set; }

    /// <summary>The type of an error, in the body or inside a stream; null without one.</summary>
    public string? ErrorType { get; set; }

    /// <summary>The error's code; null without one.</summary>
    public string? ErrorCode { get; set; }

    /// <summary>Whether the error's message is the one of a spend limit that its owner set.</summary>
    public bool OwnSpendLimit { get; set; }

    /// <summary>Bytes of generated content that passed: what an aborted stream is metered by.</summary>
    public long ContentBytes { get; set; }

    /// <summary>Whether the answer came to its end.</summary>
    public bool Ended { get; set; }

    /// <summary>Whether content has begun.</summary>
    public bool Began { get; set; }
}
