using System.Text.Json;
using Operator.Cli.Local.Platform;
using Operator.Contract;
using Operator.Kubernetes;
using Operator.Kubernetes.Models;

namespace Operator.Cli.Local.Stories;

/// <summary>Who served, in the order in which limiters were told: what the limiter ConfigMap of a deployment said, each change once. Safe for concurrent use.</summary>
/// <param name="client">The cluster.</param>
/// <param name="space">The deployment's namespace.</param>
/// <param name="deployment">The deployment.</param>
internal sealed class WeightRecorder(IKubernetesClient client, string space, string deployment)
{
    private readonly Lock _gate = new();
    private readonly List<string> _sequence = [];
    private long _generation;

    /// <summary>The sequence so far, such as <c>v14</c>, <c>v14+v15@10%</c>, <c>v15</c>.</summary>
    public IReadOnlyList<string> Sequence
    {
        get { lock (_gate) return [.. _sequence]; }
    }

    /// <summary>Waits until a state is the last of the sequence: a change is seen a moment after the status told of it.</summary>
    /// <exception cref="TimeoutException">It is not seen in two minutes.</exception>
    public Task SeesAsync(string state, CancellationToken cancellationToken) =>
        LocalPlatform.UntilAsync(() => Task.FromResult(Sequence is [.., var last] && last == state), $"limiters to be told {state}", cancellationToken);

    /// <summary>Records until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                var name = LimiterPod.ConfigMapPrefix + deployment;
                var list = await client.ListAsync<V1ConfigMap>(new ListOptions { Namespace = space, FieldSelector = "metadata.name=" + name }, cancellationToken);
                foreach (var map in list.Items) Take(map);
                var watch = client.WatchAsync<V1ConfigMap>(
                    new WatchOptions { Namespace = space, FieldSelector = "metadata.name=" + name, ResourceVersion = list.Metadata.ResourceVersion }, cancellationToken);
                await foreach (var change in watch) Take(change.Object);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error) when (error is KubernetesException or HttpRequestException or IOException)
            {
                // The list that follows tells what was missed, except for steps in between: none lasts so shortly.
                await Task.Delay(100, CancellationToken.None);
            }
        }
    }

    private void Take(V1ConfigMap? map)
    {
        if (map?.Data is null || !map.Data.TryGetValue(LimiterPod.ConfigMapKey, out var text)) return;
        var held = JsonSerializer.Deserialize(text, ContractJsonContext.Default.DeploymentConfiguration);
        lock (_gate)
        {
            if (held is null || held.Generation <= _generation) return;
            _generation = held.Generation;
            var state = (held.Stable?.PromptVersion ?? "none")
                + (held is { Canary: { } canary, CanaryWeight: > 0 } ? $"+{canary.PromptVersion}@{held.CanaryWeight / 100.0:0.##}%" : "");
            if (_sequence is not [.., var last] || last != state) _sequence.Add(state);
        }
    }
}
