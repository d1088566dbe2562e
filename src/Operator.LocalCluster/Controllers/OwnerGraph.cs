using System.Text.Json.Nodes;
using Operator.LocalCluster.Api;
using Operator.LocalCluster.Resources;

namespace Operator.LocalCluster.Controllers;

/// <summary>Who owns whom, by UID. Safe for concurrent use.</summary>
internal sealed class OwnerGraph
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, OwnedObject> _objects = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<string>> _dependents = new(StringComparer.Ordinal);

    /// <summary>Takes in an object's present state.</summary>
    public OwnedObject Set(GroupResource resource, JsonObject value)
    {
        var item = new OwnedObject(
            resource, value.Text("metadata", "uid") ?? "", value.Text("metadata", "namespace"), value.Text("metadata", "name") ?? "",
            [.. value.Children("metadata", "ownerReferences").Select(OwnerReference.Read)],
            value.Text("metadata", "deletionTimestamp") is not null, [.. value.Texts("metadata", "finalizers")]);
        lock (_gate)
        {
            Unlink(item.Uid);
            _objects[item.Uid] = item;
            foreach (var owner in item.Owners)
            {
                if (!_dependents.TryGetValue(owner.Uid, out var dependents))
                    _dependents[owner.Uid] = dependents = new(StringComparer.Ordinal);
                dependents.Add(item.Uid);
            }
        }
        return item;
    }

    /// <summary>Forgets an object that is gone.</summary>
    public void Remove(string uid)
    {
        lock (_gate)
        {
            Unlink(uid);
            _objects.Remove(uid);
        }
    }

    /// <summary>An object that exists, or null.</summary>
    public OwnedObject? Find(string uid)
    {
        lock (_gate)
            return _objects.GetValueOrDefault(uid);
    }

    /// <summary>The objects that name an owner.</summary>
    public IReadOnlyList<OwnedObject> Dependents(string uid)
    {
        lock (_gate)
            return _dependents.TryGetValue(uid, out var dependents) ? [.. dependents.Select(dependent => _objects[dependent])] : [];
    }

    private void Unlink(string uid)
    {
        if (!_objects.TryGetValue(uid, out var former))
            return;
        foreach (var owner in former.Owners)
            if (_dependents.TryGetValue(owner.Uid, out var dependents) && dependents.Remove(uid) && dependents.Count == 0)
                _dependents.Remove(owner.Uid);
    }
}

/// <summary>What the garbage collector knows of an object.</summary>
internal sealed record OwnedObject(
    GroupResource Resource, string Uid, string? Namespace, string Name, IReadOnlyList<OwnerReference> Owners, bool IsDeleting,
    IReadOnlyList<string> Finalizers)
{
    /// <summary>Whether it waits, being deleted, for its dependents to go first.</summary>
    public bool WaitsForDependents => IsDeleting && Finalizers.Contains(GarbageCollector.ForegroundFinalizer);
}

/// <summary>A reference to an owner.</summary>
internal readonly record struct OwnerReference(string ApiVersion, string Kind, string Name, string Uid, bool Blocks)
{
    /// <summary>Reads one entry of metadata.ownerReferences.</summary>
    public static OwnerReference Read(JsonObject reference) => new(
        reference.Text("apiVersion") ?? "", reference.Text("kind") ?? "", reference.Text("name") ?? "", reference.Text("uid") ?? "",
        reference.Flag("blockOwnerDeletion") == true);
}
