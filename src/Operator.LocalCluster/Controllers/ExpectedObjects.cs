using System.Text.Json.Nodes;
using Operator.LocalCluster.Api;
using Operator.LocalCluster.Resources;

namespace Operator.LocalCluster.Controllers;

/// <summary>
/// Remembers what was created for an owner until the cache has shown it, so that a controller never decides on a cache that is older
/// than its own writes.
/// </summary>
internal sealed class ExpectedObjects
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, HashSet<string>> _names = new(StringComparer.Ordinal);

    /// <summary>An object is about to be created for an owner.</summary>
    public void Add(string ownerUid, string name)
    {
        lock (_gate)
        {
            if (!_names.TryGetValue(ownerUid, out var names))
                _names[ownerUid] = names = new(StringComparer.Ordinal);
            names.Add(name);
        }
    }

    /// <summary>An object was seen, or was not created after all.</summary>
    public void Seen(string ownerUid, string name)
    {
        lock (_gate)
        {
            if (_names.TryGetValue(ownerUid, out var names) && names.Remove(name) && names.Count == 0)
                _names.Remove(ownerUid);
        }
    }

    /// <summary>Whether the cache has shown everything that was created for an owner.</summary>
    public bool AllSeen(string ownerUid)
    {
        lock (_gate)
            return !_names.ContainsKey(ownerUid);
    }

    /// <summary>Creates a pod and expects to see it.</summary>
    public async ValueTask CreateAsync(IInternalClient client, string ownerUid, JsonObject pod, CancellationToken cancellationToken)
    {
        var name = pod.Text("metadata", "name")!;
        Add(ownerUid, name);
        try
        {
            await client.CreateAsync(WellKnown.Pods, pod, cancellationToken);
        }
        catch
        {
            Seen(ownerUid, name);
            throw;
        }
    }

    /// <summary>Forgets an owner.</summary>
    public void Forget(string ownerUid)
    {
        lock (_gate)
            _names.Remove(ownerUid);
    }
}
