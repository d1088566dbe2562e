using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Operator.Kubernetes;
using Operator.Kubernetes.Models;
using Operator.Runtime.Caching;
using Operator.Runtime.Queueing;

namespace Operator.Runtime.Reconciling;

/// <summary>Watches the controller's own kind and keeps the last state of entities that are gone until the controller has been told.</summary>
/// <param name="informer">Follows the kind.</param>
/// <param name="predicate">Which events count. The begin of a deletion and the deletion itself always do.</param>
/// <param name="controller">The controller's name, for logs.</param>
/// <param name="logger">Where failures are told.</param>
internal sealed partial class EntitySource<TEntity>(
    IInformer<TEntity> informer, EventPredicate<TEntity> predicate, string controller, ILogger logger) : IEventSource
    where TEntity : class, IKubernetesObject<V1ObjectMeta>
{
    // More than one where a name was used again before the controller was told. Changed by the informer's thread and by the key's worker.
    private readonly ConcurrentDictionary<ObjectKey, ImmutableList<TEntity>> _gone = new();

    public Task WaitForSyncAsync(CancellationToken cancellationToken) => informer.WaitForSyncAsync(cancellationToken);

    public IDisposable Attach(WorkQueue<ObjectKey> queue) => informer.AddHandler(new Handler(this, queue));

    /// <summary>The last states of the entities of this name that are gone and that the controller has not been told of, oldest first.</summary>
    public IReadOnlyList<TEntity> Gone(ObjectKey key) => _gone.GetValueOrDefault(key, []);

    /// <summary>The controller has been told that this entity is gone.</summary>
    public void Told(ObjectKey key, TEntity entity) => Change(key, gone => gone.Remove(entity));

    private void Change(ObjectKey key, Func<ImmutableList<TEntity>, ImmutableList<TEntity>> change)
    {
        var gone = _gone.AddOrUpdate(key, _ => change([]), (_, known) => change(known));
        // Only if it is still this very list: another entity may have gone meanwhile.
        if (gone.IsEmpty) _gone.TryRemove(KeyValuePair.Create(key, gone));
    }

    private bool Passes(TEntity entity, Func<bool> passes)
    {
        try
        {
            return passes();
        }
        catch (Exception e)
        {
            Log.PredicateFailed(logger, controller, ObjectKey.Of(entity), e);
            return true;
        }
    }

    private EventPredicate<TEntity> Predicate => predicate;

    private sealed class Handler(EntitySource<TEntity> source, WorkQueue<ObjectKey> queue) : IInformerHandler<TEntity>
    {
        public void OnAdded(TEntity entity, bool isInInitialList)
        {
            var key = ObjectKey.Of(entity);
            // A list that was served stale can show an entity again that was taken for gone.
            if (source._gone.ContainsKey(key)) source.Change(key, gone => gone.RemoveAll(e => e.Metadata.Uid == entity.Metadata.Uid));
            if (entity.Metadata.DeletionTimestamp is null && !source.Passes(entity, () => source.Predicate.Created(entity))) return;
            queue.Add(key, isInInitialList ? WorkPriority.Low : WorkPriority.Normal);
        }

        public void OnUpdated(TEntity previous, TEntity current)
        {
            var key = ObjectKey.Of(current);
            if (current.Metadata.DeletionTimestamp is null && !source.Passes(current, () => source.Predicate.Updated(previous, current))) return;
            queue.Add(key);
        }

        public void OnDeleted(TEntity entity, bool finalStateUnknown)
        {
            var key = ObjectKey.Of(entity);
            source.Change(key, gone => gone.Add(entity));
            queue.Add(key);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(24, LogLevel.Error, "{Controller}: the predicate threw on {Key}; the event passes")]
        public static partial void PredicateFailed(ILogger logger, string controller, ObjectKey key, Exception exception);
    }
}
