using Operator.Kubernetes;
using Operator.Kubernetes.Models;

namespace Operator.Runtime.Caching;

/// <summary>
/// Objects of a kind as the informer last saw them. Each call answers from one moment; two calls may answer from two moments.
/// <para>Objects are shared by all readers: never change one. Take a copy first.</para>
/// </summary>
/// <typeparam name="T">The kind.</typeparam>
public interface IEntityStore<T>
    where T : class, IKubernetesObject<V1ObjectMeta>
{
    /// <summary>True once the first complete list was stored and delivered to the handlers; it stays true.</summary>
    bool HasSynced { get; }

    /// <summary>How many objects are stored.</summary>
    int Count { get; }

    /// <summary>Completes when <see cref="HasSynced"/> becomes true.</summary>
    Task WaitForSyncAsync(CancellationToken cancellationToken = default);

    /// <summary>The object of a key, or null. Takes no lock.</summary>
    T? Get(ObjectKey key);

    /// <summary>All objects, or those of one namespace, in no particular order.</summary>
    IReadOnlyList<T> List(string? @namespace = null);

    /// <summary>The objects that an index function mapped to <paramref name="value"/>, in no particular order.</summary>
    /// <exception cref="ArgumentException">There is no index of that name.</exception>
    IReadOnlyList<T> ByIndex(string index, string value);
}
