using Operator.Contract;

namespace Operator.Rollouts.Revisions;

/// <summary>What a rollout changes, for people to read: a line each. Prompts are told apart by digest, never shown.</summary>
internal static class RevisionDiff
{
    /// <summary>The changes from one revision to another.</summary>
    /// <param name="from">The stable revision; null when there is none.</param>
    /// <param name="to">The revision that is rolled out.</param>
    public static IReadOnlyList<string> Of(RevisionConfiguration? from, RevisionConfiguration to)
    {
        var lines = new List<string>();
        Add(lines, "model", from?.Model, to.Model);
        Add(lines, "prompt.name", from?.PromptName, to.PromptName);
        Add(lines, "prompt.version", from?.PromptVersion, to.PromptVersion);
        Add(lines, "prompt.content", Shown(from), Shown(to));
        Add(lines, "parameters.maxTokens", Text(from?.MaxTokens), Text(to.MaxTokens));
        Add(lines, "parameters.effort", from?.Effort, to.Effort);
        Add(lines, "parameters.thinking", from?.Thinking, to.Thinking);
        return lines;
    }

    private static string? Shown(RevisionConfiguration? revision) => revision is null
        ? null
        : $"{RolloutPolicy.Short(revision.PromptDigest)}{(revision.SystemPrompt is { } text ? $" ({text.Length} characters)" : "")}";

    private static string? Text(int? value) => value?.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static void Add(List<string> lines, string field, string? from, string? to)
    {
        if (from != to) lines.Add($"{field}: {from ?? "unset"} -> {to ?? "unset"}");
    }
}
