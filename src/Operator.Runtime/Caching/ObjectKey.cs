using Operator.Kubernetes;
using Operator.Kubernetes.Models;

namespace Operator.Runtime.Caching;

/// <summary>Names an object of a kind: what a work queue holds and a store looks up.</summary>
/// <param name="Namespace">The namespace; null for cluster-scoped objects.</param>
/// <param name="Name">The name.</param>
public readonly record struct ObjectKey(string? Namespace, string Name)
{
    /// <summary>The key of an object.</summary>
    /// <exception cref="ArgumentException">The object has no name.</exception>
    public static ObjectKey Of(IKubernetesObject<V1ObjectMeta> entity)
    {
        ArgumentNullException.ThrowIfNull(entity);
        var metadata = entity.Metadata;
        if (string.IsNullOrEmpty(metadata.Name))
            throw new ArgumentException($"The {entity.Kind ?? entity.GetType().Name} has no metadata.name.", nameof(entity));
        return new ObjectKey(string.IsNullOrEmpty(metadata.NamespaceProperty) ? null : metadata.NamespaceProperty, metadata.Name);
    }

    /// <summary><c>namespace/name</c>, or the name alone of a cluster-scoped object.</summary>
    public override string ToString() => Namespace is null ? Name : Namespace + "/" + Name;
}
