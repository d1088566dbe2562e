using System.Text.Json;
using Microsoft.Extensions.Logging;
using Operator.Api;
using Operator.Kubernetes;
using Operator.Kubernetes.Models;
using Operator.Quotas;
using Operator.Quotas.Spend;
using Operator.Runtime.Caching;
using Operator.Runtime.Hosting;

namespace Operator.Limiters.Spend;

/// <summary>
/// Keeps what was spent in a ConfigMap beside each organization's root quota. It is written only when money was counted, and read once
/// by a new leader. One that cannot be read is left alone, and nothing of its organization is acknowledged: limiters hold on to it.
/// </summary>
internal sealed partial class SpendCheckpoints(
    SpendBook book, QuotaTrees trees, IKubernetesClient client, OperatorSettings settings, ILogger<SpendCheckpoints> logger)
{
    private const string Component = "app.kubernetes.io/component";
    private const string ComponentValue = "spend";
    private const string Prefix = "claude-spend-";
    private const string Key = "ledgers.json";
    private const string FieldManager = "claude-operator-spend";
    private readonly HashSet<ObjectKey> _unreadable = [];
    private readonly Dictionary<ObjectKey, string> _texts = [];

    /// <summary>Reads every checkpoint.</summary>
    /// <exception cref="KubernetesException">The server could not be asked.</exception>
    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        string? next = null;
        do
        {
            var page = await client.ListAsync<V1ConfigMap>(
                new ListOptions { Namespace = settings.Namespace, LabelSelector = $"{Component}={ComponentValue}", Continue = next, Limit = 500 }, cancellationToken);
            foreach (var map in page.Items) Load(map);
            next = page.Metadata?.Continue;
        }
        while (!string.IsNullOrEmpty(next));
    }

    /// <summary>Writes what changed since the last time.</summary>
    /// <returns>Whether everything is stored.</returns>
    public async Task<bool> SaveAsync(CancellationToken cancellationToken)
    {
        var snapshot = book.Snapshot();
        var tree = trees.Current;
        var complete = _unreadable.Count == 0;
        foreach (var organization in snapshot.Ledgers.GroupBy(l => tree.Find(l.Key) is { IsRooted: true } node ? node.Root.Key : (ObjectKey?)null))
        {
            // A quota that left its tree, or is gone, has nowhere to be stored: its money stays in memory, should it come back.
            if (organization.Key is not { } root || tree.Find(root) is not { } rootNode || _unreadable.Contains(root)) continue;
            var text = SpendCheckpoint.Write(organization.Select(l => KeyValuePair.Create(l.Key.ToString(), l.Value)));
            if (_texts.GetValueOrDefault(root) == text) continue;
            try
            {
                var map = Render(rootNode.Quota, text);
                await client.PatchAsync<V1ConfigMap>(
                    map.Metadata.Name!, root.Namespace, KubernetesPatch.Apply(map, client.Json), new PatchOptions { FieldManager = FieldManager, Force = true },
                    cancellationToken);
                _texts[root] = text;
            }
            catch (KubernetesException error)
            {
                complete = false;
                Log.NotStored(logger, root, error.Message);
            }
        }
        if (complete) book.Stored(snapshot);
        return complete;
    }

    private void Load(V1ConfigMap map)
    {
        if (map.Metadata.Name is not { } name || !name.StartsWith(Prefix, StringComparison.Ordinal)) return;
        var root = new ObjectKey(map.Metadata.NamespaceProperty, name[Prefix.Length..]);
        try
        {
            var text = map.Data is { } data && data.TryGetValue(Key, out var found) ? found : throw new JsonException($"its key {Key} is missing");
            foreach (var (quota, ledger) in SpendCheckpoint.Read(text))
            {
                if (quota.Split('/') is [var space, var own]) book.Load(new ObjectKey(space, own), ledger);
            }
            _texts[root] = text;
        }
        catch (JsonException error)
        {
            _unreadable.Add(root);
            Log.Unreadable(logger, ObjectKey.Of(map), error.Message);
        }
    }

    private static V1ConfigMap Render(ClaudeQuota root, string text) => new()
    {
        Metadata = new V1ObjectMeta
        {
            Name = Prefix + root.Metadata.Name,
            NamespaceProperty = root.Metadata.NamespaceProperty,
            OwnerReferences =
            [
                new V1OwnerReference
                {
                    ApiVersion = ApiGroup.ApiVersion, Kind = nameof(ClaudeQuota), Name = root.Metadata.Name!, Uid = root.Metadata.Uid!, Controller = true,
                },
            ],
            Labels = new Dictionary<string, string>(StringComparer.Ordinal) { [Labels.ManagedBy] = Labels.ManagedByValue, [Component] = ComponentValue },
        },
        Data = new Dictionary<string, string>(StringComparer.Ordinal) { [Key] = text },
    };

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "The checkpoint {Checkpoint} of what was spent cannot be read: {Why}. It is left as it is and nothing of its organization is recorded until it is repaired, or deleted to begin at zero, and the operator restarted.")]
        public static partial void Unreadable(ILogger logger, ObjectKey checkpoint, string why);

        [LoggerMessage(2, LogLevel.Warning, "What was spent of {Organization} could not be stored: {Why}. Limiters hold on to it, and it is tried again.")]
        public static partial void NotStored(ILogger logger, ObjectKey organization, string why);
    }
}
