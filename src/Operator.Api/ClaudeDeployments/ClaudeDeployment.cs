using System.Text.Json.Serialization;
using Operator.Kubernetes;
using Operator.Kubernetes.Serialization;

namespace Operator.Api;

/// <summary>
/// Which model and which flagged prompt version a tool uses, how a change of them is rolled out, which gates it must pass, and
/// which quota it draws on.
/// </summary>
[KubernetesEntity(Group = ApiGroup.Name, ApiVersion = ApiGroup.Version, Kind = "ClaudeDeployment", PluralName = "claudedeployments")]
[KubernetesEntityShortNames("cdep")]
[GenericAdditionalPrinterColumn(".status.stable.promptVersion", "Stable", "string", Description = "The prompt version that serves.")]
[GenericAdditionalPrinterColumn(".status.canary.promptVersion", "Canary", "string", Description = "The prompt version that is being rolled out.")]
[GenericAdditionalPrinterColumn(".status.weight.desired", "Weight", "string", Description = "The canary's share of traffic.")]
[GenericAdditionalPrinterColumn(".status.step.index", "Step", "integer", Description = "The step of the rollout, from 0.")]
[GenericAdditionalPrinterColumn(".status.gateSummary", "Gates", "string", Description = "Gates that passed, of all.")]
[GenericAdditionalPrinterColumn(".status.phase", "Phase", "string", Description = "Where the deployment stands.")]
[GenericAdditionalPrinterColumn(".status.conditions[?(@.type=='Ready')].status", "Ready", "string", Description = "Whether the declared revision is stable.")]
[GenericAdditionalPrinterColumn(".metadata.creationTimestamp", "Age", "date")]
[GenericAdditionalPrinterColumn(".spec.model", "Model", "string", Description = "The declared model.", Priority = 1)]
[GenericAdditionalPrinterColumn(".status.message", "Message", "string", Description = "The phase in a sentence.", Priority = 1)]
public sealed class ClaudeDeployment : CustomKubernetesEntity<ClaudeDeploymentSpec, ClaudeDeploymentStatus>, IToleratesUnreadable
{
    /// <inheritdoc />
    [JsonIgnore]
    public UnreadableObjectException? Unreadable { get; set; }
}
