using System.Text.Json.Nodes;
using Operator.Kubernetes.Discovery;
using Operator.Kubernetes.Models;

namespace Operator.Kubernetes;

/// <summary>
/// The API for objects of any kind, as JSON documents: what a command line needs to apply manifests. Kinds are looked up on the server.
/// </summary>
/// <param name="client">The client that sends.</param>
public sealed class GenericClient(KubernetesClient client)
{
    private readonly ResourceDiscovery _discovery = new(client);

    /// <summary>Applies a document on the server's side: creates the object, or takes over the fields that the document has.</summary>
    /// <param name="document">A whole manifest with apiVersion, kind and metadata.name.</param>
    /// <param name="options">The field manager, force and dry run; null for the client's own manager.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The object as the server stored it.</returns>
    /// <exception cref="ArgumentException">The manifest has no kind or no name.</exception>
    /// <exception cref="KubernetesException">The kind is not installed (404), or the server refused the object.</exception>
    public async Task<JsonObject> ApplyAsync(
        JsonObject document, PatchOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(document);
        var metadata = document["metadata"] as JsonObject;
        var name = Text(metadata?["name"]) ?? throw new ArgumentException("The manifest has no metadata.name.", nameof(document));
        var entity = await EntityAsync(
            Text(document["apiVersion"]) ?? throw new ArgumentException($"The manifest of '{name}' has no apiVersion.", nameof(document)),
            Text(document["kind"]) ?? throw new ArgumentException($"The manifest of '{name}' has no kind.", nameof(document)),
            cancellationToken).ConfigureAwait(false);
        var path = ResourcePath.Object(entity, name, Namespace(entity, Text(metadata?["namespace"])), options?.Subresource);
        return await client.SendJsonAsync(client.ToRequest(path, KubernetesPatch.Apply(document), options), cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>Reads one object.</summary>
    /// <returns>The object, or null when there is none of that name.</returns>
    public async Task<JsonObject?> GetAsync(
        string apiVersion, string kind, string name, string? @namespace = null, CancellationToken cancellationToken = default)
    {
        var entity = await EntityAsync(apiVersion, kind, cancellationToken).ConfigureAwait(false);
        try
        {
            var path = ResourcePath.Object(entity, name, Namespace(entity, @namespace));
            return await client.SendJsonAsync(new ApiRequest(HttpMethod.Get, path), cancellationToken).ConfigureAwait(false);
        }
        catch (KubernetesException error) when (error.IsObjectNotFound)
        {
            return null;
        }
    }

    /// <summary>Reads one page of objects.</summary>
    public async Task<KubernetesList<JsonObject>> ListAsync(
        string apiVersion, string kind, ListOptions? options = null, CancellationToken cancellationToken = default)
    {
        var entity = await EntityAsync(apiVersion, kind, cancellationToken).ConfigureAwait(false);
        return await client.ListJsonAsync(entity, options, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Changes an object by a patch.</summary>
    public async Task<JsonObject> PatchAsync(
        string apiVersion, string kind, string name, string? @namespace, KubernetesPatch patch, PatchOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(patch);
        var entity = await EntityAsync(apiVersion, kind, cancellationToken).ConfigureAwait(false);
        var path = ResourcePath.Object(entity, name, Namespace(entity, @namespace), options?.Subresource);
        return await client.SendJsonAsync(client.ToRequest(path, patch, options), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Deletes one object.</summary>
    /// <returns>True when the server accepted the deletion, false when there was nothing of that name.</returns>
    public async Task<bool> DeleteAsync(
        string apiVersion, string kind, string name, string? @namespace = null, DeleteOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        var entity = await EntityAsync(apiVersion, kind, cancellationToken).ConfigureAwait(false);
        try
        {
            var path = ResourcePath.Object(entity, name, Namespace(entity, @namespace));
            var request = new ApiRequest(HttpMethod.Delete, path) { Body = DeleteBody.Write(options) };
            await client.SendJsonAsync(request, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (KubernetesException error) when (error.IsObjectNotFound)
        {
            return false;
        }
    }

    /// <summary>The resource behind a kind.</summary>
    /// <exception cref="KubernetesException">The server does not serve the kind (404).</exception>
    public async Task<EntityMetadata> EntityAsync(string apiVersion, string kind, CancellationToken cancellationToken = default) =>
        await _discovery.FindAsync(apiVersion, kind, cancellationToken).ConfigureAwait(false)
        ?? throw new KubernetesException(System.Net.HttpStatusCode.NotFound, new V1Status
        {
            Status = "Failure",
            Code = 404,
            Reason = "NotFound",
            Message = $"{client.Configuration.Server} serves no kind {kind} in {apiVersion}: is its CustomResourceDefinition installed?",
        });

    /// <summary>The namespace of an object: the given one, else the configuration's, else <c>default</c>, as for kubectl.</summary>
    private string? Namespace(EntityMetadata entity, string? given) =>
        entity.Scope == EntityScope.Cluster ? null : given ?? client.Configuration.Namespace ?? "default";

    private static string? Text(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue<string>(out var text) && text.Length > 0 ? text : null;
}
