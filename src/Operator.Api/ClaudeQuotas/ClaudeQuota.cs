using System.Text.Json.Serialization;
using Operator.Kubernetes.Serialization;
using Operator.Kubernetes;

namespace Operator.Api;

/// <summary>A rate and spend budget of the Claude API, and how it is shared: a node in a tree of quotas.</summary>
[KubernetesEntity(Group = ApiGroup.Name, ApiVersion = ApiGroup.Version, Kind = "ClaudeQuota", PluralName = "claudequotas")]
public sealed class ClaudeQuota : CustomKubernetesEntity<ClaudeQuotaSpec, ClaudeQuotaStatus>, IToleratesUnreadable
{
    /// <inheritdoc />
    [JsonIgnore]
    public UnreadableObjectException? Unreadable { get; set; }
}
