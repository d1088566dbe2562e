using System.Text.Json.Serialization;
using Operator.Kubernetes;
using Operator.Kubernetes.Serialization;

namespace Operator.Api;

/// <summary>A rate and spend budget of the Claude API, and how it is shared: a node in a tree of quotas.</summary>
[KubernetesEntity(Group = ApiGroup.Name, ApiVersion = ApiGroup.Version, Kind = "ClaudeQuota", PluralName = "claudequotas")]
[KubernetesEntityShortNames("cq")]
[GenericAdditionalPrinterColumn(".spec.parentRef.name", "Parent", "string", Description = "The quota above.")]
[GenericAdditionalPrinterColumn(".spec.tier", "Tier", "string", Description = "The organization's tier.")]
[GenericAdditionalPrinterColumn(".status.throttle.state", "Throttle", "string", Description = "How hard the quota is pressed.")]
[GenericAdditionalPrinterColumn(".status.limiters.total", "Limiters", "integer", Description = "Limiters that draw on it.")]
[GenericAdditionalPrinterColumn(".status.spend.thisMonth", "Month", "string", Description = "Money spent this month.")]
[GenericAdditionalPrinterColumn(".status.conditions[?(@.type=='Ready')].status", "Ready", "string", Description = "Whether the quota is in force.")]
[GenericAdditionalPrinterColumn(".metadata.creationTimestamp", "Age", "date")]
[GenericAdditionalPrinterColumn(".status.message", "Message", "string", Description = "The state in a sentence.", Priority = 1)]
public sealed class ClaudeQuota : CustomKubernetesEntity<ClaudeQuotaSpec, ClaudeQuotaStatus>, IToleratesUnreadable
{
    /// <inheritdoc />
    [JsonIgnore]
    public UnreadableObjectException? Unreadable { get; set; }
}
