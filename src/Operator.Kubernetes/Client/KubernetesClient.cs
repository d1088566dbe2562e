using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Operator.Kubernetes.Configuration;
using Operator.Kubernetes.Models;
using Operator.Kubernetes.Serialization;

namespace Operator.Kubernetes;

/// <summary>The Kubernetes API over HTTP/2. One instance serves a whole process and is safe for concurrent use.</summary>
public sealed partial class KubernetesClient : IKubernetesClient, IDisposable
{
    private readonly KubernetesTransport _transport;
    private readonly KubernetesClientOptions _options;

    /// <summary>Creates a client.</summary>
    /// <param name="configuration">The cluster and the credentials, from a kubeconfig, the pod or code.</param>
    /// <param name="options">The client's behaviour; null for defaults.</param>
    /// <param name="logger">Receives the server's warnings; null for none.</param>
    public KubernetesClient(
        KubernetesClientConfiguration configuration, KubernetesClientOptions? options = null, ILogger<KubernetesClient>? logger = null)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        Configuration = configuration;
        _options = options ?? new KubernetesClientOptions();
        Json = _options.JsonContexts.Count == 0 ? KubernetesJson.BuiltIn : new KubernetesJson(_options.JsonContexts);
        _transport = new KubernetesTransport(configuration, _options, logger ?? NullLogger<KubernetesClient>.Instance);
    }

    /// <summary>The cluster and the credentials.</summary>
    public KubernetesClientConfiguration Configuration { get; }

    /// <inheritdoc />
    public KubernetesJson Json { get; }

    /// <inheritdoc />
    public async Task<T?> GetAsync<T>(string name, string? @namespace = null, CancellationToken cancellationToken = default)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        var request = new ApiRequest(HttpMethod.Get, ResourcePath.Object(EntityMetadata.For<T>(), name, @namespace));
        try
        {
            return await SendAsync<T>(request, cancellationToken).ConfigureAwait(false);
        }
        catch (KubernetesException error) when (error.IsObjectNotFound)
        {
            return null;
        }
    }

    /// <inheritdoc />
    public Task<KubernetesList<T>> ListAsync<T>(ListOptions? options = null, CancellationToken cancellationToken = default)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        var path = ResourcePath.Collection(EntityMetadata.For<T>(), options?.Namespace) + Query(options);
        var type = Json.TypeInfo<T>();
        var meta = KubernetesJson.BuiltIn.TypeInfo<V1ListMeta>();
        return _transport.SendAsync(
            new ApiRequest(HttpMethod.Get, path) { AllowCompression = true },
            (body, token) => ListReader<T>.ReadAsync(body, item => ObjectReader.Read(item, type), meta, _options.MaxObjectBytes, token),
            cancellationToken);
    }

    /// <inheritdoc />
    public Task<T> CreateAsync<T>(T entity, WriteOptions? options = null, CancellationToken cancellationToken = default)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        ArgumentNullException.ThrowIfNull(entity);
        var metadata = entity.Metadata;
        var path = ResourcePath.CollectionOf(EntityMetadata.For<T>(), metadata?.Name ?? metadata?.GenerateName, metadata?.NamespaceProperty);
        return WriteAsync(HttpMethod.Post, path, entity, options, cancellationToken);
    }

    /// <inheritdoc />
    public Task<T> UpdateAsync<T>(T entity, WriteOptions? options = null, CancellationToken cancellationToken = default)
        where T : class, IKubernetesObject<V1ObjectMeta> => ReplaceAsync(entity, null, options, cancellationToken);

    /// <inheritdoc />
    public Task<T> UpdateStatusAsync<T>(T entity, WriteOptions? options = null, CancellationToken cancellationToken = default)
        where T : class, IKubernetesObject<V1ObjectMeta> => ReplaceAsync(entity, "status", options, cancellationToken);

    /// <inheritdoc />
    public Task<T> PatchAsync<T>(
        string name, string? @namespace, KubernetesPatch patch, PatchOptions? options = null, CancellationToken cancellationToken = default)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        ArgumentNullException.ThrowIfNull(patch);
        if (options?.Subresource == "scale")
            throw new ArgumentException($"A scale is no {typeof(T).Name}: use {nameof(PatchScaleAsync)}.", nameof(options));
        var path = ResourcePath.Object(EntityMetadata.For<T>(), name, @namespace, options?.Subresource);
        return SendAsync<T>(PatchRequest(path, patch, options), cancellationToken);
    }

    /// <inheritdoc />
    public async Task<bool> DeleteAsync<T>(
        string name, string? @namespace = null, DeleteOptions? options = null, CancellationToken cancellationToken = default)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        var path = ResourcePath.Object(EntityMetadata.For<T>(), name, @namespace);
        var request = new ApiRequest(HttpMethod.Delete, path) { Body = DeleteBody.Write(options) };
        try
        {
            // The answer is the object or a Status; either way the deletion was accepted.
            return await _transport.SendAsync(request, DrainAsync, cancellationToken).ConfigureAwait(false);
        }
        catch (KubernetesException error) when (error.IsObjectNotFound)
        {
            return false;
        }
    }

    /// <inheritdoc />
    public IAsyncEnumerable<WatchEvent<T>> WatchAsync<T>(WatchOptions? options = null, CancellationToken cancellationToken = default)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        options ??= new WatchOptions();
        var request = new ApiRequest(HttpMethod.Get, ResourcePath.Collection(EntityMetadata.For<T>(), options.Namespace) + Query(options));
        _ = Json.TypeInfo<T>();
        return StreamAsync<T>(request, options.Timeout + _options.WatchGrace, cancellationToken);
    }

    /// <inheritdoc />
    public void Dispose() => _transport.Dispose();

    private Task<T> ReplaceAsync<T>(T entity, string? subresource, WriteOptions? options, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        ArgumentNullException.ThrowIfNull(entity);
        var path = ResourcePath.Object(EntityMetadata.For<T>(), entity.Metadata?.Name, entity.Metadata?.NamespaceProperty, subresource);
        return WriteAsync(HttpMethod.Put, path, entity, options, cancellationToken);
    }

    private Task<T> WriteAsync<T>(HttpMethod method, string path, T entity, WriteOptions? options, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        ObjectReader.CheckWhole(entity);
        ObjectReader.Identify(entity);
        path += new QueryBuilder().AddWrite(options, _options.FieldManager);
        return SendAsync<T>(new ApiRequest(method, path) { Body = Json.Serialize(entity) }, cancellationToken);
    }

    private ApiRequest PatchRequest(string path, KubernetesPatch patch, PatchOptions? options)
    {
        var manager = options?.FieldManager ?? _options.FieldManager;
        if (patch.Type == PatchType.Apply && string.IsNullOrEmpty(manager))
        {
            throw new ArgumentException(
                $"An apply patch needs a field manager: set {nameof(PatchOptions)}.{nameof(PatchOptions.FieldManager)} "
                + $"or {nameof(KubernetesClientOptions)}.{nameof(KubernetesClientOptions.FieldManager)}.", nameof(options));
        }
        var query = new QueryBuilder().AddWrite(options, _options.FieldManager).Add("force", options?.Force == true);
        return new ApiRequest(HttpMethod.Patch, path + query) { Body = patch.Body, ContentType = patch.ContentType };
    }

    private Task<T> SendAsync<T>(ApiRequest request, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        var type = Json.TypeInfo<T>();
        return ReadAsync(request, utf8 => ObjectReader.Read(utf8, type), cancellationToken);
    }

    /// <summary>Sends a request and turns its whole answer into a value.</summary>
    private Task<TResult> ReadAsync<TResult>(ApiRequest request, Func<ReadOnlySpan<byte>, TResult> parse, CancellationToken cancellationToken) =>
        _transport.SendAsync(
            request,
            async (body, token) =>
            {
                using var buffer = new ReadBuffer(body, _options.MaxObjectBytes);
                await buffer.ReadToEndAsync(token).ConfigureAwait(false);
                return parse(buffer.Span);
            },
            cancellationToken);

    private static async Task<bool> DrainAsync(Stream body, CancellationToken cancellationToken)
    {
        await body.CopyToAsync(Stream.Null, cancellationToken).ConfigureAwait(false);
        return true;
    }

    private static QueryBuilder Query(ListOptions? options) => new QueryBuilder()
        .Add("labelSelector", options?.LabelSelector)
        .Add("fieldSelector", options?.FieldSelector)
        .Add("limit", options?.Limit)
        .Add("continue", options?.Continue)
        .Add("resourceVersion", options?.ResourceVersion)
        .Add("resourceVersionMatch", options?.ResourceVersionMatch);

    private static QueryBuilder Query(WatchOptions options) => new QueryBuilder()
        .Add("watch", true)
        .Add("labelSelector", options.LabelSelector)
        .Add("fieldSelector", options.FieldSelector)
        .Add("resourceVersion", options.ResourceVersion)
        .Add("allowWatchBookmarks", options.AllowBookmarks)
        .Add("timeoutSeconds", options.Timeout is { } timeout ? (long)Math.Ceiling(timeout.TotalSeconds) : null)
        .Add("sendInitialEvents", options.SendInitialEvents)
        // The API asks for this value, and no other, together with initial events.
        .Add("resourceVersionMatch", options.SendInitialEvents ? "NotOlderThan" : null);
}
