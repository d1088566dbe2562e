using System.Collections.Immutable;
using Operator.Api;

namespace Operator.Rollouts;

/// <summary>Everything outside the record that a decision is made from, seen at one moment.</summary>
internal sealed record RolloutObservation
{
    /// <summary>What the spec declares.</summary>
    public required DeclaredTarget Target { get; init; }

    /// <summary>What the limiter ConfigMap holds; null when it does not exist.</summary>
    public HeldConfiguration? Held { get; init; }

    /// <summary>Revisions whose content is at hand, so that limiters can be given them.</summary>
    public ImmutableHashSet<string> Loadable { get; init; } = [];

    /// <summary>Whether children of this very deployment exist: then it is not new, whatever its status says.</summary>
    public bool HasChildren { get; init; }

    /// <summary>The verdicts on the target's present attempt, by gate; a gate that is missing has none yet.</summary>
    public ImmutableDictionary<string, GateVerdict> Verdicts { get; init; } = ImmutableDictionary<string, GateVerdict>.Empty;

    /// <summary>
    /// The highest share that any current limiter may still give to another revision than the recorded stable one, in hundredths of a
    /// percent; without limiters what the ConfigMap holds; null while it is not known, such as just after a start.
    /// </summary>
    public int? AcknowledgedWeight { get; init; }

    /// <summary>The lowest such share that any current limiter gives; null while it is not known.</summary>
    public int? LowestAcknowledgedWeight { get; init; }

    /// <summary>Why limiters do not take the configuration, in a sentence for people; null when none refused it.</summary>
    public string? Refusal { get; init; }

    /// <summary>Requests that the canary has served since its step began.</summary>
    public long StepRequests { get; init; }

    /// <summary>The deployment's command annotations: command (without prefix) and value.</summary>
    public ImmutableDictionary<string, string> Commands { get; init; } = ImmutableDictionary<string, string>.Empty;
}

/// <summary>What the spec declares.</summary>
internal abstract record DeclaredTarget
{
    private DeclaredTarget()
    {
    }

    /// <summary>A revision whose content, model and quota are all there.</summary>
    internal sealed record Resolved(string Revision, string Model, string PromptVersion, string PromptDigest) : DeclaredTarget;

    /// <summary>Something is missing.</summary>
    /// <param name="Reason">The cause in one CamelCase word, such as <c>PromptNotFound</c>.</param>
    /// <param name="Message">The cause, its path and what to do.</param>
    /// <param name="Model">The declared model.</param>
    /// <param name="PromptVersion">The declared prompt version.</param>
    internal sealed record Unresolved(string Reason, string Message, string Model, string PromptVersion) : DeclaredTarget;
}

/// <summary>What the limiter ConfigMap holds.</summary>
/// <param name="Stable">The stable revision; null before the first promotion.</param>
/// <param name="Canary">The canary; null when there is none.</param>
/// <param name="Weight">The canary's share in hundredths of a percent.</param>
/// <param name="RolledBack">
/// A rollback that was carried out: written in the same write as the lost traffic, so that a crash before the record cannot undo it.
/// </param>
internal sealed record HeldConfiguration(RevisionRecord? Stable, string? Canary, int Weight, RollbackMark? RolledBack = null);

/// <summary>A rollback as the limiter ConfigMap remembers it.</summary>
/// <param name="Revision">The revision that lost its traffic.</param>
/// <param name="Attempt">Its attempt.</param>
/// <param name="Reason">The cause in one CamelCase word.</param>
/// <param name="Message">The cause in a sentence.</param>
/// <param name="Gate">The gate that failed; null when none did. Its verdict may be nowhere else when a crash follows.</param>
internal sealed record RollbackMark(string Revision, int Attempt, string Reason, string Message, string? Gate = null);

/// <summary>What a gate says.</summary>
/// <param name="Verdict">The verdict.</param>
/// <param name="Message">The verdict in a sentence, with what was measured.</param>
internal sealed record GateVerdict(Verdict Verdict, string Message);
