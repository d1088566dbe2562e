using Operator.Kubernetes;
using Operator.Kubernetes.Models;
using Operator.Kubernetes.Serialization;

namespace Operator.Runtime.LeaderElection;

/// <summary>Which writes a <see cref="LeaderFencedClient"/> lets pass.</summary>
internal enum FencePolicy
{
    /// <summary>Only those of a leader before its deadline.</summary>
    LeaderOnly,

    /// <summary>Also those of a standby: all but a former leader's. For what every replica does, such as events and certificates.</summary>
    AllButFormerLeader,
}

/// <summary>
/// A client whose writes end with leadership: after the deadline they are refused before they are sent, and those under way are
/// cancelled. Reads pass always.
/// </summary>
internal sealed class LeaderFencedClient(IKubernetesClient inner, LeadershipFence fence, FencePolicy policy) : IKubernetesClient
{
    public KubernetesJson Json => inner.Json;

    public Task<string> GetTextAsync(string path, string accept = "*/*", CancellationToken cancellationToken = default) =>
        inner.GetTextAsync(path, accept, cancellationToken);

    public Task<T?> GetAsync<T>(string name, string? @namespace = null, CancellationToken cancellationToken = default)
        where T : class, IKubernetesObject<V1ObjectMeta> =>
        inner.GetAsync<T>(name, @namespace, cancellationToken);

    public Task<KubernetesList<T>> ListAsync<T>(ListOptions? options = null, CancellationToken cancellationToken = default)
        where T : class, IKubernetesObject<V1ObjectMeta> =>
        inner.ListAsync<T>(options, cancellationToken);

    public IAsyncEnumerable<WatchEvent<T>> WatchAsync<T>(WatchOptions? options = null, CancellationToken cancellationToken = default)
        where T : class, IKubernetesObject<V1ObjectMeta> =>
        inner.WatchAsync<T>(options, cancellationToken);

    public Task<T> CreateAsync<T>(T entity, WriteOptions? options = null, CancellationToken cancellationToken = default)
        where T : class, IKubernetesObject<V1ObjectMeta> =>
        WriteAsync<T, T>("create", entity.Metadata.Name, token => inner.CreateAsync(entity, options, token), cancellationToken);

    public Task<T> UpdateAsync<T>(T entity, WriteOptions? options = null, CancellationToken cancellationToken = default)
        where T : class, IKubernetesObject<V1ObjectMeta> =>
        WriteAsync<T, T>("update", entity.Metadata.Name, token => inner.UpdateAsync(entity, options, token), cancellationToken);

    public Task<T> UpdateStatusAsync<T>(T entity, WriteOptions? options = null, CancellationToken cancellationToken = default)
        where T : class, IKubernetesObject<V1ObjectMeta> =>
        WriteAsync<T, T>(
            "update the status of", entity.Metadata.Name, token => inner.UpdateStatusAsync(entity, options, token), cancellationToken);

    public Task<T> PatchAsync<T>(
        string name, string? @namespace, KubernetesPatch patch, PatchOptions? options = null, CancellationToken cancellationToken = default)
        where T : class, IKubernetesObject<V1ObjectMeta> =>
        WriteAsync<T, T>("patch", name, token => inner.PatchAsync<T>(name, @namespace, patch, options, token), cancellationToken);

    public Task<bool> DeleteAsync<T>(
        string name, string? @namespace = null, DeleteOptions? options = null, CancellationToken cancellationToken = default)
        where T : class, IKubernetesObject<V1ObjectMeta> =>
        WriteAsync<T, bool>("delete", name, token => inner.DeleteAsync<T>(name, @namespace, options, token), cancellationToken);

    private async Task<TResult> WriteAsync<T, TResult>(
        string verb, string? name, Func<CancellationToken, Task<TResult>> send, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        // The clock is asked last: nothing is awaited between this question and the request.
        using var whileLeading = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, fence.Closed);
        var allowed = policy == FencePolicy.LeaderOnly ? fence.IsOpen : !fence.IsClosed;
        if (!allowed)
        {
            throw new LeadershipLostException(
                $"Refused to {verb} {typeof(T).Name} \"{name}\": this replica " +
                (fence.IsClosed ? "led and its lease ran out or was given back." : "does not lead."));
        }

        try
        {
            return await send(whileLeading.Token);
        }
        catch (OperationCanceledException) when (fence.IsClosed && !cancellationToken.IsCancellationRequested)
        {
            throw new LeadershipLostException(
                $"Cut off while trying to {verb} {typeof(T).Name} \"{name}\": the leader lease ran out. The write may have happened.");
        }
    }
}
