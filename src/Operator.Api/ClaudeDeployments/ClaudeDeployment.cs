using System.Text.Json.Serialization;
using Operator.Kubernetes.Serialization;
using Operator.Kubernetes;

namespace Operator.Api;

/// <summary>
/// Which model and which flagged prompt version a tool uses, how a change of them is rolled out, which gates it must pass, and
/// which quota it draws on.
/// </summary>
[KubernetesEntity(Group = ApiGroup.Name, ApiVersion = ApiGroup.Version, Kind = "ClaudeDeployment", PluralName = "claudedeployments")]
public sealed class ClaudeDeployment : CustomKubernetesEntity<ClaudeDeploymentSpec, ClaudeDeploymentStatus>, IToleratesUnreadable
{
    /// <inheritdoc />
    [JsonIgnore]
    public UnreadableObjectException? Unreadable { get; set; }
}
