using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Operator.Api;
using Operator.Kubernetes;
using Operator.Kubernetes.Models;
using Operator.Runtime.Caching;
using Operator.Runtime.Hosting;
using Operator.Runtime.LeaderElection;

namespace Operator.Certificates;

/// <summary>
/// On every replica: lets certificates change when they are due, and publishes what to trust of this one in its entry of the ConfigMap.
/// Sends nothing while the entry says it already. The entry is not taken back at the end: the replica is still called until its
/// endpoints close; the leader takes it out when the pod is gone.
/// </summary>
internal sealed partial class TrustPublisher(
    ITrustAnchors anchors,
    WebhookTrust trust,
    TrustSettings settings,
    IInformers informers,
    [FromKeyedServices(LeaderElectionBuilderExtensions.EveryReplica)] IKubernetesClient client,
    TimeProvider time,
    ILogger<TrustPublisher> logger) : IOperatorLifecycle, IInformerHandler<V1ConfigMap>, IInformerHandler<V1ValidatingWebhookConfiguration>,
    IInformerHandler<V1MutatingWebhookConfiguration>, IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _bell = new(0, 1);
    private readonly List<IDisposable> _handlers = [];
    private IInformer<V1ConfigMap>? _entries;
    private Task _run = Task.CompletedTask;

    public OperatorStage Stage => OperatorStage.Informers;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _entries = informers.Get<V1ConfigMap>(settings.EntriesScope);
        _handlers.Add(_entries.AddHandler(this));
        if (settings.Webhooks is not null)
        {
            _handlers.Add(informers.Get<V1ValidatingWebhookConfiguration>(settings.WebhooksScope).AddHandler(this));
            _handlers.Add(informers.Get<V1MutatingWebhookConfiguration>(settings.WebhooksScope).AddHandler(this));
        }

        _run = RunAsync(_stop.Token);
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync();
        foreach (var handler in _handlers) handler.Dispose();
        await _run.WaitAsync(cancellationToken);
    }

    public void Dispose()
    {
        _stop.Dispose();
        _bell.Dispose();
    }

    public void OnAdded(V1ConfigMap entity, bool isInInitialList) => Ring();

    public void OnUpdated(V1ConfigMap previous, V1ConfigMap current) => Ring();

    public void OnDeleted(V1ConfigMap entity, bool finalStateUnknown) => Ring();

    public void OnAdded(V1ValidatingWebhookConfiguration entity, bool isInInitialList) => Ring();

    public void OnUpdated(V1ValidatingWebhookConfiguration previous, V1ValidatingWebhookConfiguration current) => Ring();

    public void OnDeleted(V1ValidatingWebhookConfiguration entity, bool finalStateUnknown) => Ring();

    public void OnAdded(V1MutatingWebhookConfiguration entity, bool isInInitialList) => Ring();

    public void OnUpdated(V1MutatingWebhookConfiguration previous, V1MutatingWebhookConfiguration current) => Ring();

    public void OnDeleted(V1MutatingWebhookConfiguration entity, bool finalStateUnknown) => Ring();

    private async Task RunAsync(CancellationToken stop)
    {
        await Task.Yield();
        try
        {
            await _entries!.WaitForSyncAsync(stop);
            while (true)
            {
                var pause = Interval;
                try
                {
                    anchors.Advance(trust.Holds);
                    await PublishAsync(stop);
                }
                catch (Exception error) when (!stop.IsCancellationRequested)
                {
                    Log.Failed(logger, settings.EntriesKey, error);
                    pause = RetryInterval;
                }

                await WaitAsync(pause, stop);
            }
        }
        catch (Exception) when (stop.IsCancellationRequested)
        {
            // Told to stop, whatever the last write did then.
        }
    }

    private async Task PublishAsync(CancellationToken cancellationToken)
    {
        var certificates = string.Concat(anchors.Current);
        if (certificates.Length == 0) return;
        if (_entries!.Get(settings.EntriesKey)?.Data is { } data && data.TryGetValue(settings.Entry, out var published) && published == certificates)
            return;
        var entry = new V1ConfigMap
        {
            Metadata = new V1ObjectMeta
            {
                Name = settings.ConfigMap,
                NamespaceProperty = settings.Namespace,
                Labels = new Dictionary<string, string> { [Labels.ManagedBy] = Labels.ManagedByValue },
            },
            Data = new Dictionary<string, string> { [settings.Entry] = certificates },
        };
        // A field manager for each replica: applying one's own entry leaves those of the others alone.
        await client.PatchAsync<V1ConfigMap>(
            settings.ConfigMap, settings.Namespace, KubernetesPatch.Apply(entry, client.Json),
            new PatchOptions { FieldManager = FieldManager(), Force = true }, cancellationToken);
        Log.Published(logger, settings.EntriesKey, settings.Entry);
    }

    private string FieldManager()
    {
        var name = "claude-operator/trust/" + settings.Entry;
        return name.Length <= 128 ? name : name[..96] + Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(name)))[..32];
    }

    private async Task WaitAsync(TimeSpan pause, CancellationToken stop)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var timer = Task.Delay(pause, time, over.Token);
        var bell = _bell.WaitAsync(over.Token);
        await Task.WhenAny(timer, bell);
        await over.CancelAsync();
        await Task.WhenAll(timer, bell).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stop.ThrowIfCancellationRequested();
    }

    private void Ring()
    {
        try
        {
            _bell.Release();
        }
        catch (SemaphoreFullException)
        {
            // It rings already.
        }
    }

    private static partial class Log
    {
        [LoggerMessage(4, LogLevel.Information, "Published what to trust of this replica in ConfigMap {ConfigMap}, entry {Entry}")]
        public static partial void Published(ILogger logger, ObjectKey configMap, string entry);

        [LoggerMessage(5, LogLevel.Error, "Could not publish what to trust of this replica in ConfigMap {ConfigMap}; webhooks may not reach it. It is tried again soon")]
        public static partial void Failed(ILogger logger, ObjectKey configMap, Exception error);
    }
}
