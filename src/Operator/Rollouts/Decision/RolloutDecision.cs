using System.Collections.Immutable;
using Operator.Api;

namespace Operator.Rollouts;

/// <summary>What is to be done next, and what is to be remembered.</summary>
internal sealed record RolloutDecision
{
    /// <summary>What to remember.</summary>
    public required RolloutState State { get; init; }

    /// <summary>What the limiters shall hold; null to leave their configuration as it is.</summary>
    public DesiredConfiguration? Configuration { get; init; }

    /// <summary>Whether the configuration is written before the record: traffic goes back to stable first and is recorded after.</summary>
    public bool ConfigurationFirst { get; init; }

    /// <summary>Offline gates whose runs must exist for the canary's present attempt.</summary>
    public ImmutableArray<string> NeededEvals { get; init; } = [];

    /// <summary>What happened, for events and for the decision record; empty when nothing did.</summary>
    public ImmutableArray<RolloutEvent> Events { get; init; } = [];

    /// <summary>When time alone may change the decision; null when it cannot.</summary>
    public DateTimeOffset? NextAt { get; init; }
}

/// <summary>What the limiters shall hold.</summary>
/// <param name="Stable">The stable revision; null before the first promotion.</param>
/// <param name="Canary">The canary; null when there is none or it has no traffic.</param>
/// <param name="Weight">The canary's share in hundredths of a percent.</param>
/// <param name="Standby">Revisions without traffic that stay loaded: the one under evaluation and the rollback window.</param>
/// <param name="RolledBack">The rollback that this configuration carries out; null for none.</param>
internal sealed record DesiredConfiguration(
    string? Stable, string? Canary, int Weight, ImmutableArray<string> Standby, RollbackMark? RolledBack);

/// <summary>Something that happened.</summary>
/// <param name="Reason">One CamelCase word, such as <c>StepStarted</c>.</param>
/// <param name="Message">A sentence.</param>
/// <param name="Warning">Whether a person should look.</param>
/// <param name="Subject">What it is told about: the revision, its attempt and step. The same reason of another subject is other news.</param>
internal sealed record RolloutEvent(string Reason, string Message, bool Warning = false, string? Subject = null);
