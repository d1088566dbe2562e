using Operator.Kubernetes;
using Operator.Kubernetes.Models;

namespace Operator.Runtime.Applying;

/// <summary>
/// Writes the children of entities by server-side apply, under the field manager of one controller. What is applied is all that the
/// controller wants to say: a field that it leaves out the next time is given up, and removed if nobody else owns it.
/// </summary>
/// <typeparam name="TController">The controller in whose name fields are owned.</typeparam>
public interface IApplier<TController>
{
    /// <summary>The name under which fields are owned: <c>operator-name/controller-name</c>.</summary>
    string FieldManager { get; }

    /// <summary>
    /// Applies a child. No request is sent when this process applied the very same before and the cache (where an informer follows the
    /// child's kind) still shows all of it. Fields that somebody else owns are taken over.
    /// </summary>
    /// <param name="child">
    /// The child: name, labels, annotations and content. Server-set metadata and the status are not sent. Without a namespace it gets
    /// the owner's. It is not changed.
    /// </param>
    /// <param name="owner">The entity that controls the child, which is deleted with it; null for none.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The child as the server has it.</returns>
    /// <exception cref="InvalidOperationException">The owner cannot own the child: another namespace, or no UID.</exception>
    /// <exception cref="KubernetesException">The server refused it.</exception>
    Task<TChild> ApplyAsync<TChild>(
        TChild child, IKubernetesObject<V1ObjectMeta>? owner = null, CancellationToken cancellationToken = default)
        where TChild : class, IKubernetesObject<V1ObjectMeta>;
}
