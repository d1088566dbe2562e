using System.Text.Json.Serialization;
using Operator.Api.Validation;
using Operator.Kubernetes;
using Operator.Kubernetes.Models;

namespace Operator.Api;

/// <summary>How much work the model puts into an answer.</summary>
[JsonConverter(typeof(NamedEnumConverter<Effort>))]
public enum Effort
{
    /// <summary>Least work, fastest answer.</summary>
    [JsonStringEnumMemberName("low")]
    Low,

    /// <summary>Between low and high.</summary>
    [JsonStringEnumMemberName("medium")]
    Medium,

    /// <summary>The API's default on most models.</summary>
    [JsonStringEnumMemberName("high")]
    High,

    /// <summary>More than high; models from Opus 4.7 on.</summary>
    [JsonStringEnumMemberName("xhigh")]
    XHigh,

    /// <summary>The most that the model offers.</summary>
    [JsonStringEnumMemberName("max")]
    Max,
}

/// <summary>Whether and how the model thinks before it answers.</summary>
[JsonConverter(typeof(NamedEnumConverter<ThinkingMode>))]
public enum ThinkingMode
{
    /// <summary>The model decides.</summary>
    [JsonStringEnumMemberName("adaptive")]
    Adaptive,

    /// <summary>No thinking; some models refuse this.</summary>
    [JsonStringEnumMemberName("disabled")]
    Disabled,

    /// <summary>Thinking only between tool calls.</summary>
    [JsonStringEnumMemberName("between_tools")]
    BetweenTools,
}

/// <summary>Request parameters of a revision. A change of any of them is a new revision.</summary>
public sealed class ModelParameters : KubernetesModel
{
    /// <summary>Output tokens at most; replaces the caller's <c>max_tokens</c>. 1 to 300 000.</summary>
    [RangeMinimum(1), RangeMaximum(300_000)]
    public int? MaxTokens { get; set; }

    /// <summary>How much work the model puts into an answer; not every model knows every level.</summary>
    public Effort? Effort { get; set; }

    /// <summary>Whether and how the model thinks.</summary>
    public ThinkingMode? Thinking { get; set; }
}

/// <summary>A model to fall back to.</summary>
public sealed class FallbackModel : KubernetesModel
{
    /// <summary>The model id.</summary>
    [Required, Pattern(TextRules.ModelIdPattern), Length(1, TextRules.ModelIdLength)]
    public string Model { get; set; } = "";
}
