using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Operator.Kubernetes.Models;
using Operator.Kubernetes.Serialization;

namespace Operator.Kubernetes;

public sealed partial class KubernetesClient
{
    /// <summary>Deletes every object of a kind that the selectors match, in one request.</summary>
    /// <typeparam name="T">The kind.</typeparam>
    /// <param name="which">Which objects; a namespaced kind needs its namespace. Paging fields are not used.</param>
    /// <param name="options">How they are deleted; preconditions do not apply.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task DeleteCollectionAsync<T>(
        ListOptions which, DeleteOptions? options = null, CancellationToken cancellationToken = default)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        ArgumentNullException.ThrowIfNull(which);
        var query = new QueryBuilder().Add("labelSelector", which.LabelSelector).Add("fieldSelector", which.FieldSelector);
        var path = ResourcePath.CollectionOf(EntityMetadata.For<T>(), "every object", which.Namespace) + query;
        var request = new ApiRequest(HttpMethod.Delete, path) { Body = DeleteBody.Write(options) };
        await _transport.SendAsync(request, DrainAsync, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads any path of the server as text, such as <c>readyz</c> or <c>version</c>.</summary>
    /// <param name="path">Path and query, relative to the server's address.</param>
    /// <param name="accept">The media types that will do.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public Task<string> GetTextAsync(string path, string accept = "*/*", CancellationToken cancellationToken = default) =>
        ReadAsync(Raw(HttpMethod.Get, path) with { Accept = accept }, static utf8 => Encoding.UTF8.GetString(utf8), cancellationToken);

    /// <summary>Reads any path of the server as a JSON object, such as <c>apis</c>.</summary>
    /// <param name="path">Path and query, relative to the server's address.</param>
    /// <param name="accept">The media types that will do; discovery and tables are asked for here.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public Task<JsonObject> GetJsonAsync(string path, string accept = "application/json", CancellationToken cancellationToken = default) =>
        SendJsonAsync(Raw(HttpMethod.Get, path) with { Accept = accept, AllowCompression = true }, cancellationToken);

    /// <summary>Reads the log of a container, from its start and up to the client's bound on answers.</summary>
    /// <param name="name">The pod.</param>
    /// <param name="namespace">Its namespace.</param>
    /// <param name="options">Which container and how much of its log.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public Task<string> ReadPodLogAsync(
        string name, string @namespace, PodLogOptions? options = null, CancellationToken cancellationToken = default)
    {
        var query = new QueryBuilder()
            .Add("container", options?.Container)
            .Add("tailLines", options?.TailLines)
            // The server cuts the log; over the bound of this client it would be an error.
            .Add("limitBytes", Math.Min(options?.LimitBytes ?? int.MaxValue, _options.MaxObjectBytes - 1))
            .Add("previous", options?.Previous == true);
        return GetTextAsync(ResourcePath.Object(EntityMetadata.For<V1Pod>(), name, @namespace, "log") + query, "*/*", cancellationToken);
    }

    /// <summary>Sends a request of the generic client.</summary>
    internal Task<JsonObject> SendJsonAsync(ApiRequest request, CancellationToken cancellationToken) =>
        ReadAsync(
            request,
            static utf8 => JsonNode.Parse(utf8, documentOptions: new JsonDocumentOptions { MaxDepth = 256 }) as JsonObject
                ?? throw new JsonException("expected a JSON object"),
            cancellationToken);

    /// <summary>Reads a list of the generic client.</summary>
    internal Task<KubernetesList<JsonObject>> ListJsonAsync(EntityMetadata entity, ListOptions? options, CancellationToken cancellationToken) =>
        _transport.SendAsync(
            new ApiRequest(HttpMethod.Get, ResourcePath.Collection(entity, options?.Namespace) + Query(options)) { AllowCompression = true },
            (body, token) => ListReader<JsonObject>.ReadAsync(
                body,
                item =>
                {
                    var node = JsonNode.Parse(item)!.AsObject();
                    node.TryAdd("apiVersion", entity.ApiVersion);
                    node.TryAdd("kind", entity.Kind);
                    return node;
                },
                KubernetesJson.BuiltIn.TypeInfo<V1ListMeta>(), _options.MaxObjectBytes, token),
            cancellationToken);

    /// <summary>Builds a patch request of the generic client.</summary>
    internal ApiRequest ToRequest(string path, KubernetesPatch patch, PatchOptions? options) => PatchRequest(path, patch, options);

    private static ApiRequest Raw(HttpMethod method, string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        path = path.TrimStart('/', '\\');
        // A path that is an address of its own would take the credentials to another host.
        return Uri.TryCreate(path, UriKind.Relative, out _) && !path.Split('/', '?')[0].Contains(':', StringComparison.Ordinal)
            ? new ApiRequest(method, path)
            : throw new ArgumentException($"'{path}' is not a path of the API server.", nameof(path));
    }
}
