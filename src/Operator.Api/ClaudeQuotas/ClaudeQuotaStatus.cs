using System.Text.Json.Serialization;
using Operator.Kubernetes;
using Operator.Kubernetes.Models;
using Operator.Kubernetes.Serialization;

namespace Operator.Api;

/// <summary>The observed state of a ClaudeQuota.</summary>
public sealed class ClaudeQuotaStatus : KubernetesModel
{
    /// <summary>The generation of the spec that this status is about.</summary>
    public long? ObservedGeneration { get; set; }

    /// <summary>The state in a sentence.</summary>
    public string? Message { get; set; }

    /// <summary>The path from the organization down to this quota, as <c>namespace/name</c>.</summary>
    public IList<string>? Path { get; set; }

    /// <summary>The limits that are in force, and where each comes from.</summary>
    public IList<EffectiveLimits>? EffectiveLimits { get; set; }

    /// <summary>Use of each model group; updated once a minute at most.</summary>
    public IList<GroupUsage>? Usage { get; set; }

    /// <summary>Limiters that draw on this quota, directly or through its children.</summary>
    public LimitersStatus? Limiters { get; set; }

    /// <summary>How hard the quota is pressed.</summary>
    public ThrottleStatus? Throttle { get; set; }

    /// <summary>The money.</summary>
    public SpendStatus? Spend { get; set; }

    /// <summary>Whether the organization's tier is enough.</summary>
    public TierAdvice? TierAdvice { get; set; }

    /// <summary>Ready, Reconciling, Stalled, Accepted, LimitsConfirmed, Overcommitted.</summary>
    [ListType(ListType.Map), ListMapKeys("type")]
    public IList<V1Condition>? Conditions { get; set; }
}

/// <summary>Limits of one model group, and where each comes from.</summary>
public sealed class EffectiveLimits : KubernetesModel
{
    /// <summary>The model group.</summary>
    public string Group { get; set; } = "";

    /// <summary>The models in it.</summary>
    public IList<string>? Models { get; set; }

    /// <summary>Requests a minute.</summary>
    public EffectiveLimit? RequestsPerMinute { get; set; }

    /// <summary>Input tokens a minute.</summary>
    public EffectiveLimit? InputTokensPerMinute { get; set; }

    /// <summary>Output tokens a minute.</summary>
    public EffectiveLimit? OutputTokensPerMinute { get; set; }
}

/// <summary>Where a limit comes from.</summary>
[JsonConverter(typeof(StatusEnumConverter<LimitOrigin>))]
public enum LimitOrigin
{
    /// <summary>From the spec.</summary>
    Declared,

    /// <summary>From the tier's published table.</summary>
    Tier,

    /// <summary>From the parent, by the share.</summary>
    Parent,

    /// <summary>From the rate-limit administration endpoint.</summary>
    Api,

    /// <summary>From the headers of answers.</summary>
    Observed,
}

/// <summary>One limit and where it comes from.</summary>
public sealed class EffectiveLimit : KubernetesModel
{
    /// <summary>The limit a minute.</summary>
    public long Value { get; set; }

    /// <summary>Where it comes from.</summary>
    public LimitOrigin Source { get; set; }
}

/// <summary>Use of one model group.</summary>
public sealed class GroupUsage : KubernetesModel
{
    /// <summary>The model group.</summary>
    public string Group { get; set; } = "";

    /// <summary>Requests.</summary>
    public DimensionUsage? Requests { get; set; }

    /// <summary>Input tokens.</summary>
    public DimensionUsage? InputTokens { get; set; }

    /// <summary>Output tokens.</summary>
    public DimensionUsage? OutputTokens { get; set; }
}

/// <summary>Use of one dimension; all rates a minute.</summary>
public sealed class DimensionUsage : KubernetesModel
{
    /// <summary>What may be used.</summary>
    public long? Capacity { get; set; }

    /// <summary>What is handed out to limiters.</summary>
    public long? Allocated { get; set; }

    /// <summary>What was used in the last minute.</summary>
    public long? Used { get; set; }

    /// <summary>What is handed out beyond the guarantee.</summary>
    public long? Borrowed { get; set; }

    /// <summary>What is left.</summary>
    public long? Headroom { get; set; }

    /// <summary>Use of the capacity over one minute.</summary>
    public Percent? Utilisation1m { get; set; }

    /// <summary>Use of the capacity over fifteen minutes.</summary>
    public Percent? Utilisation15m { get; set; }

    /// <summary>Use of the capacity over a day.</summary>
    public Percent? Utilisation1d { get; set; }
}

/// <summary>The money of a quota.</summary>
public sealed class SpendStatus : KubernetesModel
{
    /// <summary>Spent today, UTC.</summary>
    public Money? Today { get; set; }

    /// <summary>Spent this calendar month, UTC.</summary>
    public Money? ThisMonth { get; set; }

    /// <summary>What the month will cost at its present pace.</summary>
    public Money? ForecastMonth { get; set; }

    /// <summary>The month that <see cref="ThisMonth"/> is about, as <c>2026-11</c>.</summary>
    public string? Month { get; set; }

    /// <summary>The day that <see cref="Today"/> is about, as <c>2026-11-20</c>.</summary>
    public string? Day { get; set; }
}

/// <summary>Whether the tier is enough.</summary>
public sealed class TierAdvice : KubernetesModel
{
    /// <summary>The present tier.</summary>
    [JsonConverter(typeof(StatusEnumConverter<Tier>))]
    public Tier? Current { get; set; }

    /// <summary>How long the quota has been pressed without a break.</summary>
    public GoDuration? SustainedPressure { get; set; }

    /// <summary>When the limits or the money will not be enough any more, at the present growth.</summary>
    [JsonConverter(typeof(KubernetesTimeConverter))]
    public DateTimeOffset? ExhaustedAt { get; set; }

    /// <summary>The step that is recommended.</summary>
    [JsonConverter(typeof(StatusEnumConverter<Tier>))]
    public Tier? Recommended { get; set; }

    /// <summary>What it would change.</summary>
    public string? Message { get; set; }
}
