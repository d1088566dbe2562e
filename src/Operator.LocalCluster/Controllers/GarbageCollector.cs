using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Operator.LocalCluster.Api;
using Operator.LocalCluster.Resources;

namespace Operator.LocalCluster.Controllers;

/// <summary>
/// Deletes objects whose owners are all gone, lets owners wait for their dependents (foreground), and sets dependents free (orphan).
/// Owners are known by UID. A namespaced owner is looked for in the dependent's namespace only, and a cluster-scoped object cannot have one.
/// </summary>
internal sealed partial class GarbageCollector(
    IInternalClient client, IResourceRegistry registry, TimeProvider time, ILogger<GarbageCollector> logger) : IController
{
    /// <summary>Held by it, an owner waits until its blocking dependents are gone.</summary>
    public const string ForegroundFinalizer = "foregroundDeletion";

    /// <summary>Held by it, an owner waits until its dependents no longer name it.</summary>
    public const string OrphanFinalizer = "orphan";

    private readonly OwnerGraph _graph = new();

    /// <inheritdoc/>
    public string Name => "garbagecollector";

    /// <inheritdoc/>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var loop = new ReconcileLoop<string>(Name, CollectAsync, time, logger);
        var followed = new ResourceFollower(client, registry, (resource, change) => Take(loop, resource, change));
        await Task.WhenAll(followed.RunAsync(cancellationToken), loop.RunAsync(2, cancellationToken));
    }

    private void Take(ReconcileLoop<string> loop, GroupResource resource, ObjectChange change)
    {
        if (change.Object is not { } value || value.Text("metadata", "uid") is not { } uid)
            return;
        if (change.Type == ObjectChangeType.Deleted)
        {
            var owners = _graph.Find(uid)?.Owners ?? [];
            _graph.Remove(uid);
            foreach (var dependent in _graph.Dependents(uid))
                loop.Add(dependent.Uid);
            foreach (var owner in owners)
                loop.Add(owner.Uid);
            return;
        }
        var item = _graph.Set(resource, value);
        if (item.Owners.Count > 0 || item.IsDeleting)
            loop.Add(uid);
    }

    private async Task<TimeSpan?> CollectAsync(string uid, CancellationToken cancellationToken)
    {
        if (_graph.Find(uid) is not { } item)
            return null;
        if (item.IsDeleting)
        {
            if (item.Finalizers.Contains(OrphanFinalizer))
                await OrphanAsync(item, cancellationToken);
            else if (item.WaitsForDependents)
                await ReleaseAsync(item, cancellationToken);
            return null;
        }
        return item.Owners.Count == 0 ? null : await JudgeAsync(item, cancellationToken);
    }

    private async Task<TimeSpan?> JudgeAsync(OwnedObject item, CancellationToken cancellationToken)
    {
        List<OwnerReference> solid = [], gone = [], waiting = [];
        foreach (var owner in item.Owners)
        {
            switch (await LookUpAsync(item, owner, cancellationToken))
            {
                case OwnerState.Exists:
                    solid.Add(owner);
                    break;
                case OwnerState.WaitsForDependents:
                    waiting.Add(owner);
                    break;
                case OwnerState.Gone:
                    gone.Add(owner);
                    break;
                default:
                    // Unknown kinds may be served later; until then nothing is known about the owner.
                    Log.UnknownOwner(logger, item.Resource.Plural, item.Name, owner.ApiVersion, owner.Kind);
                    return TimeSpan.FromSeconds(5);
            }
        }
        if (solid.Count > 0)
        {
            if (gone.Count + waiting.Count > 0)
                await DropReferencesAsync(item, [.. gone.Concat(waiting).Select(owner => owner.Uid)], cancellationToken);
            return null;
        }
        var policy = waiting.Count > 0 && _graph.Dependents(item.Uid).Count > 0 || item.Finalizers.Contains(ForegroundFinalizer)
            ? "Foreground"
            : item.Finalizers.Contains(OrphanFinalizer) ? "Orphan" : "Background";
        Log.Collected(logger, item.Resource.Plural, item.Namespace, item.Name, policy);
        await client.DeleteAsync(item.Resource, item.Namespace, item.Name, new JsonObject
        {
            ["propagationPolicy"] = policy,
            ["preconditions"] = new JsonObject { ["uid"] = item.Uid },
        }, cancellationToken);
        return null;
    }

    private async Task<OwnerState> LookUpAsync(OwnedObject item, OwnerReference owner, CancellationToken cancellationToken)
    {
        if (_graph.Find(owner.Uid) is { } known && known.Name == owner.Name)
            return known.WaitsForDependents && owner.Blocks ? OwnerState.WaitsForDependents : OwnerState.Exists;
        var group = owner.ApiVersion.Contains('/', StringComparison.Ordinal) ? owner.ApiVersion[..owner.ApiVersion.IndexOf('/')] : "";
        var definition = registry.Definitions.FirstOrDefault(served => served.Group == group && served.Kind == owner.Kind);
        if (definition is null || definition.Namespaced && item.Namespace is null)
            return OwnerState.Unknown;
        // The graph may lag behind: the store decides.
        var live = await client.GetAsync(
            new GroupResource(definition.Group, definition.Plural), definition.Namespaced ? item.Namespace : null, owner.Name, cancellationToken);
        return live.Text("metadata", "uid") == owner.Uid ? OwnerState.Exists : OwnerState.Gone;
    }

    private async Task ReleaseAsync(OwnedObject owner, CancellationToken cancellationToken)
    {
        var blocking = false;
        foreach (var dependent in _graph.Dependents(owner.Uid))
        {
            blocking |= dependent.Owners.Any(reference => reference.Uid == owner.Uid && reference.Blocks);
            if (!dependent.IsDeleting)
                await JudgeAsync(dependent, cancellationToken);
        }
        if (!blocking)
            await EditAsync(owner, value => RemoveText(value, "finalizers", ForegroundFinalizer), cancellationToken);
    }

    private async Task OrphanAsync(OwnedObject owner, CancellationToken cancellationToken)
    {
        foreach (var dependent in _graph.Dependents(owner.Uid))
            await DropReferencesAsync(dependent, [owner.Uid], cancellationToken);
        await EditAsync(owner, value => RemoveText(value, "finalizers", OrphanFinalizer), cancellationToken);
    }

    private Task DropReferencesAsync(OwnedObject item, HashSet<string> uids, CancellationToken cancellationToken) => EditAsync(item, value =>
    {
        var metadata = (JsonObject)value["metadata"]!;
        var kept = value.Children("metadata", "ownerReferences").Where(reference => !uids.Contains(reference.Text("uid") ?? ""))
            .Select(reference => reference.DeepClone()).ToArray();
        if (kept.Length == 0)
            metadata.Remove("ownerReferences");
        else
            metadata["ownerReferences"] = new JsonArray(kept);
    }, cancellationToken);

    private async Task EditAsync(OwnedObject item, Action<JsonObject> edit, CancellationToken cancellationToken)
    {
        if (await client.GetAsync(item.Resource, item.Namespace, item.Name, cancellationToken) is not { } live
            || live.Text("metadata", "uid") != item.Uid)
        {
            return;
        }
        edit(live);
        await client.UpdateAsync(item.Resource, live, null, cancellationToken);
    }

    private static void RemoveText(JsonObject value, string list, string text)
    {
        var metadata = (JsonObject)value["metadata"]!;
        var kept = value.Texts("metadata", list).Where(item => item != text).Select(item => (JsonNode)item).ToArray();
        if (kept.Length == 0)
            metadata.Remove(list);
        else
            metadata[list] = new JsonArray(kept);
    }

    private enum OwnerState
    {
        Exists,
        WaitsForDependents,
        Gone,
        Unknown,
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Debug, "Deleting {Resource} {Namespace}/{Name} ({Policy}): its owners are gone")]
        public static partial void Collected(ILogger logger, string resource, string? @namespace, string name, string policy);

        [LoggerMessage(2, LogLevel.Warning, "{Resource} {Name} names an owner of {ApiVersion} {Kind}, which cannot be looked up: it is kept")]
        public static partial void UnknownOwner(ILogger logger, string resource, string name, string apiVersion, string kind);
    }
}
