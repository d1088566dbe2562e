using Operator.Kubernetes;
using Operator.Kubernetes.Models;

namespace Operator.Runtime.Applying;

/// <summary>
/// Writes the status of entities, by a patch of what differs, and only when something does. The patch carries the version that the
/// entity was read at, so it never undoes what somebody else wrote meanwhile.
/// </summary>
public interface IStatusWriter
{
    /// <summary>Makes the status of an entity be <paramref name="status"/>.</summary>
    /// <param name="entity">The entity as it was read; its own status is what <paramref name="status"/> is compared with.</param>
    /// <param name="status">The wanted status; another object than the entity's own.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>
    /// The entity as the server has it; <paramref name="entity"/> itself when nothing differed; null when it is gone, and with it the
    /// need for a status.
    /// </returns>
    /// <exception cref="KubernetesException">
    /// Somebody else changed the entity's spec or status (409): the status was decided on an old state, so reconcile again.
    /// </exception>
    Task<TEntity?> WriteAsync<TEntity, TStatus>(TEntity entity, TStatus status, CancellationToken cancellationToken = default)
        where TEntity : class, IKubernetesObject<V1ObjectMeta>, IStatus<TStatus>;
}
