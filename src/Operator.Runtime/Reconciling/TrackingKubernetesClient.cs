using Operator.Kubernetes;
using Operator.Kubernetes.Models;
using Operator.Kubernetes.Serialization;
using Operator.Runtime.Caching;

namespace Operator.Runtime.Reconciling;

/// <summary>Tells the write trackers of every write, so that controllers need not.</summary>
internal sealed class TrackingKubernetesClient(IKubernetesClient inner, WriteTrackers trackers) : IKubernetesClient
{
    public KubernetesJson Json => inner.Json;

    public Task<string> GetTextAsync(string path, string accept = "*/*", CancellationToken cancellationToken = default) =>
        inner.GetTextAsync(path, accept, cancellationToken);

    public Task<T?> GetAsync<T>(string name, string? @namespace = null, CancellationToken cancellationToken = default)
        where T : class, IKubernetesObject<V1ObjectMeta> => inner.GetAsync<T>(name, @namespace, cancellationToken);

    public Task<KubernetesList<T>> ListAsync<T>(ListOptions? options = null, CancellationToken cancellationToken = default)
        where T : class, IKubernetesObject<V1ObjectMeta> => inner.ListAsync<T>(options, cancellationToken);

    public Task<T> CreateAsync<T>(T entity, WriteOptions? options = null, CancellationToken cancellationToken = default)
        where T : class, IKubernetesObject<V1ObjectMeta> => TrackAsync(inner.CreateAsync(entity, options, cancellationToken), options);

    public Task<T> UpdateAsync<T>(T entity, WriteOptions? options = null, CancellationToken cancellationToken = default)
        where T : class, IKubernetesObject<V1ObjectMeta> => TrackAsync(inner.UpdateAsync(entity, options, cancellationToken), options);

    public Task<T> UpdateStatusAsync<T>(T entity, WriteOptions? options = null, CancellationToken cancellationToken = default)
        where T : class, IKubernetesObject<V1ObjectMeta> => TrackAsync(inner.UpdateStatusAsync(entity, options, cancellationToken), options);

    public Task<T> PatchAsync<T>(
        string name, string? @namespace, KubernetesPatch patch, PatchOptions? options = null, CancellationToken cancellationToken = default)
        where T : class, IKubernetesObject<V1ObjectMeta> =>
        TrackAsync(inner.PatchAsync<T>(name, @namespace, patch, options, cancellationToken), options);

    public Task<bool> DeleteAsync<T>(
        string name, string? @namespace = null, DeleteOptions? options = null, CancellationToken cancellationToken = default)
        where T : class, IKubernetesObject<V1ObjectMeta> => inner.DeleteAsync<T>(name, @namespace, options, cancellationToken);

    public IAsyncEnumerable<WatchEvent<T>> WatchAsync<T>(WatchOptions? options = null, CancellationToken cancellationToken = default)
        where T : class, IKubernetesObject<V1ObjectMeta> => inner.WatchAsync<T>(options, cancellationToken);

    private async Task<T> TrackAsync<T>(Task<T> write, WriteOptions? options)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        var written = await write;
        if (options?.DryRun != true && !string.IsNullOrEmpty(written.Metadata.Name))
            trackers.Wrote<T>(ObjectKey.Of(written), written.Metadata.ResourceVersion);
        return written;
    }
}
