namespace Operator.MockClaude.Answers;

/// <summary>An answer that is decided to the last byte before the first one leaves.</summary>
internal sealed class AnswerPlan
{
    /// <summary>The text of the thinking block in UTF-8; empty without one.</summary>
    public ReadOnlyMemory<byte> Thinking { get; init; }

    /// <summary>The thinking block's signature; null without one.</summary>
    public string? Signature { get; init; }

    /// <summary>The text in UTF-8; empty without a text block.</summary>
    public ReadOnlyMemory<byte> Text { get; init; }

    /// <summary>The use of a tool.</summary>
    public ToolCall? Tool { get; init; }

    public required string StopReason { get; init; }

    public string? StopSequence { get; init; }

    /// <summary>All output tokens, thinking included.</summary>
    public int OutputTokens { get; init; }

    public int ThinkingTokens { get; init; }

    /// <summary>Until the first token.</summary>
    public TimeSpan FirstToken { get; init; }

    /// <summary>For each further token.</summary>
    public TimeSpan TokenTime { get; init; }

    /// <summary>The request meets an internal error instead.</summary>
    public bool Fails { get; init; }
}

/// <summary>The use of a tool.</summary>
/// <param name="Name">The tool.</param>
/// <param name="Input">The input: JSON in UTF-8.</param>
/// <param name="Tokens">What it costs.</param>
internal sealed record ToolCall(string Name, ReadOnlyMemory<byte> Input, int Tokens);
