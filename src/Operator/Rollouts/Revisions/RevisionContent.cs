using System.Text.Json;
using System.Text.Json.Nodes;
using Operator.Api;
using Operator.Contract;

namespace Operator.Rollouts.Revisions;

/// <summary>What a revision consists of, and the id that follows from it.</summary>
internal static class RevisionContent
{
    /// <summary>The revision that a spec and its prompt make. It always carries the prompt, whatever the delivery is today.</summary>
    public static RevisionConfiguration Create(ClaudeDeploymentSpec spec, PromptResolution.Found prompt)
    {
        var content = new RevisionConfiguration
        {
            Revision = "",
            Model = spec.Model,
            PromptName = prompt.Name,
            PromptVersion = prompt.Version,
            PromptDigest = prompt.Digest,
            SystemPrompt = prompt.Content,
            MaxTokens = spec.Parameters?.MaxTokens,
            Effort = Spelling(spec.Parameters?.Effort),
            Thinking = Spelling(spec.Parameters?.Thinking),
        };
        return content with { Revision = Id(content) };
    }

    /// <summary>
    /// The SHA-256 over the canonical JSON of model, prompt name, version and content, and parameters: 64 hex digits. How the prompt is
    /// delivered is not part of it.
    /// </summary>
    public static string Id(RevisionConfiguration content) => CanonicalJson.Digest(CanonicalJson.Write(new JsonObject
    {
        ["model"] = content.Model,
        ["prompt"] = new JsonObject
        {
            ["name"] = content.PromptName,
            ["version"] = content.PromptVersion,
            ["content"] = content.SystemPrompt,
        },
        ["parameters"] = new JsonObject
        {
            ["maxTokens"] = content.MaxTokens,
            ["effort"] = content.Effort,
            ["thinking"] = content.Thinking,
        },
    }));

    /// <summary>Whether a content that was read is what its id says.</summary>
    public static bool IsIntact(RevisionConfiguration content) =>
        content.SystemPrompt is { } prompt && content.PromptDigest == CanonicalJson.Digest(prompt) && content.Revision == Id(content);

    private static string? Spelling(Effort? effort) =>
        effort is { } value ? JsonSerializer.SerializeToNode(value, ApiJsonContext.Default.Effort)!.GetValue<string>() : null;

    private static string? Spelling(ThinkingMode? thinking) =>
        thinking is { } value ? JsonSerializer.SerializeToNode(value, ApiJsonContext.Default.ThinkingMode)!.GetValue<string>() : null;
}
