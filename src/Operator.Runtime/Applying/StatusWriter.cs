using System.Text.Json.Nodes;
using Operator.Kubernetes;
using Operator.Kubernetes.Models;
using Operator.Runtime.Caching;

namespace Operator.Runtime.Applying;

/// <inheritdoc />
internal sealed class StatusWriter(IKubernetesClient client) : IStatusWriter
{
    private const int Attempts = 5;

    public async Task<TEntity?> WriteAsync<TEntity, TStatus>(
        TEntity entity, TStatus status, CancellationToken cancellationToken = default)
        where TEntity : class, IKubernetesObject<V1ObjectMeta>, IStatus<TStatus>
    {
        ArgumentNullException.ThrowIfNull(entity);
        if (ReferenceEquals(entity.Status, status))
        {
            throw new ArgumentException(
                "The wanted status is the entity's own object, so nothing could ever differ. Build a new status.", nameof(status));
        }
        var key = ObjectKey.Of(entity);
        var before = StatusOf(client.Json.ToNode(entity));
        var patch = JsonComparison.MergePatch(before, client.Json.ToNode(status));
        if (patch.Count == 0) return entity;
        var version = entity.Metadata.ResourceVersion;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await client.PatchAsync<TEntity>(
                    key.Name, key.Namespace, Body(entity.Metadata.Uid, version, patch),
                    new PatchOptions { Subresource = "status" }, cancellationToken);
            }
            catch (KubernetesException e) when (e.IsObjectNotFound)
            {
                return null;
            }
            catch (KubernetesException e) when (e.IsConflict && attempt < Attempts)
            {
                var live = await client.GetAsync<TEntity>(key.Name, key.Namespace, cancellationToken);
                if (live is null || live.Metadata.Uid != entity.Metadata.Uid) return null;
                // Only what the status was not decided on may have changed: labels, annotations, finalizers.
                var unrelated = live.Metadata.Generation == entity.Metadata.Generation
                    && live.Metadata.DeletionTimestamp == entity.Metadata.DeletionTimestamp
                    && JsonComparison.Same(before, StatusOf(client.Json.ToNode(live)));
                if (!unrelated) throw;
                version = live.Metadata.ResourceVersion;
            }
        }
    }

    private static JsonObject StatusOf(JsonObject entity) => entity["status"] as JsonObject ?? [];

    private static KubernetesPatch Body(string? uid, string? version, JsonObject status)
    {
        var metadata = new JsonObject();
        if (uid is not null) metadata["uid"] = uid;
        if (version is not null) metadata["resourceVersion"] = version;
        return new KubernetesPatch(
            PatchType.Merge, JsonBytes.Of(new JsonObject { ["metadata"] = metadata, ["status"] = status.DeepClone() }));
    }
}
