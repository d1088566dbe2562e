using Operator.LocalCluster.Api;
using Operator.LocalCluster.Resources;

namespace Operator.LocalCluster.Controllers;

/// <summary>Watches everything that can be watched, what is registered later included.</summary>
/// <param name="client">Watches.</param>
/// <param name="registry">Tells what is served.</param>
/// <param name="take">Gets every event; called from several threads.</param>
internal sealed class ResourceFollower(IInternalClient client, IResourceRegistry registry, Action<GroupResource, ObjectChange> take)
{
    private readonly Lock _gate = new();
    private readonly HashSet<GroupResource> _followed = [];
    private readonly HashSet<string> _storages = new(StringComparer.Ordinal);

    /// <summary>Follows until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var failed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void Start()
        {
            foreach (var definition in registry.Definitions.Where(definition => definition.Verbs.Contains("watch")))
            {
                var resource = new GroupResource(definition.Group, definition.Plural);
                lock (_gate)
                {
                    // Two groups that share their storage show the same objects.
                    if (!_storages.Add(definition.StorageKey) || !_followed.Add(resource))
                        continue;
                }
                _ = FollowAsync(resource, definition.StorageKey, failed, cancellationToken);
            }
        }
        registry.Changed += Start;
        try
        {
            Start();
            await failed.Task.WaitAsync(cancellationToken);
        }
        finally
        {
            registry.Changed -= Start;
        }
    }

    private async Task FollowAsync(GroupResource resource, string storage, TaskCompletionSource failed, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var change in client.WatchAsync(resource, cancellationToken))
                take(resource, change);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The end of every watch.
        }
        catch (Exception error)
        {
            failed.TrySetException(error);
        }
        finally
        {
            lock (_gate)
            {
                _followed.Remove(resource);
                _storages.Remove(storage);
            }
        }
    }
}
