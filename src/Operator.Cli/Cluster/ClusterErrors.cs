using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Operator.Api;
using Operator.Kubernetes;
using Operator.Kubernetes.Configuration;

namespace Operator.Cli.Cluster;

/// <summary>Turns what goes wrong with a cluster into what to do about it.</summary>
internal static partial class ClusterErrors
{
    /// <summary>The exit code and the message; null for an error that is a defect of the command.</summary>
    public static (int Code, string Message)? Explain(Exception error) => error switch
    {
        CliException known => (known.Code, known.Message),
        KubernetesException refused => (ExitCode.Cluster, Explain(refused)),
        KubernetesConfigurationException config => (ExitCode.Cluster, config.Message),
        HttpRequestException or IOException => (ExitCode.Cluster, $"the cluster cannot be reached: {error.Message}. Is it running, and is the context right? See: kubectl config get-contexts"),
        TimeoutException => (ExitCode.TimedOut, error.Message),
        _ => null,
    };

    /// <summary>Whether the server does not serve a kind of this product.</summary>
    public static bool IsKindMissing(Exception error) => error is KubernetesException { IsNotFound: true, IsObjectNotFound: false };

    /// <summary>What is installed instead of what this command needs.</summary>
    /// <param name="group">What the server says of the group at <c>apis/claudeops.dev</c>; null where it knows none.</param>
    /// <param name="resources">What it says of the version at <c>apis/claudeops.dev/v1alpha1</c>; null where it does not serve it.</param>
    public static string Missing(JsonObject? group, JsonObject? resources)
    {
        const string HowTo = "kubectl apply -k config/default (or upgrade the chart)";
        if (group is null) return $"the operator is not installed in this cluster: it does not know {ApiGroup.Name}. Install it with: {HowTo}; or choose another --context";
        var served = (group["versions"] as JsonArray ?? []).Select(v => (string?)v?["version"]).ToList();
        if (!served.Contains(ApiGroup.Version))
            return $"the operator of this cluster serves {ApiGroup.Name} as {string.Join(", ", served)}; this command speaks {ApiGroup.Version}. Use the kubectl-claude of the operator's release, or upgrade the operator with: {HowTo}";
        string[] all = ["claudedeployments", "claudequotas", "claudeevalruns"];
        var lacking = all.Except((resources?["resources"] as JsonArray ?? []).Select(r => (string?)r?["name"] ?? ""), StringComparer.Ordinal);
        return $"the custom resource definitions of this cluster are incomplete or older than this command: {string.Join(", ", lacking)} is missing. Upgrade them with: kubectl apply --server-side -k config/crd";
    }

    private static string Explain(KubernetesException error)
    {
        if (error.IsForbidden) return Forbidden(error.Message);
        if (error.IsUnauthorized) return $"the cluster does not know you: {error.Message}. Sign in again, or choose another --context";
        return error.Message;
    }

    private static string Forbidden(string message)
    {
        if (Refusal().Match(message) is not { Success: true } refusal) return $"not allowed: {message}";
        var (user, verb, resource, space) = (refusal.Groups["user"].Value, refusal.Groups["verb"].Value, refusal.Groups["resource"].Value, refusal.Groups["space"].Value);
        var role = verb is "get" or "list" or "watch" ? "claude-operator-view" : "claude-operator-edit";
        var scope = space.Length > 0 ? $"in namespace {space}" : "in all namespaces";
        // The roles of people are about this product's resources; all others are in the built-in role `view`.
        if (refusal.Groups["group"].Value != ApiGroup.Name) role = "view";
        var binding = space.Length > 0
            ? $"kubectl create rolebinding NAME --clusterrole={role} --user={user} -n {space}"
            : $"kubectl create clusterrolebinding NAME --clusterrole={role} --user={user}";
        return $"'{user}' may not {verb} {resource} {scope}. Somebody who may grants it with: {binding}{(space.Length > 0 ? "" : "; or name a namespace that you may see with -n")}";
    }

    [GeneratedRegex("""User "(?<user>[^"]*)" cannot (?<verb>\S+) resource "(?<resource>[^"]*)" in API group "(?<group>[^"]*)"(?: in the namespace "(?<space>[^"]*)")?""")]
    private static partial Regex Refusal();
}
