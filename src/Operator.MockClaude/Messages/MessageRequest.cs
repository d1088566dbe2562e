using System.Text.Json;
using Operator.MockClaude.Caching;
using Operator.MockClaude.Models;

namespace Operator.MockClaude.Messages;

/// <summary>A request that passed validation. Its JSON parts live as long as the body's buffer.</summary>
internal sealed class MessageRequest
{
    public required ModelEntry Model { get; init; }

    /// <summary>The most output tokens; 0 only warms the cache.</summary>
    public required int MaxTokens { get; init; }

    public required bool Stream { get; init; }

    /// <summary>The model thinks before it answers.</summary>
    public required bool Thinks { get; init; }

    /// <summary>Served and paid at fast speed.</summary>
    public required bool Fast { get; init; }

    /// <summary><c>inference_geo</c> as sent.</summary>
    public required string? Geo { get; init; }

    /// <summary>The JSON schema of the answer; Undefined without one.</summary>
    public required JsonElement Schema { get; init; }

    public required JsonElement Tools { get; init; }

    /// <summary>auto, any, tool or none.</summary>
    public required string ToolChoice { get; init; }

    /// <summary>The tool that <see cref="ToolChoice"/> names.</summary>
    public required string? ForcedTool { get; init; }

    public required IReadOnlyList<string> StopSequences { get; init; }

    /// <summary>All tokens of the prompt.</summary>
    public required int PromptTokens { get; init; }

    /// <summary>The prompt's blocks.</summary>
    public required IReadOnlyList<BlockMark> Marks { get; init; }

    /// <summary>The hash of the whole prompt.</summary>
    public required ContentHash Prefix { get; init; }

    public required string SystemText { get; init; }

    public required string? SystemDigest { get; init; }

    /// <summary>The text of the last user message.</summary>
    public required string UserText { get; init; }

    /// <summary>Whether the last message brings the result of a tool.</summary>
    public required bool AnswersTool { get; init; }
}
