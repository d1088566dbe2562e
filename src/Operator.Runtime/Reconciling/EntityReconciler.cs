using Operator.Kubernetes;
using Operator.Kubernetes.Models;
using Operator.Kubernetes.Serialization;
using Operator.Runtime.Caching;
using Operator.Runtime.Finalizers;

namespace Operator.Runtime.Reconciling;

/// <summary>The reconcile of one key: what is gone, what is being deleted, what is behind, and then the controller.</summary>
/// <param name="store">The cache.</param>
/// <param name="source">Knows the entities that are gone.</param>
/// <param name="tracker">Knows whether the cache is behind.</param>
/// <param name="client">Reads live when the cache stays behind for too long.</param>
/// <param name="finalizers">Adds and works off finalizers.</param>
/// <param name="invoker">Calls the controller.</param>
/// <param name="patience">How long to wait for the cache before reading live.</param>
internal sealed class EntityReconciler<TEntity>(
    IEntityStore<TEntity> store,
    EntitySource<TEntity> source,
    WriteTracker tracker,
    IKubernetesClient client,
    FinalizerSet<TEntity> finalizers,
    IControllerInvoker<TEntity> invoker,
    TimeSpan patience)
    where TEntity : class, IKubernetesObject<V1ObjectMeta>
{
    public async Task<ReconcileOutcome> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        tracker.Begin(key, store.Get(key)?.Metadata.ResourceVersion);
        try
        {
            foreach (var gone in source.Gone(key))
            {
                var told = Outcome(await invoker.DeletedAsync(Copy(gone), cancellationToken));
                if (told is ReconcileOutcome.Failed) return told;
                source.Told(key, gone);
            }
            return await ReconcilePresentAsync(key, cancellationToken);
        }
        finally
        {
            tracker.End(key);
        }
    }

    private async Task<ReconcileOutcome> ReconcilePresentAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        TEntity? entity;
        if (tracker.Behind(key) is { } behind)
        {
            if (behind < patience) return new ReconcileOutcome.Behind(tracker.HoldBack(key) ? patience - behind : TimeSpan.Zero);
            entity = await client.GetAsync<TEntity>(key.Name, key.Namespace, cancellationToken);
            // Gone, or another entity under the name: the cache will tell of both, in order, and bring the key back.
            if (entity is null || entity.Metadata.Uid != store.Get(key)?.Metadata.Uid)
                return tracker.HoldBack(key) ? ReconcileOutcome.Done.Instance : new ReconcileOutcome.Behind(TimeSpan.Zero);
            // Whoever decides on this state must not decide on an older one next time: the cache has to reach it too.
            tracker.ReadLive(key, entity.Metadata.ResourceVersion);
        }
        else
        {
            entity = store.Get(key) is { } cached ? Copy(cached) : null;
        }
        if (entity is null) return ReconcileOutcome.Done.Instance;
        if (entity.Metadata.DeletionTimestamp is not null) return await finalizers.FinalizeAsync(entity, cancellationToken);
        entity = await finalizers.AttachAsync(entity, cancellationToken);
        return entity is null ? ReconcileOutcome.Done.Instance : Outcome(await invoker.ReconcileAsync(entity, cancellationToken));
    }

    // Stored objects are shared; controllers change what they are given.
    private TEntity Copy(TEntity entity)
    {
        var copy = client.Json.Deserialize<TEntity>(client.Json.Serialize(entity));
        if (entity is IToleratesUnreadable { Unreadable: { } error }) ((IToleratesUnreadable)copy).Unreadable = error;
        return copy;
    }

    internal static ReconcileOutcome Outcome(ReconciliationResult<TEntity> result) => result switch
    {
        { IsFailure: true } => new ReconcileOutcome.Failed(result.ErrorMessage, result.Error, result.RequeueAfter),
        { RequeueAfter: { } after } => new ReconcileOutcome.Again(after),
        _ => ReconcileOutcome.Done.Instance,
    };
}
