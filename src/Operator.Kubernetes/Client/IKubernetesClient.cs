using Operator.Kubernetes.Models;
using Operator.Kubernetes.Serialization;

namespace Operator.Kubernetes;

/// <summary>
/// The Kubernetes API for typed objects. Every failure that the server answers is a <see cref="KubernetesException"/> with the
/// server's own Status; a failure to reach it is an <see cref="HttpRequestException"/>; all calls end with
/// <see cref="OperationCanceledException"/> when their token is cancelled.
/// </summary>
public interface IKubernetesClient
{
    /// <summary>How this client reads and writes objects: what patch builders need for the caller's own types.</summary>
    KubernetesJson Json => KubernetesJson.BuiltIn;

    /// <summary>Reads any path of the server as text, such as <c>version</c>. A client that reads objects only need not.</summary>
    /// <param name="path">Path and query, relative to the server's address.</param>
    /// <param name="accept">The media types that will do.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="NotSupportedException">This client reads objects only.</exception>
    Task<string> GetTextAsync(string path, string accept = "*/*", CancellationToken cancellationToken = default) =>
        throw new NotSupportedException("This client reads objects only.");

    /// <summary>Reads one object.</summary>
    /// <returns>The object, or null when there is none of that name.</returns>
    Task<T?> GetAsync<T>(string name, string? @namespace = null, CancellationToken cancellationToken = default)
        where T : class, IKubernetesObject<V1ObjectMeta>;

    /// <summary>Reads one page of objects: all of them unless <see cref="ListOptions.Limit"/> is set.</summary>
    Task<KubernetesList<T>> ListAsync<T>(ListOptions? options = null, CancellationToken cancellationToken = default)
        where T : class, IKubernetesObject<V1ObjectMeta>;

    /// <summary>Creates an object.</summary>
    /// <returns>The object as the server stored it.</returns>
    Task<T> CreateAsync<T>(T entity, WriteOptions? options = null, CancellationToken cancellationToken = default)
        where T : class, IKubernetesObject<V1ObjectMeta>;

    /// <summary>Replaces an object. With a <c>resourceVersion</c> set, a concurrent change ends in a 409.</summary>
    Task<T> UpdateAsync<T>(T entity, WriteOptions? options = null, CancellationToken cancellationToken = default)
        where T : class, IKubernetesObject<V1ObjectMeta>;

    /// <summary>Replaces the status of an object; nothing else of it changes.</summary>
    Task<T> UpdateStatusAsync<T>(T entity, WriteOptions? options = null, CancellationToken cancellationToken = default)
        where T : class, IKubernetesObject<V1ObjectMeta>;

    /// <summary>Changes an object, or one of its subresources, by a patch.</summary>
    Task<T> PatchAsync<T>(
        string name, string? @namespace, KubernetesPatch patch, PatchOptions? options = null, CancellationToken cancellationToken = default)
        where T : class, IKubernetesObject<V1ObjectMeta>;

    /// <summary>Deletes an object.</summary>
    /// <returns>True when the server accepted the deletion, false when there was nothing of that name.</returns>
    /// <exception cref="KubernetesException">A precondition was not met (409), among others.</exception>
    Task<bool> DeleteAsync<T>(
        string name, string? @namespace = null, DeleteOptions? options = null, CancellationToken cancellationToken = default)
        where T : class, IKubernetesObject<V1ObjectMeta>;

    /// <summary>
    /// Watches objects. The stream ends without an error when the server closes it cleanly; resume with the last version seen.
    /// </summary>
    /// <exception cref="KubernetesException">
    /// The server refused the watch or sent an ERROR event: <see cref="KubernetesException.IsExpired"/> asks for a new list.
    /// </exception>
    IAsyncEnumerable<WatchEvent<T>> WatchAsync<T>(WatchOptions? options = null, CancellationToken cancellationToken = default)
        where T : class, IKubernetesObject<V1ObjectMeta>;
}
