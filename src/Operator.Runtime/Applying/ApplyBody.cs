using System.Text.Json.Nodes;
using Operator.Kubernetes;
using Operator.Kubernetes.Models;
using Operator.Kubernetes.Serialization;
using Operator.Runtime.Caching;

namespace Operator.Runtime.Applying;

/// <summary>What a server-side apply sends for a child.</summary>
internal static class ApplyBody
{
    // What the server sets; sending it would own it.
    private static readonly string[] ServerSet =
    [
        "uid", "resourceVersion", "generation", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "managedFields",
        "generateName", "selfLink",
    ];

    public static JsonObject Of<T>(KubernetesJson json, T child, EntityMetadata kind, IKubernetesObject<V1ObjectMeta>? owner, EntityMetadata? ownerKind)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        var body = json.ToNode(child);
        body.Remove("status");
        body["apiVersion"] = kind.ApiVersion;
        body["kind"] = kind.Kind;
        var metadata = body["metadata"]!.AsObject();
        foreach (var field in ServerSet) metadata.Remove(field);
        if (owner is null || ownerKind is null) return body;
        if (kind.Scope == EntityScope.Namespaced && string.IsNullOrEmpty(child.Metadata.NamespaceProperty))
            metadata["namespace"] = owner.Metadata.NamespaceProperty;
        var references = metadata["ownerReferences"] as JsonArray ?? [];
        metadata["ownerReferences"] = references;
        AddOwner(references, child, metadata["namespace"]?.GetValue<string>(), owner, ownerKind);
        return body;
    }

    private static void AddOwner(
        JsonArray references, IKubernetesObject<V1ObjectMeta> child, string? childNamespace, IKubernetesObject<V1ObjectMeta> owner, EntityMetadata kind)
    {
        var name = $"{kind.Kind} {ObjectKey.Of(owner)}";
        if (string.IsNullOrEmpty(owner.Metadata.Uid))
            throw new InvalidOperationException($"{name} has no metadata.uid, so it cannot own {child.Metadata.Name}. Use an entity that was read from the API.");
        if (kind.Scope == EntityScope.Namespaced && owner.Metadata.NamespaceProperty != childNamespace)
        {
            throw new InvalidOperationException(
                $"{name} cannot own {child.Metadata.Name} in namespace '{childNamespace}': owners stand in the namespace of what they own. "
                + "The garbage collector would delete it.");
        }
        if (child.Metadata.OwnerReferences?.FirstOrDefault(r => r.Controller == true && r.Uid != owner.Metadata.Uid) is { } other)
            throw new InvalidOperationException($"{child.Metadata.Name} is controlled by {other.Kind} {other.Name} already; {name} cannot control it too.");
        if (child.Metadata.OwnerReferences?.Any(r => r.Uid == owner.Metadata.Uid) == true) return;
        references.Add((JsonNode)new JsonObject
        {
            ["apiVersion"] = kind.ApiVersion,
            ["kind"] = kind.Kind,
            ["name"] = owner.Metadata.Name,
            ["uid"] = owner.Metadata.Uid,
            ["controller"] = true,
            ["blockOwnerDeletion"] = true,
        });
    }
}
