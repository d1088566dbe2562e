using Operator.Kubernetes;
using Operator.Kubernetes.Models;

namespace Operator.Runtime.Reconciling;

/// <summary>
/// Brings the world in line with an entity. Made anew, in a scope of its own, for each reconcile. The same entity is never reconciled
/// twice at the same time. An exception is a failure: it is logged, counted, and the entity is tried again for ever, at growing intervals.
/// </summary>
/// <typeparam name="TEntity">The kind.</typeparam>
public interface IEntityController<TEntity>
    where TEntity : class, IKubernetesObject<V1ObjectMeta>
{
    /// <summary>Acts on the present state; must be idempotent. Not called once the entity is being deleted: that is for finalizers.</summary>
    /// <param name="entity">A copy of the entity, no older than this controller's own last write to it; it may be changed freely.</param>
    /// <param name="cancellationToken">Cancelled when the reconcile takes too long or the process must stop writing.</param>
    Task<ReconciliationResult<TEntity>> ReconcileAsync(TEntity entity, CancellationToken cancellationToken);

    /// <summary>
    /// Told that an entity is gone, after its finalizers. Not called for entities that went while no controller ran: what must not
    /// be missed belongs into a finalizer.
    /// </summary>
    /// <param name="entity">A copy of its last known state.</param>
    /// <param name="cancellationToken">Cancelled when the reconcile takes too long or the process must stop writing.</param>
    Task<ReconciliationResult<TEntity>> DeletedAsync(TEntity entity, CancellationToken cancellationToken);
}
