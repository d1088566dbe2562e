using System.Text.Json.Nodes;
using Operator.Tests.Manifests;

namespace Operator.Tests.GitOps;

/// <summary>What Argo CD reads about the three kinds, put together from the scripts under config/argocd.</summary>
internal static class ArgoManifests
{
    public static readonly string[] Actions = ["promote", "approve", "abort", "retry"];

    private static readonly string[] Kinds = ["ClaudeDeployment", "ClaudeQuota", "ClaudeEvalRun"];

    /// <summary>A script, by its path under config/argocd.</summary>
    public static string Script(string path) => File.ReadAllText(Path.Combine(ConfigFolder.Path, "argocd", path));

    /// <summary>A patch of Argo CD's own ConfigMap.</summary>
    public static JsonObject Customizations()
    {
        var data = new JsonObject();
        foreach (var kind in Kinds) data[$"resource.customizations.health.claudeops.dev_{kind}"] = Script($"{kind}/health.lua");
        data["resource.customizations.actions.claudeops.dev_ClaudeDeployment"] = YamlText.Write([new JsonObject
        {
            ["discovery.lua"] = Script("ClaudeDeployment/actions/discovery.lua"),
            ["definitions"] = new JsonArray([.. Actions.Select(a => new JsonObject { ["name"] = a, ["action.lua"] = Script($"ClaudeDeployment/actions/{a}.lua") })]),
        }]);
        return new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "ConfigMap",
            ["metadata"] = new JsonObject { ["name"] = "argocd-cm", ["namespace"] = "argocd" },
            ["data"] = data,
        };
    }
}
