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
/// <param name="Event">A <see cref="LimiterConfiguration"/> as the event that it is sent as: the same bytes go to every limiter.</param>
/// <param name="Digest">The SHA-256 of its JSON, hexadecimal.</param>
internal sealed record ConfigurationPayload(byte[] Event, string Digest);

/// <summary>
/// What limiters hold: the configurations in the limiter ConfigMaps, from the cache. One that was edited by hand is not passed on; its
/// predecessor stays until it is written anew. Safe for concurrent use.
/// </summary>
internal sealed class LimiterConfigurations : IInformerHandler<V1ConfigMap>, IDisposable
{
    private readonly ConcurrentDictionary<ObjectKey, (DeploymentConfiguration Configuration, DateTimeOffset Since)> _held = new();
    private readonly ConcurrentDictionary<(string Deployments, long Epoch, long Version), Lazy<ConfigurationPayload>> _payloads = new();
    private readonly IInformer<V1ConfigMap> _maps;
    private readonly IDisposable _subscription;
    private readonly SteadyClock _clock;
    private long _version;

    public LimiterConfigurations(IInformers informers, OperatorSettings settings, SteadyClock clock)
    {
        _clock = clock;
        _maps = informers.Get<V1ConfigMap>(RolloutCaches.Children(settings));
        _subscription = _maps.AddHandler(this);
    }

    /// <summary>Raised when a deployment's configuration changed. Handlers must be quick.</summary>
    public event Action<ObjectKey>? Changed;

    /// <summary>Completes when all are known.</summary>
    public Task WaitForSyncAsync(CancellationToken cancellationToken) => _maps.WaitForSyncAsync(cancellationToken);

    /// <summary>The configuration of a deployment; null when it has none.</summary>
    public DeploymentConfiguration? Of(ObjectKey deployment) => _held.TryGetValue(deployment, out var held) ? held.Configuration : null;

    /// <summary>The generation of a deployment's configuration, 0 when it has none, and since when it is known here, by the steady clock.</summary>
    public (long Generation, DateTimeOffset Since) GenerationOf(ObjectKey deployment) =>
        _held.TryGetValue(deployment, out var held) ? (held.Configuration.Generation, held.Since) : default;

    /// <summary>The message for limiters that serve these deployments: made once, and shared by those of one workload.</summary>
    public ConfigurationPayload Payload(IReadOnlyList<ObjectKey> deployments, long epoch)
    {
        // The version is read before the configurations are: a message made while one changes is not found under the next version.
        var key = (string.Join(' ', deployments), epoch, Interlocked.Read(ref _version));
        return _payloads.GetOrAdd(key, k => new Lazy<ConfigurationPayload>(() => Write(deployments.Select(Of), k.Epoch))).Value;
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
        var digest = Convert.ToHexStringLower(SHA256.HashData(json));
        return new ConfigurationPayload(ChannelEvents.Write(ChannelProtocol.ConfigurationEvent, digest, json), digest);
    }

    private void Take(V1ConfigMap map)
    {
        if (Deployment(map) is not { } key || LimiterConfigMap.Read(map) is not { IsIntact: true, Configuration: { } configuration }) return;
        if (_held.TryGetValue(key, out var held) && held.Configuration.Generation == configuration.Generation) return;
        _held[key] = (configuration, _clock.Now.Steady);
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
