using System.Text.Json.Nodes;
using Operator.Api;
using Operator.Permissions;
using Operator.Tests.GitOps;

namespace Operator.Tests.Manifests;

/// <summary>Every generated file under config/ and in the chart, by its path from config/.</summary>
internal static class GeneratedManifests
{
    public const string UpdateVariable = "UPDATE_MANIFESTS";

    public static IReadOnlyDictionary<string, string> All { get; } = new SortedDictionary<string, string>(StringComparer.Ordinal)
    {
        ["crd/claudeops.dev_claudedeployments.yaml"] = Write(DefinitionGenerator.Definition<ClaudeDeployment>()),
        ["crd/claudeops.dev_claudequotas.yaml"] = Write(DefinitionGenerator.Definition<ClaudeQuota>()),
        ["crd/claudeops.dev_claudeevalruns.yaml"] = Write(DefinitionGenerator.Definition<ClaudeEvalRun>()),
        ["crd/README.md"] = FieldReference.Write(),
        ["crd/kustomization.yaml"] = Kustomization("claudeops.dev_claudedeployments.yaml", "claudeops.dev_claudeevalruns.yaml", "claudeops.dev_claudequotas.yaml"),
        ["rbac/service_account.yaml"] = Write(RbacManifests.ServiceAccount()),
        ["rbac/role.yaml"] = Write([.. RbacManifests.ClusterWide()]),
        ["rbac/leader_election_role.yaml"] = Write([.. RbacManifests.LeaderElection()]),
        ["rbac/people_roles.yaml"] = Write([.. RbacManifests.ForPeople()]),
        ["rbac/kustomization.yaml"] = Kustomization("service_account.yaml", "role.yaml", "leader_election_role.yaml", "people_roles.yaml"),
        ["rbac/namespaced/service_account.yaml"] = Write(RbacManifests.ServiceAccount()),
        ["rbac/namespaced/leader_election_role.yaml"] = Write([.. RbacManifests.LeaderElection()]),
        ["rbac/namespaced/role.yaml"] = Write([.. RbacManifests.Namespaced()]),
        ["rbac/namespaced/kustomization.yaml"] = Kustomization("service_account.yaml", "role.yaml", "leader_election_role.yaml"),
        ["manager/namespace.yaml"] = Write(ManagerManifests.Namespace()),
        ["manager/manager.yaml"] = Write(ManagerManifests.Deployment(), ManagerManifests.DisruptionBudget(), ManagerManifests.MetricsService(), ManagerManifests.LimiterService()),
        ["manager/kustomization.yaml"] = Kustomization("namespace.yaml", "manager.yaml"),
        ["webhook/service.yaml"] = Write(WebhookManifests.ServiceManifest()),
        ["webhook/manifests.yaml"] = Write(WebhookManifests.Validating(), WebhookManifests.Mutating()),
        ["webhook/kustomization.yaml"] = Kustomization("service.yaml", "manifests.yaml"),
        ["namespaced/kustomization.yaml"] = Write(Namespaced()),
        ["default/kustomization.yaml"] = Kustomization("../crd", "../manager", "../rbac", "../webhook"),
        ["argocd/argocd-cm.yaml"] = Write(ArgoManifests.Customizations()),
        [Chart + "crds/claudedeployments.yaml"] = Write(DefinitionGenerator.Definition<ClaudeDeployment>()),
        [Chart + "crds/claudequotas.yaml"] = Write(DefinitionGenerator.Definition<ClaudeQuota>()),
        [Chart + "crds/claudeevalruns.yaml"] = Write(DefinitionGenerator.Definition<ClaudeEvalRun>()),
        [Chart + "rules/watched.yaml"] = Write(RbacManifests.Rules(PermissionScope.Watched)),
        [Chart + "rules/cluster.yaml"] = Write(RbacManifests.Rules(PermissionScope.Cluster)),
        [Chart + "rules/own.yaml"] = Write(RbacManifests.Rules(PermissionScope.Own)),
        [Chart + "people/view.yaml"] = Write(RbacManifests.ForPeople().First()),
        [Chart + "people/edit.yaml"] = Write(RbacManifests.ForPeople().Last()),
        [Chart + "webhooks/validating.yaml"] = Write(WebhookManifests.Validating()),
        [Chart + "webhooks/mutating.yaml"] = Write(WebhookManifests.Mutating()),
    };

    /// <summary>What the chart's templates read, so that chart and config cannot differ.</summary>
    private const string Chart = "../charts/claude-operator/files/";

    /// <summary>The operator for its own namespace: Roles only, and no webhooks, which are objects of the whole cluster.</summary>
    private static JsonObject Namespaced()
    {
        var patch = new JsonArray(
            Env(new JsonObject { ["name"] = "CLAUDE_OPERATOR_NAMESPACE", ["valueFrom"] = new JsonObject { ["fieldRef"] = new JsonObject { ["fieldPath"] = "metadata.namespace" } } }),
            Env(new JsonObject { ["name"] = "CLAUDE_OPERATOR_ADMISSION", ["value"] = "false" }));
        return new JsonObject
        {
            ["apiVersion"] = "kustomize.config.k8s.io/v1beta1",
            ["kind"] = "Kustomization",
            ["resources"] = new JsonArray("../crd", "../manager", "../rbac/namespaced"),
            ["patches"] = new JsonArray(new JsonObject
            {
                ["target"] = new JsonObject { ["kind"] = "Deployment", ["name"] = ManifestLabels.Name },
                ["patch"] = YamlText.Write([patch]),
            }),
        };
    }

    private static JsonObject Env(JsonObject variable) =>
        new() { ["op"] = "add", ["path"] = "/spec/template/spec/containers/0/env/-", ["value"] = variable };

    private static string Write(params JsonNode[] documents) =>
        $"# Generated from the code; {UpdateVariable}=1 dotnet test tests/Operator.Tests --filter Manifests writes it anew.\n" + YamlText.Write(documents);

    private static string Kustomization(params string[] resources) => Write(new JsonObject
    {
        ["apiVersion"] = "kustomize.config.k8s.io/v1beta1",
        ["kind"] = "Kustomization",
        ["resources"] = new JsonArray([.. resources.Select(r => (JsonNode)r)]),
    });
}
