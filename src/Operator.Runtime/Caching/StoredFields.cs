using Operator.Kubernetes;
using Operator.Kubernetes.Models;

namespace Operator.Runtime.Caching;

/// <summary>What informers drop before they store: fields that take memory and that no controller reads.</summary>
internal static class StoredFields
{
    /// <summary>Drops <c>metadata.managedFields</c>, often half of an object.</summary>
    public static T Strip<T>(T entity)
        where T : IKubernetesObject<V1ObjectMeta>
    {
        entity.Metadata.ManagedFields = null;
        return entity;
    }
}
