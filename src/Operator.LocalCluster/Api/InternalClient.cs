using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Operator.LocalCluster.Authorization;
using Operator.LocalCluster.Resources;
using Operator.LocalCluster.Storage;

namespace Operator.LocalCluster.Api;

/// <summary>The verbs without HTTP, for the cluster's own parts.</summary>
internal sealed class InternalClient(ApiServices services, string manager) : IInternalClient
{
    private readonly CreateVerb _create = new(services);
    private readonly UpdateVerb _update = new(services);
    private readonly DeleteVerb _delete = new(services);

    /// <inheritdoc/>
    public ValueTask<JsonObject?> GetAsync(GroupResource resource, string? ns, string name, CancellationToken cancellationToken)
    {
        var definition = Definition(resource);
        var stored = services.Store.Get(definition.StorageKey, ns ?? "", name);
        return new(stored is null ? null : ObjectVersions.Parse(stored, definition));
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<JsonObject>> ListAsync(GroupResource resource, string? ns, CancellationToken cancellationToken)
    {
        var definition = Definition(resource);
        var snapshot = services.Store.Snapshot(definition.StorageKey);
        var (start, end) = snapshot.Range(ns);
        var values = new List<JsonObject>(Math.Max(end - start, 0));
        for (var i = start; i < end; i++) values.Add(ObjectVersions.Parse(snapshot.Objects[i], definition));
        return new(values);
    }

    /// <inheritdoc/>
    public async ValueTask<JsonObject> CreateAsync(GroupResource resource, JsonObject value, CancellationToken cancellationToken)
    {
        var copy = (JsonObject)value.DeepClone();
        var context = Context(resource, ObjectMetadata.Text(copy, "namespace"), "", null);
        Normalize(copy, context);
        return (await _create.CreateAsync(context, copy, track: true, cancellationToken)).Object;
    }

    /// <inheritdoc/>
    public async ValueTask<JsonObject> UpdateAsync(
        GroupResource resource, JsonObject value, string? subresource, CancellationToken cancellationToken)
    {
        var copy = (JsonObject)value.DeepClone();
        var context = Context(resource, ObjectMetadata.Text(copy, "namespace"), ObjectMetadata.Text(copy, "name"), subresource);
        Normalize(copy, context);
        return (await _update.UpdateAsync(context, _ => new((JsonObject)copy.DeepClone()), cancellationToken)).Object;
    }

    /// <inheritdoc/>
    public async ValueTask<JsonObject?> DeleteAsync(
        GroupResource resource, string? ns, string name, JsonObject? options, CancellationToken cancellationToken)
    {
        try
        {
            var outcome = await _delete.DeleteAsync(
                Context(resource, ns ?? "", name, null), DeleteOptions.Parse(options ?? []), cancellationToken);
            return outcome.Object;
        }
        catch (ApiException error) when (error.Code == 404)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ObjectChange> WatchAsync(
        GroupResource resource, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var definition = Definition(resource);
        var queue = Channel.CreateUnbounded<StoreEvent>(new UnboundedChannelOptions { SingleReader = true });
        var initial = default(StoreSnapshot);
        void EndWhenGone()
        {
            if (services.Registry.Find(resource.Group, resource.Plural) is null) queue.Writer.TryComplete();
        }
        services.Registry.Changed += EndWhenGone;
        try
        {
            using var subscription = services.Store.Subscribe(
                definition.StorageKey, null, snapshot => initial = snapshot, stored => queue.Writer.TryWrite(stored));
            foreach (var stored in initial.Objects) yield return new(ObjectChangeType.Added, ObjectVersions.Parse(stored, definition));
            yield return new(ObjectChangeType.Synced, null);
            await foreach (var stored in queue.Reader.ReadAllAsync(cancellationToken))
            {
                var type = stored.Type switch
                {
                    StoreEventType.Added => ObjectChangeType.Added,
                    StoreEventType.Modified => ObjectChangeType.Modified,
                    _ => ObjectChangeType.Deleted,
                };
                yield return new(type, ObjectVersions.Parse(stored.Object, definition));
            }
        }
        finally
        {
            services.Registry.Changed -= EndWhenGone;
        }
    }

    private static void Normalize(JsonObject value, WriteContext context)
    {
        value["apiVersion"] = context.Resource.ApiVersion;
        value["kind"] = context.Resource.Kind;
        BodyDecoder.Normalize(value, context.Resource);
    }

    private WriteContext Context(GroupResource resource, string ns, string name, string? subresource)
    {
        var definition = Definition(resource);
        return new WriteContext
        {
            Resource = definition,
            Namespace = definition.Namespaced ? ns : "",
            Name = name,
            Subresource = subresource,
            User = UserInfo.Internal,
            Manager = manager,
            Validation = FieldValidation.Ignore,
        };
    }

    private ResourceDefinition Definition(GroupResource resource) => services.Registry.Find(resource.Group, resource.Plural)
        ?? throw new ApiException(404, "NotFound", "the server could not find the requested resource", []);
}
