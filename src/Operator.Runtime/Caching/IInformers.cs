using Operator.Kubernetes;
using Operator.Kubernetes.Models;

namespace Operator.Runtime.Caching;

/// <summary>The informers of the process: one for each kind and scope, whoever asks.</summary>
public interface IInformers
{
    /// <summary>True when every informer has its first list.</summary>
    bool HaveSynced { get; }

    /// <summary>
    /// The informer of a kind. The first who asks makes it; it runs from the start of the operator, or from now if that has started.
    /// </summary>
    /// <param name="scope">Which objects; null for all in the operator's namespace, or in all namespaces if it has none.</param>
    IInformer<T> Get<T>(InformerScope? scope = null)
        where T : class, IKubernetesObject<V1ObjectMeta>;

    /// <summary>The cached object of a key from any informer of the kind that has it; null when none has, or none follows the kind.</summary>
    T? Find<T>(ObjectKey key)
        where T : class, IKubernetesObject<V1ObjectMeta>;
}
