using System.Text.Json.Serialization;

namespace Operator.Evals.Running;

/// <summary>An answer of the Messages API, as far as a runner needs it.</summary>
internal sealed record MessageReply
{
    /// <summary>The model that answered.</summary>
    public string? Model { get; init; }

    /// <summary>The content blocks.</summary>
    public IReadOnlyList<ContentBlock>? Content { get; init; }

    /// <summary>Why it ended.</summary>
    public string? StopReason { get; init; }

    /// <summary>What it took.</summary>
    public TokenUsage? Usage { get; init; }

    /// <summary>The text blocks, joined.</summary>
    [JsonIgnore]
    public string Text => string.Concat((Content ?? []).Where(b => b.Type == "text").Select(b => b.Text));
}

/// <summary>A content block.</summary>
/// <param name="Type">Its type.</param>
/// <param name="Text">Its text, for the type <c>text</c>.</param>
internal sealed record ContentBlock(string? Type, string? Text);

/// <summary>Tokens of one answer.</summary>
internal sealed record TokenUsage
{
    /// <summary>Input behind the last cache breakpoint.</summary>
    public long? InputTokens { get; init; }

    /// <summary>Output.</summary>
    public long? OutputTokens { get; init; }

    /// <summary>Input written to the cache.</summary>
    public long? CacheCreationInputTokens { get; init; }

    /// <summary>Input read from the cache.</summary>
    public long? CacheReadInputTokens { get; init; }

    /// <summary>The written input by lifetime.</summary>
    public CacheCreation? CacheCreation { get; init; }
}

/// <summary>Input written to the cache.</summary>
/// <param name="Ephemeral5mInputTokens">For five minutes.</param>
/// <param name="Ephemeral1hInputTokens">For an hour.</param>
internal sealed record CacheCreation(
    [property: JsonPropertyName("ephemeral_5m_input_tokens")] long? Ephemeral5mInputTokens,
    [property: JsonPropertyName("ephemeral_1h_input_tokens")] long? Ephemeral1hInputTokens);

/// <summary>An error answer.</summary>
/// <param name="Error">The error.</param>
internal sealed record ErrorReply(ErrorBody? Error);

/// <summary>An error.</summary>
/// <param name="Type">Its type, such as <c>rate_limit_error</c>.</param>
/// <param name="Message">Its text; never shown, only compared.</param>
/// <param name="Details">What it says beside.</param>
internal sealed record ErrorBody(string? Type, string? Message, ErrorDetails? Details);

/// <summary>Details of an error.</summary>
/// <param name="ErrorCode">A code such as <c>ramp_limit_exceeded</c>.</param>
internal sealed record ErrorDetails(string? ErrorCode);

/// <summary>How answers are read.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(MessageReply))]
[JsonSerializable(typeof(ErrorReply))]
internal sealed partial class MessagesJsonContext : JsonSerializerContext;
