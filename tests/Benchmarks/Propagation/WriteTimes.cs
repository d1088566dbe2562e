using System.Collections.Concurrent;
using System.Diagnostics;
using Operator.Kubernetes;
using Operator.Kubernetes.Models;
using Operator.Rollouts.Configuration;

namespace Benchmarks.Propagation;

/// <summary>When the operator's writes of a deployment's configuration reached a watch: the earliest that anybody can know of them.</summary>
internal static class WriteTimes
{
    public static async Task RecordAsync(
        IKubernetesClient client, string space, string deployment, ConcurrentDictionary<long, (long At, string What)> written, CancellationToken cancellationToken)
    {
        try
        {
            var field = "metadata.name=" + LimiterConfigMap.Name(deployment);
            var list = await client.ListAsync<V1ConfigMap>(new ListOptions { Namespace = space, FieldSelector = field }, cancellationToken);
            foreach (var map in list.Items) Note(map, "seen before");
            await foreach (var change in client.WatchAsync<V1ConfigMap>(
                new WatchOptions { Namespace = space, FieldSelector = field, ResourceVersion = list.Metadata.ResourceVersion }, cancellationToken))
                Note(change.Object, null);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
        }

        void Note(V1ConfigMap? map, string? what)
        {
            if (map is null || LimiterConfigMap.Read(map).Configuration is not { } held) return;
            written.TryAdd(held.Generation, (Stopwatch.GetTimestamp(), what ?? (held.CanaryWeight > 0 ? $"weight {held.CanaryWeight / 100.0:0.##}%" : $"weight 0 (generation {held.Generation})")));
        }
    }
}
