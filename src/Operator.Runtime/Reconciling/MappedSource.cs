using Microsoft.Extensions.Logging;
using Operator.Kubernetes;
using Operator.Kubernetes.Models;
using Operator.Runtime.Caching;
using Operator.Runtime.Queueing;

namespace Operator.Runtime.Reconciling;

/// <summary>
/// Watches objects of another kind and maps each to the entities that it concerns. A change is mapped from the state before and from
/// the state after, so that an entity which the object has left is reconciled too.
/// </summary>
/// <param name="informer">Follows the other kind.</param>
/// <param name="predicate">Which events count.</param>
/// <param name="map">The entities that an object concerns.</param>
/// <param name="everything">All entities there are: what is reconciled when <paramref name="map"/> throws, so that no change is lost.</param>
/// <param name="controller">The controller's name, for logs.</param>
/// <param name="logger">Where failures are told.</param>
internal sealed partial class MappedSource<T>(
    IInformer<T> informer,
    EventPredicate<T> predicate,
    Func<T, IEnumerable<ObjectKey>> map,
    Func<IEnumerable<ObjectKey>> everything,
    string controller,
    ILogger logger) : IEventSource
    where T : class, IKubernetesObject<V1ObjectMeta>
{
    public Task WaitForSyncAsync(CancellationToken cancellationToken) => informer.WaitForSyncAsync(cancellationToken);

    public IDisposable Attach(WorkQueue<ObjectKey> queue) => informer.AddHandler(new Handler(this, queue));

    /// <summary>Whether an event passes; an error lets it pass.</summary>
    private bool Passes(T entity, Func<bool> predicate)
    {
        try
        {
            return predicate();
        }
        catch (Exception e)
        {
            Log.PredicateFailed(logger, controller, typeof(T).Name, ObjectKey.Of(entity), e);
            return true;
        }
    }

    private void Enqueue(WorkQueue<ObjectKey> queue, WorkPriority priority, T entity)
    {
        List<ObjectKey> keys;
        try
        {
            // All of them before the first is added, so that a mapper which fails half way is seen as failed.
            keys = [.. map(entity)];
        }
        catch (Exception e)
        {
            Log.MapFailed(logger, controller, typeof(T).Name, ObjectKey.Of(entity), e);
            keys = [.. everything()];
            priority = WorkPriority.Low;
        }
        foreach (var key in keys) queue.Add(key, priority);
    }

    private sealed class Handler(MappedSource<T> source, WorkQueue<ObjectKey> queue) : IInformerHandler<T>
    {
        public void OnAdded(T entity, bool isInInitialList)
        {
            if (!source.Passes(entity, () => source.Predicate.Created(entity))) return;
            source.Enqueue(queue, isInInitialList ? WorkPriority.Low : WorkPriority.Normal, entity);
        }

        public void OnUpdated(T previous, T current)
        {
            if (!source.Passes(current, () => source.Predicate.Updated(previous, current))) return;
            source.Enqueue(queue, WorkPriority.Normal, previous);
            source.Enqueue(queue, WorkPriority.Normal, current);
        }

        public void OnDeleted(T entity, bool finalStateUnknown)
        {
            if (!source.Passes(entity, () => source.Predicate.Deleted(entity))) return;
            source.Enqueue(queue, WorkPriority.Normal, entity);
        }
    }

    private EventPredicate<T> Predicate => predicate;

    private static partial class Log
    {
        [LoggerMessage(22, LogLevel.Error, "{Controller}: the predicate of {Kind} threw on {Key}; the event passes")]
        public static partial void PredicateFailed(ILogger logger, string controller, string kind, ObjectKey key, Exception exception);

        [LoggerMessage(23, LogLevel.Error, "{Controller}: mapping {Kind} {Key} to entities threw; all entities are reconciled")]
        public static partial void MapFailed(ILogger logger, string controller, string kind, ObjectKey key, Exception exception);
    }
}
