using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;
using Operator.Contract;
using Operator.Kubernetes.Models;
using Operator.Rollouts;
using Operator.Rollouts.Configuration;
using Operator.Runtime.Caching;
using Operator.Runtime.Hosting;

namespace Operator.Limiters.Configurations;

/// <summary>One message of the stream.</summary>
/// <param name="Json">A <see cref="LimiterConfiguration"/> in one line.</param>
/// <param name="Digest">The SHA-256 of it, hexadecimal.</param>
internal sealed record ConfigurationPayload(byte[] Json, string Digest);

/// <summary>
/// What limiters hold: the configurations in the limiter ConfigMaps, from the cache. One that was edited by hand is not passed on; its
/// predecessor stays until it is written anew. Safe for concurrent use.
/// </summary>
internal sealed class LimiterConfigurations : IInformerHandler<V1ConfigMap>, IDisposable
{
    private readonly ConcurrentDictionary<ObjectKey, DeploymentConfiguration> _held = new();
    private readonly ConcurrentDictionary<(string Deployments, long Epoch, long Version), ConfigurationPayload> _payloads = new();
    private readonly IInformer<V1ConfigMap> _maps;
    private readonly IDisposable _subscription;
    private long _version;

    public LimiterConfigurations(IInformers informers, OperatorSettings settings)
    {
        _maps = informers.Get<V1ConfigMap>(RolloutCaches.Children(settings));
        _subscription = _maps.AddHandler(this);
    }

    /// <summary>Raised when a deployment's configuration changed. Handlers must be quick.</summary>
    public event Action<ObjectKey>? Changed;

    /// <summary>Completes when all are known.</summary>
    public Task WaitForSyncAsync(CancellationToken cancellationToken) => _maps.WaitForSyncAsync(cancellationToken);

    /// <summary>The configuration of a deployment; null when it has none.</summary>
    public DeploymentConfiguration? Of(ObjectKey deployment) => _held.GetValueOrDefault(deployment);

    /// <summary>The message for limiters that serve these deployments. Those of one workload share it.</summary>
    public ConfigurationPayload Payload(IReadOnlyList<ObjectKey> deployments, long epoch)
    {
        // The version is read before the configurations are: a message made while one changes is not found under the next version.
        var key = (string.Join(' ', deployments), epoch, Interlocked.Read(ref _version));
        if (_payloads.TryGetValue(key, out var payload)) return payload;
        return _payloads[key] = Write(deployments.Select(Of), epoch);
    }

    public void OnAdded(V1ConfigMap entity, bool isInInitialList) => Take(entity);

    public void OnUpdated(V1ConfigMap previous, V1ConfigMap current) => Take(current);

    public void OnDeleted(V1ConfigMap entity, bool finalStateUnknown)
    {
        // Limiters go on with what they hold; the operator writes a deleted map anew as long as its deployment lives.
        if (Deployment(entity) is not { } key || !_held.TryRemove(key, out _)) return;
        Tell(key);
    }

    public void Dispose() => _subscription.Dispose();

    private static ConfigurationPayload Write(IEnumerable<DeploymentConfiguration?> deployments, long epoch)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(
            new LimiterConfiguration { Epoch = epoch, Deployments = [.. deployments.OfType<DeploymentConfiguration>()] },
            ContractJsonContext.Default.LimiterConfiguration);
        return new ConfigurationPayload(json, Convert.ToHexStringLower(SHA256.HashData(json)));
    }

    private void Take(V1ConfigMap map)
    {
        if (Deployment(map) is not { } key || LimiterConfigMap.Read(map) is not { IsIntact: true, Configuration: { } configuration }) return;
        if (_held.TryGetValue(key, out var held) && held.Generation == configuration.Generation) return;
        _held[key] = configuration;
        Tell(key);
    }

    private void Tell(ObjectKey key)
    {
        Interlocked.Increment(ref _version);
        _payloads.Clear();
        Changed?.Invoke(key);
    }

    private static ObjectKey? Deployment(V1ConfigMap map) =>
        map.Metadata.Name is { } name && name.StartsWith(LimiterPod.ConfigMapPrefix, StringComparison.Ordinal)
            ? new ObjectKey(map.Metadata.NamespaceProperty, name[LimiterPod.ConfigMapPrefix.Length..])
            : null;
}
