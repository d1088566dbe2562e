using Operator.Kubernetes;
using Operator.Kubernetes.Models;
using Operator.Runtime.Reconciling;

namespace Operator.Runtime.Finalizers;

/// <summary>
/// Cleans up before an entity goes. Its identifier is added to the entity before the first reconcile, and is removed after
/// <see cref="FinalizeAsync"/> has succeeded, wherever it stands in the list. Made anew, in a scope of its own, for each call.
/// </summary>
/// <typeparam name="TEntity">The kind.</typeparam>
public interface IEntityFinalizer<TEntity>
    where TEntity : class, IKubernetesObject<V1ObjectMeta>
{
    /// <summary>
    /// Cleans up; must be idempotent, as it is called again when it failed or when removing the identifier did. A success with
    /// <see cref="ReconciliationResult{TEntity}.RequeueAfter"/> is not done yet: the identifier stays and the call comes again.
    /// </summary>
    Task<ReconciliationResult<TEntity>> FinalizeAsync(TEntity entity, CancellationToken cancellationToken);
}
