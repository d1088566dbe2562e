namespace Operator.Contract;

/// <summary>What a limiter must know of a model.</summary>
public sealed record ModelConfiguration
{
    /// <summary>The model id.</summary>
    public required string Id { get; init; }

    /// <summary>Other ids that mean the same model.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>The group whose limits it shares.</summary>
    public required string Group { get; init; }

    /// <summary>Prices; the tier whose bound is not exceeded by the prompt holds. Empty where they are not known: cost counts as zero then.</summary>
    public required IReadOnlyList<PriceTier> Prices { get; init; }

    /// <summary>Whether tokens that were read from the cache count toward the input limit.</summary>
    public bool CacheReadsCount { get; init; }

    /// <summary>Whether <c>temperature</c>, <c>top_p</c> and <c>top_k</c> are refused.</summary>
    public bool RefusesSampling { get; init; }

    /// <summary>Whether <c>thinking.type: enabled</c> with a token budget is refused.</summary>
    public bool RefusesThinkingBudget { get; init; }

    /// <summary>Whether <c>thinking.type: disabled</c> is refused.</summary>
    public bool RefusesThinkingDisabled { get; init; }

    /// <summary>Whether <c>tool_choice</c> of type <c>any</c> or <c>tool</c> is refused.</summary>
    public bool RefusesForcedToolChoice { get; init; }

    /// <summary>Whether a last message from the assistant is refused.</summary>
    public bool RefusesPrefill { get; init; }

    /// <summary>Whether <c>inference_geo</c> is refused.</summary>
    public bool RefusesInferenceGeo { get; init; }

    /// <summary>Whether <c>speed: fast</c> is served.</summary>
    public bool ServesFast { get; init; }

    /// <summary>The levels of effort that it knows, in the API's spelling; empty where the parameter is refused.</summary>
    public IReadOnlyList<string> Efforts { get; init; } = [];

    /// <summary>Whether a conversation is bound to its prefix: a changed system prompt, tool list or message is refused.</summary>
    public bool BindsPrefix { get; init; }
}

/// <summary>Prices in nanodollars a token.</summary>
public sealed record PriceTier
{
    /// <summary>The largest prompt, in tokens, that these prices hold for; null for any.</summary>
    public long? MaxPromptTokens { get; init; }

    /// <summary>An uncached input token.</summary>
    public required long Input { get; init; }

    /// <summary>A token written to the cache for five minutes.</summary>
    public required long CacheWrite5m { get; init; }

    /// <summary>A token written to the cache for an hour.</summary>
    public required long CacheWrite1h { get; init; }

    /// <summary>A token read from the cache.</summary>
    public required long CacheRead { get; init; }

    /// <summary>An output token.</summary>
    public required long Output { get; init; }
}
