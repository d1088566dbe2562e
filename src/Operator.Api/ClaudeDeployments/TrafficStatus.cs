using System.Text.Json.Serialization;
using Operator.Kubernetes.Models;
using Operator.Kubernetes.Serialization;

namespace Operator.Api;

/// <summary>Traffic of one variant over the last minutes; updated once a minute at most.</summary>
public sealed class TrafficStatus : KubernetesModel
{
    /// <summary><c>stable</c> or <c>canary</c>.</summary>
    public string Variant { get; set; } = "";

    /// <summary>The revision.</summary>
    public string? Revision { get; set; }

    /// <summary>Requests a minute.</summary>
    public string? RequestsPerMinute { get; set; }

    /// <summary>Share of requests that failed.</summary>
    public Percent? ErrorRate { get; set; }

    /// <summary>Half of the requests were answered within this time.</summary>
    public GoDuration? LatencyP50 { get; set; }

    /// <summary>95 % of the requests were answered within this time.</summary>
    public GoDuration? LatencyP95 { get; set; }

    /// <summary>95 % of the requests had their first token within this time.</summary>
    public GoDuration? TimeToFirstTokenP95 { get; set; }

    /// <summary>Input tokens a minute that count toward the limit.</summary>
    public long? InputTokensPerMinute { get; set; }

    /// <summary>Output tokens a minute.</summary>
    public long? OutputTokensPerMinute { get; set; }

    /// <summary>Share of input tokens that were read from the cache.</summary>
    public Percent? CacheHitRatio { get; set; }

    /// <summary>Mean cost of a request.</summary>
    public Money? CostPerRequest { get; set; }
}

/// <summary>Limiters of a deployment.</summary>
public sealed class LimitersStatus : KubernetesModel
{
    /// <summary>How many are connected or were within the last lease.</summary>
    public int Total { get; set; }

    /// <summary>How many of them hold the newest configuration.</summary>
    public int Current { get; set; }

    /// <summary>How many of them refused it and serve the one before; absent when none did.</summary>
    public int? Refused { get; set; }

    /// <summary>A pod whose limiter refused it, and why; absent when none did.</summary>
    public string? Refusal { get; set; }
}

/// <summary>Whether a quota holds requests back.</summary>
public sealed class ThrottleStatus : KubernetesModel
{
    /// <summary>The state.</summary>
    public ThrottleState State { get; set; }

    /// <summary>The cause in a sentence.</summary>
    public string? Cause { get; set; }

    /// <summary>Since when.</summary>
    [JsonConverter(typeof(KubernetesTimeConverter))]
    public DateTimeOffset? Since { get; set; }
}

/// <summary>How hard a quota is pressed.</summary>
[JsonConverter(typeof(StatusEnumConverter<ThrottleState>))]
public enum ThrottleState
{
    /// <summary>All demand is served.</summary>
    Clear,

    /// <summary>Demand comes near the capacity: bulk waits.</summary>
    Pressed,

    /// <summary>Demand exceeds the capacity: requests wait or are refused.</summary>
    Throttled,

    /// <summary>The API asked for a pause.</summary>
    Frozen,

    /// <summary>The money is spent.</summary>
    SpendExhausted,
}
