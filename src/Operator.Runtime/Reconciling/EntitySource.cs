using System.Collections.Concurrent;
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
    private readonly ConcurrentDictionary<ObjectKey, TEntity> _gone = new();

    public Task WaitForSyncAsync(CancellationToken cancellationToken) => informer.WaitForSyncAsync(cancellationToken);

    public IDisposable Attach(WorkQueue<ObjectKey> queue) => informer.AddHandler(new Handler(this, queue));

    /// <summary>The last state of an entity that is gone and that the controller has not been told of; null when there is none.</summary>
    public TEntity? Gone(ObjectKey key) => _gone.GetValueOrDefault(key);

    /// <summary>The controller has been told that this entity is gone.</summary>
    public void Told(ObjectKey key, TEntity entity) => _gone.TryRemove(KeyValuePair.Create(key, entity));

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
            if (source._gone.TryGetValue(key, out var gone) && gone.Metadata.Uid == entity.Metadata.Uid) source._gone.TryRemove(key, out _);
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
            source._gone[key] = entity;
            queue.Add(key);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(24, LogLevel.Error, "{Controller}: the predicate threw on {Key}; the event passes")]
        public static partial void PredicateFailed(ILogger logger, string controller, ObjectKey key, Exception exception);
    }
}
