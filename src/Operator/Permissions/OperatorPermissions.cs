using System.Collections.Immutable;

namespace Operator.Permissions;

/// <summary>Where a permission is needed.</summary>
internal enum PermissionScope
{
    /// <summary>In every namespace that is watched.</summary>
    Watched,

    /// <summary>For objects without a namespace; left out where the operator has Roles only, and what needs it is switched off.</summary>
    Cluster,

    /// <summary>In the operator's own namespace.</summary>
    Own,
}

/// <summary>Something that the operator may do.</summary>
/// <param name="Scope">Where.</param>
/// <param name="Group">The API group; empty for the core group.</param>
/// <param name="Resources">The resources, with subresources after a slash.</param>
/// <param name="Verbs">The verbs.</param>
/// <param name="Why">What it is needed for.</param>
internal sealed record Permission(PermissionScope Scope, string Group, ImmutableArray<string> Resources, ImmutableArray<string> Verbs, string Why)
{
    /// <summary>The only objects it holds for; empty for all.</summary>
    public ImmutableArray<string> Names { get; init; } = [];
}

/// <summary>
/// Everything that the operator may do. The RBAC manifests are made from this list: what is not in it is refused by the API server.
/// </summary>
internal static class OperatorPermissions
{
    /// <summary>The name of the operator's webhook configurations.</summary>
    public const string WebhookConfiguration = "claude-operator";

    /// <summary>All permissions, in the order in which the manifests list them.</summary>
    public static ImmutableArray<Permission> All { get; } =
    [
        new(PermissionScope.Watched, "claudeops.dev", ["claudedeployments", "claudequotas"], ["get", "list", "watch"], "reads what users declare; never writes it"),
        new(PermissionScope.Watched, "claudeops.dev", ["claudeevalruns"], ["get", "list", "watch", "create", "patch", "delete"], "starts eval runs and keeps the last of them"),
        new(PermissionScope.Watched, "claudeops.dev", ["claudedeployments/status", "claudequotas/status", "claudeevalruns/status"], ["get", "patch"], "reports what it observes"),
        new(PermissionScope.Watched, "claudeops.dev", ["claudedeployments/finalizers", "claudequotas/finalizers", "claudeevalruns/finalizers"], ["update"], "owner references of children that block the deletion of their owner"),
        new(PermissionScope.Watched, "", ["configmaps"], ["get", "list", "watch", "create", "patch", "delete"], "reads prompts and suites, writes limiter configurations and revisions"),
        new(PermissionScope.Watched, "", ["pods"], ["get", "list", "watch"], "finds limiters and reads how eval pods ended"),
        new(PermissionScope.Watched, "", ["pods/log"], ["get"], "reads the report of an eval pod"),
        new(PermissionScope.Watched, "batch", ["jobs"], ["get", "list", "watch", "create", "patch", "delete"], "runs evals"),
        new(PermissionScope.Watched, "batch", ["cronjobs"], ["get", "list", "watch"], "takes the template of a gate's Job"),
        new(PermissionScope.Watched, "events.k8s.io", ["events"], ["create", "patch"], "tells what happened"),
        new(PermissionScope.Cluster, "", ["namespaces"], ["get", "list", "watch"], "sees that a namespace ends and whether it asks for sidecars"),
        new(PermissionScope.Cluster, "authentication.k8s.io", ["tokenreviews"], ["create"], "checks the tokens of limiters"),
        new(PermissionScope.Cluster, "admissionregistration.k8s.io", ["mutatingwebhookconfigurations", "validatingwebhookconfigurations"], ["get", "list", "watch", "patch"], "renews the certificate authority of its own webhooks")
        {
            Names = [WebhookConfiguration],
        },
        new(PermissionScope.Own, "", ["configmaps"], ["get", "list", "watch", "create", "patch"], "publishes what to trust of each replica"),
        new(PermissionScope.Own, "", ["pods"], ["get", "list", "watch"], "sees which replicas are gone"),
        new(PermissionScope.Own, "coordination.k8s.io", ["leases"], ["get", "list", "watch", "create", "update"], "elects a leader"),
    ];
}
