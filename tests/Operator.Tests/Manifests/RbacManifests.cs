using System.Text.Json.Nodes;
using Operator.Permissions;

namespace Operator.Tests.Manifests;

/// <summary>Roles and bindings from the list of permissions in the operator's code.</summary>
internal static class RbacManifests
{
    private const string Group = "rbac.authorization.k8s.io";

    public static JsonNode ServiceAccount() => new JsonObject
    {
        ["apiVersion"] = "v1",
        ["kind"] = "ServiceAccount",
        ["metadata"] = ManifestLabels.Metadata(ManifestLabels.Name, ManifestLabels.Namespace),
    };

    /// <summary>All permissions but those in the own namespace, for the whole cluster.</summary>
    public static IEnumerable<JsonNode> ClusterWide() =>
        Pair("ClusterRole", ManifestLabels.Name, null, OperatorPermissions.All.Where(p => p.Scope != PermissionScope.Own));

    /// <summary>What a leader election needs, in the operator's namespace.</summary>
    public static IEnumerable<JsonNode> LeaderElection() =>
        Pair("Role", ManifestLabels.Name + "-leader-election", ManifestLabels.Namespace, OperatorPermissions.All.Where(p => p.Scope == PermissionScope.Own));

    /// <summary>The permissions of one watched namespace, for installations without cluster roles.</summary>
    public static IEnumerable<JsonNode> Namespaced() =>
        Pair("Role", ManifestLabels.Name, ManifestLabels.Namespace, OperatorPermissions.All.Where(p => p.Scope == PermissionScope.Watched));

    /// <summary>Roles for people, which join the cluster's own view, edit and admin roles.</summary>
    public static IEnumerable<JsonNode> ForPeople()
    {
        string[] kinds = ["claudedeployments", "claudequotas", "claudeevalruns"];
        yield return Aggregated("view", ["view", "edit", "admin"], kinds, ["get", "list", "watch"]);
        yield return Aggregated("edit", ["edit", "admin"], kinds, ["create", "update", "patch", "delete"]);
    }

    /// <summary>The rules of one scope, for the chart's own roles.</summary>
    public static JsonArray Rules(PermissionScope scope) => new([.. OperatorPermissions.All.Where(p => p.Scope == scope).Select(Rule)]);

    private static IEnumerable<JsonNode> Pair(string kind, string name, string? @namespace, IEnumerable<Permission> permissions)
    {
        yield return new JsonObject
        {
            ["apiVersion"] = Group + "/v1",
            ["kind"] = kind,
            ["metadata"] = ManifestLabels.Metadata(name, @namespace),
            ["rules"] = new JsonArray([.. permissions.Select(Rule)]),
        };
        yield return new JsonObject
        {
            ["apiVersion"] = Group + "/v1",
            ["kind"] = kind + "Binding",
            ["metadata"] = ManifestLabels.Metadata(name, @namespace),
            ["roleRef"] = new JsonObject { ["apiGroup"] = Group, ["kind"] = kind, ["name"] = name },
            ["subjects"] = new JsonArray(new JsonObject { ["kind"] = "ServiceAccount", ["name"] = ManifestLabels.Name, ["namespace"] = ManifestLabels.Namespace }),
        };
    }

    private static JsonNode Rule(Permission permission)
    {
        var rule = new JsonObject { ["apiGroups"] = new JsonArray(permission.Group), ["resources"] = Strings(permission.Resources) };
        if (permission.Names.Length > 0) rule["resourceNames"] = Strings(permission.Names);
        rule["verbs"] = Strings(permission.Verbs);
        return rule;
    }

    private static JsonObject Aggregated(string name, string[] into, string[] kinds, string[] verbs)
    {
        var metadata = ManifestLabels.Metadata($"{ManifestLabels.Name}-{name}");
        foreach (var role in into) metadata["labels"]![$"rbac.authorization.k8s.io/aggregate-to-{role}"] = "true";
        return new JsonObject
        {
            ["apiVersion"] = Group + "/v1",
            ["kind"] = "ClusterRole",
            ["metadata"] = metadata,
            ["rules"] = new JsonArray(new JsonObject { ["apiGroups"] = new JsonArray("claudeops.dev"), ["resources"] = Strings(kinds), ["verbs"] = Strings(verbs) }),
        };
    }

    private static JsonArray Strings(IEnumerable<string> values) => new([.. values.Select(v => (JsonNode)v)]);
}
