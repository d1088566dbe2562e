using Operator.Kubernetes;
using Operator.Kubernetes.Models;
using Operator.Runtime.Caching;

namespace Operator.Runtime.Reconciling;

/// <summary>From an object to the entity that controls it.</summary>
internal static class OwnerMapping
{
    /// <summary>
    /// The key of the controlling owner, if that is of the kind <paramref name="owner"/> in any version: an object that was made
    /// before the kind moved to a new version keeps its owner.
    /// </summary>
    public static IEnumerable<ObjectKey> Keys(V1ObjectMeta child, EntityMetadata owner)
    {
        if (child.OwnerReferences is not { Count: > 0 } references) yield break;
        foreach (var reference in references)
        {
            if (reference.Controller != true || reference.Kind != owner.Kind || string.IsNullOrEmpty(reference.Name)) continue;
            if (GroupOf(reference.ApiVersion) != owner.Group) continue;
            yield return new ObjectKey(owner.Scope == EntityScope.Namespaced ? child.NamespaceProperty : null, reference.Name);
        }
    }

    private static string GroupOf(string? apiVersion) =>
        apiVersion?.IndexOf('/', StringComparison.Ordinal) is > 0 and var slash ? apiVersion[..slash] : "";
}
