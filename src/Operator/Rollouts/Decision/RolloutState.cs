using System.Collections.Immutable;
using Operator.Api;

namespace Operator.Rollouts;

/// <summary>What a deployment remembers of its rollouts between two decisions: the part of its status that decisions are made from.</summary>
internal sealed record RolloutState
{
    /// <summary>A deployment about which nothing is known.</summary>
    public static RolloutState Empty { get; } = new();

    /// <summary>The revision that serves what the canary does not.</summary>
    public RevisionRecord? Stable { get; init; }

    /// <summary>The revision that is being rolled out.</summary>
    public RevisionRecord? Canary { get; init; }

    /// <summary>How often the canary was tried before.</summary>
    public int Attempt { get; init; }

    /// <summary>The canary's way.</summary>
    public RolloutRoute Route { get; init; }

    /// <summary>The canary's decided share, in hundredths of a percent.</summary>
    public int Weight { get; init; }

    /// <summary>Where the deployment stands.</summary>
    public Phase Phase { get; init; } = Phase.Pending;

    /// <summary>The cause of the phase in one CamelCase word.</summary>
    public string Reason { get; init; } = "";

    /// <summary>The phase in a sentence.</summary>
    public string Message { get; init; } = "";

    /// <summary>The step: -1 for the offline gates, <see cref="PromotionStep"/> after the last.</summary>
    public int Step { get; init; } = -1;

    /// <summary>When the step was entered.</summary>
    public DateTimeOffset? StepStartedAt { get; init; }

    /// <summary>When all limiters had the step's weight.</summary>
    public DateTimeOffset? AcknowledgedAt { get; init; }

    /// <summary>When the rollout last came nearer to its end.</summary>
    public DateTimeOffset? LastProgressAt { get; init; }

    /// <summary>How many gates had passed when <see cref="LastProgressAt"/> was set: one more is progress.</summary>
    public int PassedGates { get; init; }

    /// <summary>Revisions that failed, newest first.</summary>
    public ImmutableArray<RejectedRecord> Rejected { get; init; } = [];

    /// <summary>What became of revisions, newest first.</summary>
    public ImmutableArray<HistoryRecord> History { get; init; } = [];

    /// <summary>Commands that were acted on and still stand.</summary>
    public ImmutableArray<ActedCommand> Commands { get; init; } = [];

    /// <summary>The value of <see cref="Step"/> once the canary was given all traffic.</summary>
    public const int PromotionStep = int.MaxValue;

    /// <summary>Whether the canary was given all traffic and waits to be stable.</summary>
    public bool IsPromoting => Canary is not null && Step == PromotionStep;

    /// <summary>The state without a canary and all that belongs to one.</summary>
    public RolloutState WithoutCanary() => this with
    {
        Canary = null,
        Weight = 0,
        Attempt = 0,
        Route = RolloutRoute.Gated,
        Step = -1,
        StepStartedAt = null,
        AcknowledgedAt = null,
        LastProgressAt = null,
        PassedGates = 0,
    };

    /// <summary>Whether a revision is rejected.</summary>
    public bool IsRejected(string revision) => Rejected.Any(r => r.Revision == revision);
}

/// <summary>A revision as the record knows it.</summary>
internal sealed record RevisionRecord(string Revision, string Model, string PromptVersion, string PromptDigest, DateTimeOffset Since);

/// <summary>A revision that failed.</summary>
internal sealed record RejectedRecord(string Revision, string Reason, string Message, int Attempt, DateTimeOffset At);

/// <summary>What became of a revision.</summary>
internal sealed record HistoryRecord(
    RevisionRecord Revision, Outcome Outcome, string Message, DateTimeOffset At, DateTimeOffset? SupersededAt = null);

/// <summary>A command that was acted on.</summary>
internal sealed record ActedCommand(string Command, string Value, DateTimeOffset At);
