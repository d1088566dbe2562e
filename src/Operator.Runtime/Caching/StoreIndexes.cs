using Operator.Kubernetes;
using Operator.Kubernetes.Models;

namespace Operator.Runtime.Caching;

/// <summary>The indexes that every informer has.</summary>
public static class StoreIndexes
{
    /// <summary>By namespace; cluster-scoped objects under the empty string.</summary>
    public const string Namespace = "namespace";

    /// <summary>By the UID of every owner.</summary>
    public const string OwnerUid = "ownerUid";

    internal static IEnumerable<string> NamespaceOf<T>(T entity)
        where T : IKubernetesObject<V1ObjectMeta> => [entity.Metadata.NamespaceProperty ?? ""];

    internal static IEnumerable<string> OwnerUidsOf<T>(T entity)
        where T : IKubernetesObject<V1ObjectMeta> =>
        entity.Metadata.OwnerReferences is { Count: > 0 } owners ? owners.Select(o => o.Uid ?? "").Distinct(StringComparer.Ordinal) : [];
}
