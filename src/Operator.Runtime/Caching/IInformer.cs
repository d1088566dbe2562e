using Operator.Kubernetes;
using Operator.Kubernetes.Models;

namespace Operator.Runtime.Caching;

/// <summary>A store that follows the API, shared by everybody who asks for the same kind and scope.</summary>
/// <typeparam name="T">The kind.</typeparam>
public interface IInformer<T> : IEntityStore<T>
    where T : class, IKubernetesObject<V1ObjectMeta>
{
    /// <summary>Which objects it follows.</summary>
    InformerScope Scope { get; }

    /// <summary>Adds an index; the objects already stored are indexed at once.</summary>
    /// <param name="name">The name, unique among the informer's indexes.</param>
    /// <param name="values">
    /// The values of an object: a pure function. When it throws, the error is logged and the object has no value in this index.
    /// </param>
    /// <exception cref="ArgumentException">There is an index of that name already.</exception>
    void AddIndex(string name, Func<T, IEnumerable<string>> values);

    /// <summary>
    /// Adds a handler. It is told of every object already stored, as part of the initial list, before this call returns.
    /// </summary>
    /// <returns>Removes the handler when disposed.</returns>
    IDisposable AddHandler(IInformerHandler<T> handler);
}

/// <summary>
/// Is told of changes, one at a time and in order. Calls must be quick, such as adding a key to a queue: the watch waits for them.
/// An exception is logged and counted; other handlers and later events are not affected.
/// </summary>
/// <typeparam name="T">The kind.</typeparam>
public interface IInformerHandler<in T>
{
    /// <summary>An object is new to this handler.</summary>
    /// <param name="entity">The object.</param>
    /// <param name="isInInitialList">True when it was there before the handler or the informer was.</param>
    void OnAdded(T entity, bool isInInitialList);

    /// <summary>An object changed.</summary>
    void OnUpdated(T previous, T current);

    /// <summary>An object is gone.</summary>
    /// <param name="entity">Its last known state.</param>
    /// <param name="finalStateUnknown">True when the deletion itself was not seen: changes between may be missing from the state.</param>
    void OnDeleted(T entity, bool finalStateUnknown);
}
