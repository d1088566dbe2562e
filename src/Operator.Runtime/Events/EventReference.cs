using Operator.Kubernetes;
using Operator.Kubernetes.Models;

namespace Operator.Runtime.Events;

/// <summary>References to objects in events.</summary>
public static class EventReference
{
    /// <summary>A reference to an object as it is now.</summary>
    /// <exception cref="ArgumentException">The object has no name.</exception>
    public static V1ObjectReference To<T>(T entity)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        ArgumentNullException.ThrowIfNull(entity);
        if (string.IsNullOrEmpty(entity.Metadata.Name)) throw new ArgumentException($"A {typeof(T).Name} without a name cannot have events.", nameof(entity));
        var kind = EntityMetadata.For<T>();
        return new V1ObjectReference
        {
            ApiVersion = kind.ApiVersion,
            Kind = kind.Kind,
            Name = entity.Metadata.Name,
            NamespaceProperty = entity.Metadata.NamespaceProperty,
            Uid = entity.Metadata.Uid,
            ResourceVersion = entity.Metadata.ResourceVersion,
        };
    }
}
