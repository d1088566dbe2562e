using System.Text.Json.Serialization;
using Operator.Kubernetes;
using Operator.Kubernetes.Models;

namespace Operator.Api;

/// <summary>How strong the proof at the end of a hold must be.</summary>
[JsonConverter(typeof(NamedEnumConverter<Proof>))]
public enum Proof
{
    /// <summary>Enough requests were seen and harm was not shown.</summary>
    NoHarm,

    /// <summary>The interval lies within the margin: it was shown that the revision is not worse.</summary>
    NonInferior,
}

/// <summary>What a live gate measures.</summary>
[JsonConverter(typeof(NamedEnumConverter<LiveMetric>))]
public enum LiveMetric
{
    /// <summary>Share of requests that failed; 429 and 529 of the API do not count.</summary>
    [JsonStringEnumMemberName("errorRate")]
    ErrorRate,

    /// <summary>The time within which half of the requests were answered.</summary>
    [JsonStringEnumMemberName("latencyP50")]
    LatencyP50,

    /// <summary>The time within which 95 % of the requests were answered.</summary>
    [JsonStringEnumMemberName("latencyP95")]
    LatencyP95,

    /// <summary>The time within which 99 % of the requests were answered.</summary>
    [JsonStringEnumMemberName("latencyP99")]
    LatencyP99,

    /// <summary>The time within which 95 % of the requests had their first token.</summary>
    [JsonStringEnumMemberName("timeToFirstTokenP95")]
    TimeToFirstTokenP95,

    /// <summary>Mean cost of a request in the quota's currency.</summary>
    [JsonStringEnumMemberName("costPerRequest")]
    CostPerRequest,

    /// <summary>Mean number of output tokens of a request.</summary>
    [JsonStringEnumMemberName("outputTokensPerRequest")]
    OutputTokensPerRequest,

    /// <summary>Share of input tokens that were read from the cache.</summary>
    [JsonStringEnumMemberName("cacheHitRatio")]
    CacheHitRatio,

    /// <summary>Share of answers that were cut at the token limit.</summary>
    [JsonStringEnumMemberName("truncationRate")]
    TruncationRate,

    /// <summary>Share of answers that the model refused.</summary>
    [JsonStringEnumMemberName("refusalRate")]
    RefusalRate,
}

/// <summary>A live gate: exactly one of <see cref="Max"/>, <see cref="Min"/> and <see cref="MaxIncrease"/> is its bound.</summary>
[ValidationRule("[has(self.max), has(self.min), has(self.maxIncrease)].filter(x, x).size() == 1",
    Message = "give exactly one of max, min and maxIncrease")]
public sealed class LiveGateSpec : KubernetesModel
{
    /// <summary>What <see cref="Metric"/> is when a manifest names none: no metric, so that none is measured by accident.</summary>
    internal const LiveMetric NotGiven = (LiveMetric)(-1);

    /// <summary>What is measured; the name of the gate too.</summary>
    [Required]
    public LiveMetric Metric { get; set; } = NotGiven;

    /// <summary>The highest value: a percent for rates, a duration for latencies, an amount for means.</summary>
    public Bound? Max { get; set; }

    /// <summary>The lowest value: a percent.</summary>
    public Bound? Min { get; set; }

    /// <summary>The largest increase against stable: percentage points for rates, relative for means and latencies.</summary>
    public Percent? MaxIncrease { get; set; }

    /// <summary>How strong the proof at the end of a hold must be. Default NoHarm.</summary>
    public Proof Proof { get; set; } = Proof.NoHarm;

    /// <summary>How long after a step's start its measurements do not count yet, such as for a cache to fill. Default 0s.</summary>
    public GoDuration? Warmup { get; set; }
}
