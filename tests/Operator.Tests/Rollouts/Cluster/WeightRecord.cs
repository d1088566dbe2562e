using Operator.Kubernetes;
using Operator.Kubernetes.Models;
using Operator.Rollouts.Configuration;

namespace Operator.Tests.Rollouts.Cluster;

/// <summary>Every weight that the limiter ConfigMap ever had, from a watch: nothing in between is missed.</summary>
internal sealed class WeightRecord : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly List<int> _weights = [];
    private readonly Task _run;

    private WeightRecord(IKubernetesClient client, string version) => _run = RunAsync(client, version);

    public static async Task<WeightRecord> StartAsync(IKubernetesClient client)
    {
        var list = await client.ListAsync<V1ConfigMap>(new ListOptions { Namespace = RolloutCluster.Namespace });
        return new WeightRecord(client, list.Metadata.ResourceVersion!);
    }

    public IReadOnlyList<int> Weights
    {
        get { lock (_weights) return [.. _weights]; }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        try
        {
            await _run;
        }
        catch (OperationCanceledException)
        {
            // That is how it ends.
        }
        _stop.Dispose();
    }

    private async Task RunAsync(IKubernetesClient client, string version)
    {
        var options = new WatchOptions { Namespace = RolloutCluster.Namespace, ResourceVersion = version };
        await foreach (var change in client.WatchAsync<V1ConfigMap>(options, _stop.Token))
        {
            if (change.Object?.Metadata.Name != "claude-limiter-triage" || LimiterConfigMap.Read(change.Object).Configuration is not { } held) continue;
            lock (_weights)
            {
                if (_weights.LastOrDefault(-1) != held.CanaryWeight) _weights.Add(held.CanaryWeight);
            }
        }
    }
}
