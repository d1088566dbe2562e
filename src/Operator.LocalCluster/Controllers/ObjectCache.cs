using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Operator.LocalCluster.Api;
using Operator.LocalCluster.Resources;

namespace Operator.LocalCluster.Controllers;

/// <summary>The objects of one resource as a watch has told them. Objects in it are shared: whoever changes one clones it first.</summary>
internal sealed class ObjectCache(IInternalClient client, GroupResource resource)
{
    private readonly ConcurrentDictionary<(string Namespace, string Name), JsonObject> _objects = new();
    private readonly TaskCompletionSource _synced = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Raised after each change with the former and the new object; null for none.</summary>
    public event Action<JsonObject?, JsonObject?>? Changed;

    /// <summary>Ends when all objects present at the start are known.</summary>
    public Task Synced => _synced.Task;

    /// <summary>All objects.</summary>
    public IEnumerable<JsonObject> All => _objects.Values;

    /// <summary>The objects of a namespace.</summary>
    public IEnumerable<JsonObject> In(string ns) => _objects.Where(pair => pair.Key.Namespace == ns).Select(pair => pair.Value);

    /// <summary>One object, or null.</summary>
    public JsonObject? Find(string ns, string name) => _objects.GetValueOrDefault((ns, name));

    /// <summary>Follows the watch until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await foreach (var change in client.WatchAsync(resource, cancellationToken))
        {
            if (change.Object is not { } value)
            {
                _synced.TrySetResult();
                continue;
            }
            var key = (value.Text("metadata", "namespace") ?? "", value.Text("metadata", "name") ?? "");
            var former = _objects.GetValueOrDefault(key);
            if (change.Type == ObjectChangeType.Deleted)
                _objects.TryRemove(key, out _);
            else
                _objects[key] = value;
            Changed?.Invoke(former, change.Type == ObjectChangeType.Deleted ? null : value);
        }
    }
}
