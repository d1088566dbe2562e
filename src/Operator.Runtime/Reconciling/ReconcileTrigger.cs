using Operator.Runtime.Caching;
using Operator.Runtime.Queueing;

namespace Operator.Runtime.Reconciling;

/// <summary>
/// Asks a controller for reconciles for causes outside the API, such as a measurement. Give it to
/// <see cref="ControllerBuilder{TEntity}.TriggeredBy"/>. Safe for concurrent use; what is asked while no controller runs is dropped,
/// since a controller reconciles everything when it starts.
/// </summary>
public sealed class ReconcileTrigger
{
    private event Action<ObjectKey, TimeSpan>? Asked;

    /// <summary>Asks for a reconcile of an entity, soon. Never waits.</summary>
    public void Enqueue(ObjectKey key) => Enqueue(key, TimeSpan.Zero);

    /// <summary>
    /// Asks for a reconcile of an entity after a time, so that what is asked of it many times meanwhile is done once. An earlier time that is
    /// already set stays. Never waits.
    /// </summary>
    public void Enqueue(ObjectKey key, TimeSpan delay) => Asked?.Invoke(key, delay);

    internal IDisposable Attach(WorkQueue<ObjectKey> queue)
    {
        void Add(ObjectKey key, TimeSpan delay)
        {
            if (delay <= TimeSpan.Zero) queue.Add(key);
            else queue.AddAfter(key, delay);
        }
        Asked += Add;
        return new Detach(() => Asked -= Add);
    }

    private sealed class Detach(Action detach) : IDisposable
    {
        public void Dispose() => detach();
    }
}

/// <summary>Puts what a trigger asks for into a controller's queue.</summary>
internal sealed class TriggerSource(ReconcileTrigger trigger) : IEventSource
{
    public Task WaitForSyncAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public IDisposable Attach(WorkQueue<ObjectKey> queue) => trigger.Attach(queue);
}
