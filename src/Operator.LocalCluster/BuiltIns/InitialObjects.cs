using System.Text.Json.Nodes;
using Operator.LocalCluster.Api;
using Operator.LocalCluster.Resources;

namespace Operator.LocalCluster.BuiltIns;

/// <summary>The objects that a fresh API server makes for itself.</summary>
internal static class InitialObjects
{
    private const string Rbac = "rbac.authorization.k8s.io/v1";

    private static readonly string[] ReadVerbs = ["get", "list", "watch"];

    /// <summary>All of them, in the order of creation. Every call answers new objects.</summary>
    public static IEnumerable<(GroupResource Resource, JsonObject Object)> All()
    {
        foreach (var name in (string[])["default", "kube-system", "kube-public", "kube-node-lease"])
            yield return (WellKnown.Namespaces, Object("v1", "Namespace", name));
        yield return (WellKnown.Services, ApiService());
        foreach (var role in Roles())
            yield return (WellKnown.ClusterRoles, role);
        yield return Bind("cluster-admin", "cluster-admin", "system:masters");
        yield return Bind("system:basic-user", "system:basic-user", "system:authenticated");
        yield return Bind("system:discovery", "system:discovery", "system:authenticated");
        yield return Bind("system:public-info-viewer", "system:public-info-viewer", "system:authenticated", "system:unauthenticated");
        yield return Bind("system:service-account-issuer-discovery", "system:service-account-issuer-discovery", "system:serviceaccounts");
    }

    private static IEnumerable<JsonObject> Roles()
    {
        string[] paths = ["/api", "/api/*", "/apis", "/apis/*", "/healthz", "/livez", "/openapi", "/openapi/*", "/readyz", "/version", "/version/"];
        yield return Role("cluster-admin", Rule(["*"], ["*"], ["*"]), PathRule("*", "*"));
        yield return Role("system:basic-user",
            Rule(["authorization.k8s.io"], ["selfsubjectaccessreviews", "selfsubjectrulesreviews"], ["create"]),
            Rule(["authentication.k8s.io"], ["selfsubjectreviews"], ["create"]));
        yield return Role("system:discovery", PathRule("get", paths));
        yield return Role("system:public-info-viewer", PathRule("get", "/healthz", "/livez", "/readyz", "/version", "/version/"));
        yield return Role("system:service-account-issuer-discovery",
            PathRule("get", "/.well-known/openid-configuration", "/.well-known/openid-configuration/", "/openid/v1/jwks", "/openid/v1/jwks/"));
        yield return Role("system:auth-delegator",
            Rule(["authentication.k8s.io"], ["tokenreviews"], ["create"]), Rule(["authorization.k8s.io"], ["subjectaccessreviews"], ["create"]));
        string[] core = ["configmaps", "endpoints", "persistentvolumeclaims", "pods", "replicationcontrollers", "serviceaccounts", "services"];
        string[] read = [.. core, "events", "limitranges", "namespaces", "pods/log", "pods/status", "resourcequotas"];
        string[] apps = ["daemonsets", "deployments", "deployments/scale", "replicasets", "replicasets/scale", "statefulsets", "statefulsets/scale"];
        string[] write = ["create", "delete", "deletecollection", "patch", "update"];
        JsonObject[] view =
        [
            Rule([""], read, ReadVerbs), Rule(["apps"], apps, ReadVerbs), Rule(["batch"], ["cronjobs", "jobs"], ReadVerbs),
            Rule(["coordination.k8s.io"], ["leases"], ReadVerbs), Rule(["networking.k8s.io"], ["networkpolicies"], ReadVerbs),
            Rule(["policy"], ["poddisruptionbudgets"], ReadVerbs),
        ];
        JsonObject[] edit =
        [
            Rule([""], ["secrets"], ReadVerbs), Rule([""], [.. core, "events", "secrets", "serviceaccounts/token"], write), Rule(["apps"], apps, write),
            Rule(["batch"], ["cronjobs", "jobs"], write), Rule(["coordination.k8s.io"], ["leases"], write),
            Rule(["networking.k8s.io"], ["networkpolicies"], write), Rule(["policy"], ["poddisruptionbudgets"], write),
        ];
        JsonObject[] admin =
        [
            Rule(["rbac.authorization.k8s.io"], ["roles", "rolebindings"], [.. ReadVerbs, .. write]),
            Rule(["authorization.k8s.io"], ["localsubjectaccessreviews"], ["create"]),
        ];
        foreach (var role in Aggregated("view", view).Concat(Aggregated("edit", edit, "view")).Concat(Aggregated("admin", admin, "edit", "view")))
            yield return role;
    }

