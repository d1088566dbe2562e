using System.Collections.Concurrent;
using Operator.Kubernetes;
using Operator.Kubernetes.Models;
using Operator.Rollouts.Configuration;

namespace Benchmarks.Propagation;

/// <summary>A configuration that the operator wrote.</summary>
/// <param name="Generation">Its generation.</param>
/// <param name="Weight">The canary's weight in it.</param>
/// <param name="Seen">When a watch had it.</param>
internal sealed record Written(long Generation, int Weight, long Seen);

/// <summary>Which configurations the operator writes of a deployment, by a watch.</summary>
internal static class WriteTimes
{
    /// <summary>Begins.</summary>
    /// <returns>What ends when it is cancelled.</returns>
    public static async Task<Task> StartAsync(IKubernetesClient client, string space, string deployment, ConcurrentQueue<Written> written, CancellationToken cancellationToken)
    {
        var options = new WatchOptions { Namespace = space, FieldSelector = "metadata.name=" + LimiterConfigMap.Name(deployment) };
        var list = await client.ListAsync<V1ConfigMap>(new ListOptions { Namespace = options.Namespace, FieldSelector = options.FieldSelector }, cancellationToken);
        return FollowAsync(client, options with { ResourceVersion = list.Metadata.ResourceVersion }, written, cancellationToken);
    }

    private static async Task FollowAsync(IKubernetesClient client, WatchOptions options, ConcurrentQueue<Written> written, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var change in client.WatchAsync<V1ConfigMap>(options, cancellationToken))
            {
                if (change.Object is { } map && LimiterConfigMap.Read(map).Configuration is { } held) written.Enqueue(new Written(held.Generation, held.CanaryWeight, Stamp.Now));
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
        }
    }
}
