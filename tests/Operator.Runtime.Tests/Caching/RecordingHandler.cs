using Operator.Kubernetes;
using Operator.Kubernetes.Models;
using Operator.Runtime.Caching;

namespace Operator.Runtime.Tests.Caching;

internal sealed class RecordingHandler<T> : IInformerHandler<T>
    where T : IKubernetesObject<V1ObjectMeta>
{
    public List<string> Events { get; } = [];

    public Action? OnEvent { get; init; }

    public void OnAdded(T entity, bool isInInitialList) => Note($"added {Describe(entity)}{(isInInitialList ? " initially" : "")}");

    public void OnUpdated(T previous, T current) => Note($"updated {Describe(previous)} to {Describe(current)}");

    public void OnDeleted(T entity, bool finalStateUnknown) => Note($"deleted {Describe(entity)}{(finalStateUnknown ? " unseen" : "")}");

    private void Note(string what)
    {
        Events.Add(what);
        OnEvent?.Invoke();
    }

    private static string Describe(T entity) => $"{entity.Metadata.Name}/{entity.Metadata.Uid}@{entity.Metadata.ResourceVersion}";
}
