using Operator.Api;
using Operator.Rollouts.Revisions;

namespace Operator.Rollouts.Status;

/// <summary>What the conditions of a ClaudeDeployment follow from.</summary>
internal sealed record ConditionInput
{
    /// <summary>The phase.</summary>
    public required Phase Phase { get; init; }

    /// <summary>Its cause in one CamelCase word.</summary>
    public required string Reason { get; init; }

    /// <summary>Its cause in a sentence.</summary>
    public required string Message { get; init; }

    /// <summary>Why the spec is not accepted; null when it is.</summary>
    public string? Invalid { get; init; }

    /// <summary>Why validation refuses the declared model as retired; null when it does not.</summary>
    public string? Retired { get; init; }

    /// <summary>The prompt; null when it was not looked for.</summary>
    public PromptResolution? Prompt { get; init; }

    /// <summary>The quota and the model; null when they were not looked for.</summary>
    public RolloutBudget? Budget { get; init; }

    /// <summary>Whether limiters hold a revision that serves.</summary>
    public bool Serves { get; init; }

    /// <summary>Whether the declared revision is stable.</summary>
    public bool DeclaredIsStable { get; init; }

    /// <summary>How many gates the plan has.</summary>
    public int Gates { get; init; }

    /// <summary>The first gate that failed on the declared revision; null for none.</summary>
    public string? FailedGate { get; init; }
}