    // Users extend view, edit and admin by roles that carry the same labels.
    private static IEnumerable<JsonObject> Aggregated(string name, JsonObject[] rules, params string[] included)
    {
        var label = "rbac.authorization.k8s.io/aggregate-to-";
        var part = Role("system:aggregate-to-" + name, rules);
        part["metadata"]!["labels"] = new JsonObject { [label + name] = "true" };
        yield return part;
        var whole = Role(name);
        whole["aggregationRule"] = new JsonObject
        {
            ["clusterRoleSelectors"] = new JsonArray([.. included.Prepend(name).Select(role =>
                (JsonNode)new JsonObject { ["matchLabels"] = new JsonObject { [label + role] = "true" } })]),
        };
        yield return whole;
    }

    private static JsonObject ApiService()
    {
        var service = Object("v1", "Service", "kubernetes");
        service["metadata"]!["namespace"] = "default";
        service["metadata"]!["labels"] = new JsonObject { ["component"] = "apiserver", ["provider"] = "kubernetes" };
        service["spec"] = new JsonObject
        {
            ["clusterIP"] = "10.0.0.1",
            ["ipFamilyPolicy"] = "SingleStack",
            ["ports"] = new JsonArray(new JsonObject { ["name"] = "https", ["port"] = 443, ["protocol"] = "TCP", ["targetPort"] = 443 }),
        };
        return service;
    }

    private static JsonObject Object(string apiVersion, string kind, string name) => new()
    {
        ["apiVersion"] = apiVersion,
        ["kind"] = kind,
        ["metadata"] = new JsonObject { ["name"] = name },
    };

    private static JsonObject Role(string name, params JsonObject[] rules)
    {
        var role = Object(Rbac, "ClusterRole", name);
        role["metadata"]!["labels"] = new JsonObject { ["kubernetes.io/bootstrapping"] = "rbac-defaults" };
        role["rules"] = new JsonArray([.. rules.Select(rule => (JsonNode)rule)]);
        return role;
    }

    private static (GroupResource Resource, JsonObject Object) Bind(string name, string role, params string[] groups)
    {
        var binding = Object(Rbac, "ClusterRoleBinding", name);
        binding["metadata"]!["labels"] = new JsonObject { ["kubernetes.io/bootstrapping"] = "rbac-defaults" };
        binding["roleRef"] = new JsonObject { ["apiGroup"] = "rbac.authorization.k8s.io", ["kind"] = "ClusterRole", ["name"] = role };
        binding["subjects"] = new JsonArray([.. groups.Select(group => (JsonNode)new JsonObject
        {
            ["apiGroup"] = "rbac.authorization.k8s.io", ["kind"] = "Group", ["name"] = group,
        })]);
        return (WellKnown.ClusterRoleBindings, binding);
    }

    private static JsonObject Rule(string[] groups, string[] resources, string[] verbs) => new()
    {
        ["apiGroups"] = List(groups),
        ["resources"] = List(resources),
        ["verbs"] = List(verbs),
    };

    private static JsonObject PathRule(string verb, params string[] paths) => new() { ["nonResourceURLs"] = List(paths), ["verbs"] = List([verb]) };

    private static JsonArray List(string[] values) => new([.. values.Select(value => (JsonNode)value)]);
}
