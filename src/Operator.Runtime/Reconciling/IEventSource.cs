using Operator.Runtime.Caching;
using Operator.Runtime.Queueing;

namespace Operator.Runtime.Reconciling;

/// <summary>Puts the keys of entities that a change may concern into a controller's queue.</summary>
internal interface IEventSource
{
    /// <summary>Completes when the source's informer has its first list.</summary>
    Task WaitForSyncAsync(CancellationToken cancellationToken);

    /// <summary>Begins: what the informer holds already comes first, at low priority.</summary>
    /// <returns>Ends it when disposed.</returns>
    IDisposable Attach(WorkQueue<ObjectKey> queue);
}
