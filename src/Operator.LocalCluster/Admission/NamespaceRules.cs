using System.Text.Json.Nodes;
using Operator.LocalCluster.Api;
using Operator.LocalCluster.Resources;

namespace Operator.LocalCluster.Admission;

/// <summary>What the state and the labels of a namespace forbid in it.</summary>
internal sealed class NamespaceRules(IInternalClient client)
{
    private static readonly string[] Permanent = ["default", "kube-system", "kube-public"];

    /// <summary>Nothing is created in a namespace that ends, and some namespaces never end.</summary>
    /// <exception cref="ApiException">403.</exception>
    public async ValueTask CheckLifecycleAsync(AdmissionRequest request, CancellationToken cancellationToken)
    {
        if (request is { Operation: "DELETE", Resource: { Group: "", Plural: "namespaces" } })
        {
            if (Permanent.Contains(request.Name))
                throw ApiErrors.Forbidden(request.Resource, request.Name, "this namespace may not be deleted");
            return;
        }
        if (request is not { Operation: "CREATE", Subresource: null, Namespace: { Length: > 0 } ns })
            return;
        // Whether somebody may do something must be answerable to the end.
        if (request.Resource is { Group: "authorization.k8s.io" })
            return;
        if (await client.GetAsync(WellKnown.Namespaces, null, ns, cancellationToken) is not { } owner)
            throw ApiErrors.NotFound("", "namespaces", ns);
        if (owner.Text("metadata", "deletionTimestamp") is null)
            return;
        var name = request.Object.Text("metadata", "name") ?? request.Name;
        var refusal = ApiErrors.Forbidden(request.Resource, name, $"unable to create new content in namespace {ns} because it is being terminated");
        refusal.Details!["causes"] = new JsonArray(new JsonObject
        {
            ["reason"] = "NamespaceTerminating",
            ["message"] = $"namespace {ns} is being terminated",
            ["field"] = "metadata.namespace",
        });
        throw refusal;
    }

    /// <summary>Pods keep to the level that their namespace enforces.</summary>
    /// <exception cref="ApiException">403 with all violations.</exception>
    public async ValueTask CheckPodSecurityAsync(AdmissionRequest request, CancellationToken cancellationToken)
    {
        if (request is not { Resource: { Group: "", Plural: "pods" }, Subresource: null, Operation: "CREATE" or "UPDATE", Object: { } pod, Namespace: { } ns })
            return;
        var owner = await client.GetAsync(WellKnown.Namespaces, null, ns, cancellationToken);
        if (owner.Text("metadata", "labels", PodSecurity.EnforceLabel) is not { } level)
            return;
        if (request.OldObject is { } old && JsonNode.DeepEquals(old.Child("spec"), pod.Child("spec")))
            return;
        var violations = PodSecurity.Violations(pod.Child("spec"), level);
        if (violations.Count == 0)
            return;
        var version = owner.Text("metadata", "labels", PodSecurity.EnforceLabel + "-version") ?? "latest";
        throw ApiErrors.Forbidden(request.Resource, request.Name, $"violates PodSecurity \"{level}:{version}\": {string.Join(", ", violations)}");
    }

    /// <summary>The labels that namespace selectors see; null for cluster-scoped objects.</summary>
    public async ValueTask<JsonObject?> LabelsAsync(AdmissionRequest request, CancellationToken cancellationToken)
    {
        if (request.Resource is { Group: "", Plural: "namespaces" })
            return (request.Object ?? request.OldObject).Child("metadata", "labels") ?? [];
        if (request.Namespace is not { Length: > 0 } ns)
            return null;
        return (await client.GetAsync(WellKnown.Namespaces, null, ns, cancellationToken)).Child("metadata", "labels") ?? [];
    }
}
