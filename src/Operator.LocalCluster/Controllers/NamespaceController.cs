using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Operator.LocalCluster.Api;
using Operator.LocalCluster.BuiltIns;
using Operator.LocalCluster.CustomResources;
using Operator.LocalCluster.Resources;

namespace Operator.LocalCluster.Controllers;

/// <summary>Empties namespaces that are being deleted and lets them go when nothing is left.</summary>
internal sealed class NamespaceController(
    IInternalClient client, IResourceRegistry registry, TimeProvider time, ILogger<NamespaceController> logger) : IController
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <inheritdoc/>
    public string Name => "namespace";

    /// <inheritdoc/>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var loop = new ReconcileLoop<string>(Name, EmptyAsync, time, logger);
        var cache = new ObjectCache(client, WellKnown.Namespaces);
        cache.Changed += (_, value) =>
        {
            if (value.Text("metadata", "deletionTimestamp") is not null)
                loop.Add(value.Text("metadata", "name") ?? "");
        };
        await Task.WhenAll(cache.RunAsync(cancellationToken), loop.RunAsync(2, cancellationToken));
    }

    private async Task<TimeSpan?> EmptyAsync(string name, CancellationToken cancellationToken)
    {
        if (await client.GetAsync(WellKnown.Namespaces, null, name, cancellationToken) is not { } ns
            || ns.Text("metadata", "deletionTimestamp") is null || !ns.Texts("spec", "finalizers").Contains(NamespaceStrategy.Finalizer))
        {
            return null;
        }
        var remaining = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var finalizers = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var definition in registry.Definitions.Where(d => d.Namespaced && d.Verbs.Contains("delete")).DistinctBy(d => d.StorageKey))
        {
            var resource = new GroupResource(definition.Group, definition.Plural);
            foreach (var value in await client.ListAsync(resource, name, cancellationToken))
            {
                // A pod's node gets its time; everything else goes at once, or when its finalizers let it.
                var left = value.Text("metadata", "deletionTimestamp") is null
                    ? await client.DeleteAsync(resource, name, value.Text("metadata", "name") ?? "", null, cancellationToken)
                    : value;
                if (left is null || await client.GetAsync(resource, name, value.Text("metadata", "name") ?? "", cancellationToken) is not { } kept)
                    continue;
                remaining[$"{resource.Plural}.{resource.Group}"] = remaining.GetValueOrDefault($"{resource.Plural}.{resource.Group}") + 1;
                foreach (var finalizer in kept.Texts("metadata", "finalizers"))
                    finalizers[finalizer] = finalizers.GetValueOrDefault(finalizer) + 1;
            }
        }
        if (remaining.Count > 0)
        {
            await TellAsync(ns, remaining, finalizers, cancellationToken);
            return Pause;
        }
        var finished = ns.Texts("spec", "finalizers").Where(item => item != NamespaceStrategy.Finalizer).Select(item => (JsonNode)item).ToArray();
        ns["spec"] = finished.Length == 0 ? [] : new JsonObject { ["finalizers"] = new JsonArray(finished) };
        await client.UpdateAsync(WellKnown.Namespaces, ns, "finalize", cancellationToken);
        return null;
    }

    private async Task TellAsync(
        JsonObject ns, SortedDictionary<string, int> remaining, SortedDictionary<string, int> finalizers, CancellationToken cancellationToken)
    {
        var now = ObjectFields.Stamp(time.GetUtcNow());
        var status = ns.Ensure("status");
        var changed = Conditions.Set(status, "NamespaceDeletionDiscoveryFailure", false, "ResourcesDiscovered", "All resources successfully discovered", now)
            | Conditions.Set(status, "NamespaceDeletionGroupVersionParsingFailure", false, "ParsedGroupVersions", "All legacy kube types successfully parsed", now)
            | Conditions.Set(status, "NamespaceDeletionContentFailure", false, "ContentDeleted", "All content successfully deleted, may be waiting on finalization", now)
            | Conditions.Set(status, "NamespaceContentRemaining", true, "SomeResourcesRemain",
                "Some resources are remaining: " + string.Join(", ", remaining.Select(pair => $"{pair.Key} has {pair.Value} resource instances")), now)
            | (finalizers.Count == 0
                ? Conditions.Set(status, "NamespaceFinalizersRemaining", false, "ContentHasNoFinalizers", "All content-preserving finalizers finished", now)
                : Conditions.Set(status, "NamespaceFinalizersRemaining", true, "SomeFinalizersRemain",
                    "Some content in the namespace has finalizers remaining: "
                    + string.Join(", ", finalizers.Select(pair => $"{pair.Key} in {pair.Value} resource instances")), now));
        if (changed)
            await client.UpdateAsync(WellKnown.Namespaces, ns, "status", cancellationToken);
    }
}
