using System.Text.Json.Serialization;
using Operator.Kubernetes;
using Operator.Kubernetes.Models;
using Operator.Kubernetes.Serialization;

namespace Operator.Api;

/// <summary>Where a deployment stands as a whole.</summary>
[JsonConverter(typeof(StatusEnumConverter<Phase>))]
public enum Phase
{
    /// <summary>Prompt, quota or model is not resolved.</summary>
    Pending,

    /// <summary>Offline gates run; the new revision has no traffic.</summary>
    Evaluating,

    /// <summary>The new revision has traffic and its hold or its gates run.</summary>
    Progressing,

    /// <summary>The rollout waits for an approval or for a time.</summary>
    Paused,

    /// <summary>The new revision takes all traffic.</summary>
    Promoting,

    /// <summary>The declared revision is stable.</summary>
    Healthy,

    /// <summary>Traffic returns to stable.</summary>
    RollingBack,

    /// <summary>The declared revision is rejected; the former one serves.</summary>
    RolledBack,

    /// <summary>No usable revision, or the records of which is stable disagree; what the limiters hold keeps serving.</summary>
    Degraded,

    /// <summary>A gate failed and the deployment waits for a person.</summary>
    Held,
}

/// <summary>The observed state of a ClaudeDeployment.</summary>
public sealed class ClaudeDeploymentStatus : KubernetesModel
{
    /// <summary>The generation of the spec that this status is about.</summary>
    public long? ObservedGeneration { get; set; }

    /// <summary>Where the deployment stands.</summary>
    public Phase? Phase { get; set; }

    /// <summary>The cause of the phase in one CamelCase word.</summary>
    public string? Reason { get; set; }

    /// <summary>The phase in a sentence.</summary>
    public string? Message { get; set; }

    /// <summary>The revision that serves what the canary does not.</summary>
    public RevisionStatus? Stable { get; set; }

    /// <summary>The revision that is being rolled out; null when none is.</summary>
    public RevisionStatus? Canary { get; set; }

    /// <summary>The canary's share of traffic.</summary>
    public WeightStatus? Weight { get; set; }

    /// <summary>The step of the rollout.</summary>
    public StepStatus? Step { get; set; }

    /// <summary>A summary of the gates for the table: passed of all.</summary>
    public string? GateSummary { get; set; }

    /// <summary>Every gate with what it measured.</summary>
    public IList<GateStatus>? Gates { get; set; }

    /// <summary>The eval runs of the revision that is being rolled out.</summary>
    public IList<EvalRunReference>? EvalRuns { get; set; }

    /// <summary>Traffic of each variant, over the last minutes.</summary>
    public IList<TrafficStatus>? Traffic { get; set; }

    /// <summary>Limiters of this deployment.</summary>
    public LimitersStatus? Limiters { get; set; }

    /// <summary>Whether the quota holds requests back.</summary>
    public ThrottleStatus? Throttle { get; set; }

    /// <summary>Revisions that failed: they are not tried again without the annotation <c>claudeops.dev/retry</c>.</summary>
    public IList<RejectedRevision>? RejectedRevisions { get; set; }

    /// <summary>What became stable, was rolled back or was cancelled; newest first, at most 20.</summary>
    public IList<HistoryEntry>? History { get; set; }

    /// <summary>What the rollout changes, in a line each.</summary>
    public IList<string>? Diff { get; set; }

    /// <summary>The last decision of the operator.</summary>
    public DecisionRecord? LastDecision { get; set; }

    /// <summary>Commands that were acted on and still stand as annotations, so that none is acted on twice.</summary>
    public IList<CommandRecord>? Commands { get; set; }

    /// <summary>The generation of the configuration that the limiters hold or receive.</summary>
    public long? ConfigurationGeneration { get; set; }

    /// <summary>Ready, Available, Reconciling, Stalled, and what they derive from.</summary>
    [ListType(ListType.Map), ListMapKeys("type")]
    public IList<V1Condition>? Conditions { get; set; }
}

/// <summary>One revision: a model, a prompt version with its content, and parameters.</summary>
public sealed class RevisionStatus : KubernetesModel
{
    /// <summary>The SHA-256 over model, prompt name, version and content, and parameters; 64 hex digits. Shown by its first ten.</summary>
    public string Revision { get; set; } = "";

    /// <summary>The model id.</summary>
    public string? Model { get; set; }

    /// <summary>The prompt version.</summary>
    public string? PromptVersion { get; set; }

    /// <summary>The SHA-256 of the prompt's content.</summary>
    public string? PromptDigest { get; set; }

    /// <summary>Since when the revision has its role.</summary>
    [JsonConverter(typeof(KubernetesTimeConverter))]
    public DateTimeOffset? Since { get; set; }

    /// <summary>Of a canary: how often it was tried before; a retry is judged by new eval runs.</summary>
    public int? Attempt { get; set; }

    /// <summary>Of a canary: the way that it takes to its promotion; null is <see cref="RolloutRoute.Gated"/>.</summary>
    public RolloutRoute? Route { get; set; }
}

/// <summary>The way that a revision takes to its promotion.</summary>
[JsonConverter(typeof(StatusEnumConverter<RolloutRoute>))]
public enum RolloutRoute
{
    /// <summary>Offline gates, then every step with its hold and its gates.</summary>
    Gated,

    /// <summary>Told to hurry: no pauses and holds, straight to the last step; all gates still count.</summary>
    Hurried,

    /// <summary>A revision of the rollback window: straight to all traffic, without gates.</summary>
    Return,
}

/// <summary>The canary's share of traffic, three times: a rollout waits until they agree.</summary>
public sealed class WeightStatus : KubernetesModel
{
    /// <summary>What was decided.</summary>
    public Percent? Desired { get; set; }

    /// <summary>What every current limiter has confirmed; the highest of those that differ.</summary>
    public Percent? Acknowledged { get; set; }

    /// <summary>The share that was measured.</summary>
    public Percent? Observed { get; set; }
}

/// <summary>The step of a rollout.</summary>
public sealed class StepStatus : KubernetesModel
{
    /// <summary>The step, from 0; none while offline gates run before the first, the number of steps once all traffic was given.</summary>
    public int? Index { get; set; }

    /// <summary>How many steps there are.</summary>
    public int Of { get; set; }

    /// <summary>When the step was entered.</summary>
    [JsonConverter(typeof(KubernetesTimeConverter))]
    public DateTimeOffset? StartedAt { get; set; }

    /// <summary>When every limiter had the step's weight: the start of its hold.</summary>
    [JsonConverter(typeof(KubernetesTimeConverter))]
    public DateTimeOffset? AcknowledgedAt { get; set; }

    /// <summary>When the rollout last came nearer to its end; the progress deadline counts from here.</summary>
    [JsonConverter(typeof(KubernetesTimeConverter))]
    public DateTimeOffset? LastProgressAt { get; set; }

    /// <summary>How many gates had passed then: one more is progress.</summary>
    public int? PassedGates { get; set; }

    /// <summary>Requests since the step's weight was decided, counted so that a restart neither forgets nor counts twice.</summary>
    public IDictionary<string, long>? Counts { get; set; }

    /// <summary>Limiters, by the first twelve digits of their instance, that the counts of step and gates come from.</summary>
    public IList<string>? CountedLimiters { get; set; }
}
