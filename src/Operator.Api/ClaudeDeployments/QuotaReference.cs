using System.Text.Json.Serialization;
using Operator.Api.Validation;
using Operator.Kubernetes;
using Operator.Kubernetes.Models;

namespace Operator.Api;

/// <summary>A ClaudeQuota.</summary>
public sealed class QuotaReference : KubernetesModel
{
    /// <summary>The quota's name.</summary>
    [Required, Pattern(TextRules.DnsSubdomainPattern), Length(1, TextRules.SubdomainLength)]
    public string Name { get; set; } = "";

    /// <summary>The quota's namespace; empty for the same one. Another namespace must allow this one.</summary>
    [JsonPropertyName("namespace"), Pattern(TextRules.DnsLabelPattern), Length(1, TextRules.LabelLength)]
    public string? NamespaceProperty { get; set; }
}

/// <summary>The priority class of a request within its quota.</summary>
[JsonConverter(typeof(NamedEnumConverter<Lane>))]
public enum Lane
{
    /// <summary>Somebody waits for the answer: served first.</summary>
    [JsonStringEnumMemberName("interactive")]
    Interactive,

    /// <summary>Ordinary work.</summary>
    [JsonStringEnumMemberName("standard")]
    Standard,

    /// <summary>Work that can wait: served only from what nobody else uses.</summary>
    [JsonStringEnumMemberName("bulk")]
    Bulk,
}

/// <summary>Chooses pods by their labels.</summary>
public sealed class WorkloadSelector : KubernetesModel
{
    /// <summary>Labels that a pod must carry with these values.</summary>
    [Required, Properties(1, Limits.SelectorLabels), Length(maxLength: TextRules.LabelLength)]
    public IDictionary<string, string>? MatchLabels { get; set; }
}
