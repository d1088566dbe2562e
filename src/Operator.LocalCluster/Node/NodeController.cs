using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Operator.LocalCluster.Api;
using Operator.LocalCluster.Controllers;
using Operator.LocalCluster.Resources;

namespace Operator.LocalCluster.Node;

/// <summary>The only node: takes every pod, runs it inside this process, and finishes its deletion.</summary>
internal sealed partial class NodeController(NodeServices services) : IController
{
    private readonly ConcurrentDictionary<string, PodWorker> _workers = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Task> _runs = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Task> _farewells = new(StringComparer.Ordinal);
    private readonly ObjectCache _pods = new(services.Client, WellKnown.Pods);
    // Shared by the clusters of this process, and apart from those of others: pods listen on fixed ports.
    private static int s_addresses;

    /// <inheritdoc/>
    public string Name => "node";

    /// <inheritdoc/>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(services.Directory);
        await RegisterAsync(cancellationToken);
        var files = new ReconcileLoop<string>("node: files", RefreshAsync, services.Time, services.Logger);
        var pods = new ReconcileLoop<(string Namespace, string Name)>(
            "node: pods", (key, stop) => ReconcileAsync(key, files, cancellationToken, stop), services.Time, services.Logger);
        _pods.Changed += (former, value) =>
            pods.Add(((value ?? former).Text("metadata", "namespace") ?? "", (value ?? former).Text("metadata", "name") ?? ""));
        try
        {
            await Task.WhenAll(
                _pods.RunAsync(cancellationToken), pods.RunAsync(4, cancellationToken), files.RunAsync(1, cancellationToken),
                FollowSourceAsync(WellKnown.ConfigMaps, files, cancellationToken), FollowSourceAsync(WellKnown.Secrets, files, cancellationToken));
        }
        finally
        {
            await Task.WhenAll(_runs.Values);
            await Task.WhenAll(_farewells.Values);
            foreach (var worker in _workers.Values)
                await worker.DisposeAsync();
            if (services.Options.Directory is null && Directory.Exists(services.Directory))
                Directory.Delete(services.Directory, recursive: true);
        }
    }

    /// <summary>The worker of a pod that this node runs; null for any other.</summary>
    public PodWorker? Find(string ns, string name) =>
        _pods.Find(ns, name) is { } pod && _workers.TryGetValue(pod.Text("metadata", "uid") ?? "", out var worker) ? worker : null;

    private async Task RegisterAsync(CancellationToken cancellationToken)
    {
        if (await services.Client.GetAsync(WellKnown.Nodes, null, services.Options.Name, cancellationToken) is not null)
            return;
        var node = await services.Client.CreateAsync(WellKnown.Nodes, new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["name"] = services.Options.Name,
                ["labels"] = new JsonObject { ["kubernetes.io/hostname"] = services.Options.Name },
            },
            ["spec"] = new JsonObject(),
        }, cancellationToken);
        node["status"] = NodeStatus.Describe(services.Time.GetUtcNow());
        await services.Client.UpdateAsync(WellKnown.Nodes, node, "status", cancellationToken);
    }

    private async Task<TimeSpan?> ReconcileAsync(
        (string Namespace, string Name) key, ReconcileLoop<string> files, CancellationToken life, CancellationToken cancellationToken)
    {
        if (await services.Client.GetAsync(WellKnown.Pods, key.Namespace, key.Name, cancellationToken) is not { } pod)
        {
            StopMissing(key);
            return null;
        }
        var uid = pod.Text("metadata", "uid")!;
        var node = pod.Text("spec", "nodeName");
        if (node is null or "")
        {
            if (!PodStates.IsActive(pod) || pod.Children("spec", "schedulingGates").Any())
                return null;
            pod.Ensure("spec")["nodeName"] = services.Options.Name;
            await services.Client.UpdateAsync(WellKnown.Pods, pod, "binding", cancellationToken);
            return null;
        }
        if (node != services.Options.Name)
            return null;
        if (PodStates.IsTerminating(pod))
        {
            var grace = TimeSpan.FromSeconds(pod.Number("metadata", "deletionGracePeriodSeconds") ?? 30);
            if (_workers.TryGetValue(uid, out var worker))
                worker.Stop(grace);
            else
                await RemoveAsync(pod, cancellationToken);
            return null;
        }
        if (PodStates.IsActive(pod) && !_workers.ContainsKey(uid))
            Start(pod, files, life);
        return null;
    }

    private void Start(JsonObject pod, ReconcileLoop<string> files, CancellationToken life)
    {
        var worker = new PodWorker(pod, services, NextAddress());
        if (!_workers.TryAdd(worker.Uid, worker))
            return;
        files.AddAfter(worker.Uid, worker.TokenRenewal);
        _runs[worker.Uid] = Task.Run(() => RunPodAsync(worker, life), CancellationToken.None);
    }

    private async Task RunPodAsync(PodWorker worker, CancellationToken life)
    {
        var (ns, name) = (worker.Pod.Text("metadata", "namespace")!, worker.Pod.Text("metadata", "name")!);
        try
        {
            await worker.RunAsync(life);
            if (life.IsCancellationRequested)
                return;
            // An ended pod stays, with its logs, until it is deleted; then nobody waits for it any more.
            if (await services.Client.GetAsync(WellKnown.Pods, ns, name, life) is { } pod
                && pod.Text("metadata", "uid") == worker.Uid && PodStates.IsTerminating(pod))
            {
                await RemoveAsync(pod, life);
            }
        }
        catch (OperationCanceledException) when (life.IsCancellationRequested)
        {
            // The cluster stops.
        }
        catch (Exception error)
        {
            Log.PodFailed(services.Logger, error, ns, name);
        }
        finally
        {
            _runs.TryRemove(worker.Uid, out _);
        }
    }

    private async Task RemoveAsync(JsonObject pod, CancellationToken cancellationToken)
    {
        await services.Client.DeleteAsync(WellKnown.Pods, pod.Text("metadata", "namespace"), pod.Text("metadata", "name")!, new JsonObject
        {
            ["gracePeriodSeconds"] = 0,
            ["preconditions"] = new JsonObject { ["uid"] = pod.Text("metadata", "uid") },
        }, cancellationToken);
    }

    // A pod that was removed by force has no object any more, but may still run here.
    private void StopMissing((string Namespace, string Name) key)
    {
        foreach (var worker in _workers.Values)
        {
            if (worker.Pod.Text("metadata", "namespace") != key.Namespace || worker.Pod.Text("metadata", "name") != key.Name)
                continue;
            _farewells.GetOrAdd(worker.Uid, _ => FarewellAsync(worker));
        }
    }

    private async Task FarewellAsync(PodWorker worker)
    {
        // It must stand in the dictionary before it can take itself out.
        await Task.Yield();
        worker.Stop(TimeSpan.FromSeconds(2));
        if (_runs.TryGetValue(worker.Uid, out var run))
            await run;
        if (_workers.TryRemove(worker.Uid, out var gone))
            await gone.DisposeAsync();
        _farewells.TryRemove(worker.Uid, out _);
    }

    private async Task FollowSourceAsync(GroupResource resource, ReconcileLoop<string> files, CancellationToken cancellationToken)
    {
        var cache = new ObjectCache(services.Client, resource);
        cache.Changed += (_, value) =>
        {
            if (value is null)
                return;
            foreach (var worker in _workers.Values)
            {
                if (worker.Pod.Text("metadata", "namespace") == value.Text("metadata", "namespace")
                    && PodVolumes.Uses(worker.Pod, resource, value.Text("metadata", "name") ?? ""))
                {
                    files.AddAfter(worker.Uid, services.Options.VolumeUpdateDelay);
                }
            }
        };
        await cache.RunAsync(cancellationToken);
    }

    private async Task<TimeSpan?> RefreshAsync(string uid, CancellationToken cancellationToken)
    {
        if (!_workers.TryGetValue(uid, out var worker))
            return null;
        await worker.RefreshAsync(cancellationToken);
        return worker.TokenRenewal;
    }

    private IPAddress NextAddress()
    {
        if (!services.Options.UniquePodAddresses)
            return IPAddress.Loopback;
        var number = Interlocked.Increment(ref s_addresses);
        return new IPAddress([127, (byte)(1 + (Environment.ProcessId % 254)), (byte)(number / 250 % 250), (byte)(1 + (number % 250))]);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Pod {Namespace}/{Pod} failed on the node")]
        public static partial void PodFailed(ILogger logger, Exception error, string @namespace, string pod);
    }
}
