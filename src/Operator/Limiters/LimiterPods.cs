using Operator.Certificates;
using Operator.Contract;
using Operator.Injection;
using Operator.Kubernetes.Models;
using Operator.Limiters.Authentication;
using Operator.Runtime.Caching;
using Operator.Runtime.Hosting;

namespace Operator.Limiters;

/// <summary>The pods that have a limiter, from the cache.</summary>
internal sealed class LimiterPods(IInformers informers, OperatorSettings settings)
{
    private readonly IInformer<V1Pod> _pods = informers.Get<V1Pod>(TrustCopyController.LimiterPods(settings));

    /// <summary>Completes when all are known: before, a missing one means nothing.</summary>
    public Task WaitForSyncAsync(CancellationToken cancellationToken) => _pods.WaitForSyncAsync(cancellationToken);

    /// <summary>The pod of a limiter; null when it is not known, or another one has its name now.</summary>
    public V1Pod? Find(LimiterIdentity limiter) =>
        _pods.Get(new ObjectKey(limiter.Namespace, limiter.Pod)) is { } pod && pod.Metadata.Uid == limiter.PodUid ? pod : null;

    /// <summary>All pods whose limiters may run: everything that has not ended.</summary>
    public IEnumerable<V1Pod> Running() => _pods.List().Where(p => !HasEnded(p));

    /// <summary>Whether no container of a pod runs any more, nor ever will.</summary>
    public static bool HasEnded(V1Pod pod) => pod.Status?.Phase is "Succeeded" or "Failed";

    /// <summary>The deployments that a pod's limiter serves, by name: those whose configuration is mounted.</summary>
    public static List<ObjectKey> DeploymentsOf(V1Pod pod)
    {
        var deployments = new List<ObjectKey>();
        foreach (var volume in pod.Spec?.Volumes ?? [])
        {
            if (volume.Name != LimiterVolume.Name) continue;
            foreach (var source in volume.Projected?.Sources ?? [])
            {
                if (source.ConfigMap?.Name is { } name && name.StartsWith(LimiterPod.ConfigMapPrefix, StringComparison.Ordinal))
                    deployments.Add(new ObjectKey(pod.Metadata.NamespaceProperty, name[LimiterPod.ConfigMapPrefix.Length..]));
            }
        }
        deployments.Sort(static (a, b) => string.CompareOrdinal(a.Name, b.Name));
        return deployments;
    }
}
