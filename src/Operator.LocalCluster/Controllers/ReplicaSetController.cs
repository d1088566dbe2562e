using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Operator.LocalCluster.Api;
using Operator.LocalCluster.Resources;

namespace Operator.LocalCluster.Controllers;

/// <summary>Keeps as many pods of a ReplicaSet as it asks for.</summary>
internal sealed class ReplicaSetController(IInternalClient client, TimeProvider time, ILogger<ReplicaSetController> logger) : IController
{
    private readonly ObjectCache _sets = new(client, WellKnown.ReplicaSets);
    private readonly ObjectCache _pods = new(client, WellKnown.Pods);
    private readonly ExpectedObjects _expected = new();

    /// <inheritdoc/>
    public string Name => "replicaset";

    /// <inheritdoc/>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var loop = new ReconcileLoop<(string Namespace, string Name)>(Name, ReconcileAsync, time, logger);
        _sets.Changed += (former, value) =>
        {
            var set = value ?? former;
            if (value is null)
                _expected.Forget(set.Text("metadata", "uid") ?? "");
            loop.Add((set.Text("metadata", "namespace") ?? "", set.Text("metadata", "name") ?? ""));
        };
        _pods.Changed += (former, value) =>
        {
            if (Owners.Controller(value ?? former) is not { } owner || owner.Text("kind") != "ReplicaSet")
                return;
            _expected.Seen(owner.Text("uid") ?? "", (value ?? former).Text("metadata", "name") ?? "");
            loop.Add(((value ?? former).Text("metadata", "namespace") ?? "", owner.Text("name") ?? ""));
        };
        await Task.WhenAll(_sets.RunAsync(cancellationToken), _pods.RunAsync(cancellationToken), StartAsync(loop, cancellationToken));
    }

    private async Task StartAsync(ReconcileLoop<(string, string)> loop, CancellationToken cancellationToken)
    {
        await Task.WhenAll(_sets.Synced, _pods.Synced).WaitAsync(cancellationToken);
        await loop.RunAsync(2, cancellationToken);
    }

    private async Task<TimeSpan?> ReconcileAsync((string Namespace, string Name) key, CancellationToken cancellationToken)
    {
        if (await client.GetAsync(WellKnown.ReplicaSets, key.Namespace, key.Name, cancellationToken) is not { } set)
            return null;
        var uid = set.Text("metadata", "uid")!;
        // The event that shows the last created pod asks for the next turn.
        if (!_expected.AllSeen(uid))
            return null;
        var pods = _pods.In(key.Namespace).Where(pod => Owners.IsControlledBy(pod, set) && PodStates.IsActive(pod)).ToList();
        var wanted = set.Text("metadata", "deletionTimestamp") is null ? set.Number("spec", "replicas") ?? 1 : pods.Count;
        await TellAsync(set, pods, cancellationToken);
        for (var i = pods.Count; i < wanted; i++)
            await _expected.CreateAsync(client, uid, Owners.PodOf(set, set.Child("spec", "template"), key.Name + "-"), cancellationToken);
        // Pods that do not serve go first, then the youngest.
        var surplus = pods.OrderBy(PodStates.IsReady).ThenByDescending(pod => pod.Text("metadata", "creationTimestamp"), StringComparer.Ordinal)
            .Take((int)Math.Max(0, pods.Count - wanted));
        foreach (var pod in surplus)
            await client.DeleteAsync(WellKnown.Pods, key.Namespace, pod.Text("metadata", "name")!, null, cancellationToken);
        return NextAvailable(set, pods);
    }

    // Nothing changes when a ready pod becomes available: only time passes.
    private TimeSpan? NextAvailable(JsonObject set, List<JsonObject> pods)
    {
        if (set.Number("spec", "minReadySeconds") is not ({ } minimum and > 0))
            return null;
        var now = time.GetUtcNow();
        var left = pods.Select(PodStates.ReadySince).OfType<DateTimeOffset>().Select(since => since.AddSeconds(minimum) - now)
            .Where(wait => wait > TimeSpan.Zero).ToList();
        return left.Count == 0 ? null : left.Min();
    }

    private async Task TellAsync(JsonObject set, List<JsonObject> pods, CancellationToken cancellationToken)
    {
        var status = new JsonObject { ["replicas"] = pods.Count };
        var labels = set.Child("spec", "template", "metadata", "labels").TextMap().ToList();
        var ready = pods.Count(PodStates.IsReady);
        var minimum = TimeSpan.FromSeconds(set.Number("spec", "minReadySeconds") ?? 0);
        var now = time.GetUtcNow();
        Count(status, "fullyLabeledReplicas", pods.Count(pod => labels.All(label => pod.Text("metadata", "labels", label.Key) == label.Value)));
        Count(status, "readyReplicas", ready);
        Count(status, "availableReplicas", pods.Count(pod => PodStates.ReadySince(pod) is { } since && now - since >= minimum));
        if (set.At("metadata", "generation") is { } generation)
            status["observedGeneration"] = generation.DeepClone();
        if (JsonNode.DeepEquals(status, set["status"]))
            return;
        set["status"] = status;
        await client.UpdateAsync(WellKnown.ReplicaSets, set, "status", cancellationToken);
    }

    private static void Count(JsonObject status, string field, int count)
    {
        if (count > 0)
            status[field] = count;
    }
}
