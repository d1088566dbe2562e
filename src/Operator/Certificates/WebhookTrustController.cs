using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Operator.Kubernetes;
using Operator.Kubernetes.Models;
using Operator.Runtime.Applying;
using Operator.Runtime.Caching;
using Operator.Runtime.Reconciling;

namespace Operator.Certificates;

/// <summary>
/// On the leader: writes the union of all replicas' authorities into the two webhook configurations where it differs, and takes out
/// entries of replicas that are gone. Owns the field caBundle of each webhook and nothing else; makes no configuration itself.
/// </summary>
internal sealed partial class WebhookTrustController(
    TrustSettings settings, CertificateRules rules, ITrustAnchors anchors, WebhookTrust trust, IApplier<WebhookTrustController> applier, IInformers informers,
    IKubernetesClient client, TimeProvider time, ILogger<WebhookTrustController> logger) : IEntityController<V1ConfigMap>
{
    // Certificates expire without anybody telling.
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    public async Task<ReconciliationResult<V1ConfigMap>> ReconcileAsync(V1ConfigMap entity, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var entries = entity.Data ?? new Dictionary<string, string>();
        var pods = informers.Get<V1Pod>(settings.PodsScope);
        Func<string, bool>? podExists = pods.HasSynced ? name => pods.Get(new ObjectKey(settings.Namespace, name)) is not null : null;
        var outdated = TrustEntries.Outdated(entries, podExists, now, rules);
        var bundle = TrustEntries.Bundle(entries.Where(entry => !outdated.Contains(entry.Key)), now);
        if (outdated.Count > 0) await RemoveAsync(entity, outdated, cancellationToken);
        // Nothing to trust is never the answer: a ConfigMap that was emptied fills again at once.
        if (bundle.Length > 0 && anchors.AreOwn) await WriteAsync(Encoding.UTF8.GetBytes(bundle), cancellationToken);
        return ReconciliationResult<V1ConfigMap>.Success(entity, Interval);
    }

    public Task<ReconciliationResult<V1ConfigMap>> DeletedAsync(V1ConfigMap entity, CancellationToken cancellationToken) =>
        Task.FromResult(ReconciliationResult<V1ConfigMap>.Success(entity));

    private async Task WriteAsync(byte[] bundle, CancellationToken cancellationToken)
    {
        if (trust.Validating?.Webhooks is { Count: > 0 } validating
            && validating.Any(webhook => !WebhookTrust.Same(webhook.ClientConfig.CaBundle, bundle)))
        {
            await applier.ApplyAsync(
                new V1ValidatingWebhookConfiguration
                {
                    Metadata = new V1ObjectMeta { Name = settings.Webhooks },
                    Webhooks = [.. validating.Select(webhook => new V1ValidatingWebhook { Name = webhook.Name, ClientConfig = new() { CaBundle = bundle } })],
                },
                cancellationToken: cancellationToken);
            Log.Written(logger, "ValidatingWebhookConfiguration", settings.Webhooks!);
        }

        if (trust.Mutating?.Webhooks is { Count: > 0 } mutating
            && mutating.Any(webhook => !WebhookTrust.Same(webhook.ClientConfig.CaBundle, bundle)))
        {
            await applier.ApplyAsync(
                new V1MutatingWebhookConfiguration
                {
                    Metadata = new V1ObjectMeta { Name = settings.Webhooks },
                    Webhooks = [.. mutating.Select(webhook => new V1MutatingWebhook { Name = webhook.Name, ClientConfig = new() { CaBundle = bundle } })],
                },
                cancellationToken: cancellationToken);
            Log.Written(logger, "MutatingWebhookConfiguration", settings.Webhooks!);
        }
    }

    private async Task RemoveAsync(V1ConfigMap entity, IReadOnlyList<string> keys, CancellationToken cancellationToken)
    {
        var data = new JsonObject();
        foreach (var key in keys) data[key] = null;
        // With the version that was read: a replica of the same name that came back in between keeps its entry.
        var patch = KubernetesPatch.Merge(new JsonObject
        {
            ["metadata"] = new JsonObject { ["resourceVersion"] = entity.Metadata.ResourceVersion },
            ["data"] = data,
        });
        await client.PatchAsync<V1ConfigMap>(settings.ConfigMap, settings.Namespace, patch, null, cancellationToken);
        Log.Removed(logger, settings.EntriesKey, string.Join(", ", keys));
    }

    private static partial class Log
    {
        [LoggerMessage(6, LogLevel.Information, "{Kind} {Name} now trusts all replicas")]
        public static partial void Written(ILogger logger, string kind, string name);

        [LoggerMessage(7, LogLevel.Information, "Took entries of replicas that are gone out of ConfigMap {ConfigMap}: {Entries}")]
        public static partial void Removed(ILogger logger, ObjectKey configMap, string entries);
    }
}
