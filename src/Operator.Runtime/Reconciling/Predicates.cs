using Operator.Kubernetes;
using Operator.Kubernetes.Models;

namespace Operator.Runtime.Reconciling;

/// <summary>The usual predicates. Those that compare let creations and deletions pass.</summary>
public static class Predicates
{
    /// <summary>Changes of the desired state, which bump <c>metadata.generation</c>; not those of status, labels or annotations.</summary>
    public static EventPredicate<T> GenerationChanged<T>()
        where T : IKubernetesObject<V1ObjectMeta> =>
        new() { Updated = static (previous, current) => previous.Metadata.Generation != current.Metadata.Generation };

    /// <summary>Changes of any label.</summary>
    public static EventPredicate<T> LabelsChanged<T>()
        where T : IKubernetesObject<V1ObjectMeta> =>
        new() { Updated = static (previous, current) => !Same(previous.Metadata.Labels, current.Metadata.Labels) };

    /// <summary>Changes of any annotation.</summary>
    public static EventPredicate<T> AnnotationsChanged<T>()
        where T : IKubernetesObject<V1ObjectMeta> =>
        new() { Updated = static (previous, current) => !Same(previous.Metadata.Annotations, current.Metadata.Annotations) };

    /// <summary>Changes of annotations whose names begin with <paramref name="prefix"/>.</summary>
    public static EventPredicate<T> AnnotationsChanged<T>(string prefix)
        where T : IKubernetesObject<V1ObjectMeta> =>
        new()
        {
            Updated = (previous, current) =>
                !Same(WithPrefix(previous.Metadata.Annotations, prefix), WithPrefix(current.Metadata.Annotations, prefix)),
        };

    /// <summary>Objects that carry a label, before or after a change, with any value or with <paramref name="value"/>.</summary>
    public static EventPredicate<T> HasLabel<T>(string name, string? value = null)
        where T : IKubernetesObject<V1ObjectMeta>
    {
        bool Has(T entity) =>
            entity.Metadata.Labels is { } labels && labels.TryGetValue(name, out var actual) && (value is null || value == actual);
        return new() { Created = Has, Updated = (previous, current) => Has(previous) || Has(current), Deleted = Has };
    }

    private static Dictionary<string, string> WithPrefix(IDictionary<string, string>? pairs, string prefix) =>
        pairs?.Where(p => p.Key.StartsWith(prefix, StringComparison.Ordinal)).ToDictionary(StringComparer.Ordinal)
        ?? new Dictionary<string, string>(StringComparer.Ordinal);

    private static bool Same(IDictionary<string, string>? a, IDictionary<string, string>? b)
    {
        if ((a?.Count ?? 0) != (b?.Count ?? 0)) return false;
        return a is null || b is null || a.All(p => b.TryGetValue(p.Key, out var value) && value == p.Value);
    }
}
