using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Operator.LocalCluster.Api;
using Operator.LocalCluster.Controllers;
using Operator.LocalCluster.Resources;

namespace Operator.LocalCluster.CustomResources;

/// <summary>
/// Serves what CustomResourceDefinitions define: accepts their names, registers the resource, tells so in their status, and empties
/// and unregisters it when they are deleted. A part of every API server; it runs even where all other controllers are off.
/// </summary>
internal sealed class CustomResourceController(
    IInternalClient client, IResourceRegistry registry, TimeProvider time, ILogger<CustomResourceController> logger) : IController
{
    /// <summary>The resource that the controller watches.</summary>
    public static readonly GroupResource Definitions = new("apiextensions.k8s.io", "customresourcedefinitions");

    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(100);

    /// <inheritdoc/>
    public string Name => "customresourcedefinitions";

    /// <inheritdoc/>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var loop = new ReconcileLoop<string>(Name, ReconcileAsync, time, logger);
        var worker = loop.RunAsync(1, cancellationToken);
        await foreach (var change in client.WatchAsync(Definitions, cancellationToken))
        {
            if (change.Object is not { } definition)
                continue;
            if (change.Type == ObjectChangeType.Deleted)
                Unregister(definition);
            else
                loop.Add(definition.Text("metadata", "name") ?? "");
        }
        await worker;
    }

    private async Task<TimeSpan?> ReconcileAsync(string name, CancellationToken cancellationToken)
    {
        if (await client.GetAsync(Definitions, null, name, cancellationToken) is not { } definition)
            return null;
        return definition.Text("metadata", "deletionTimestamp") is null
            ? await EstablishAsync(definition, cancellationToken)
            : await CleanUpAsync(definition, cancellationToken);
    }

    private async Task<TimeSpan?> EstablishAsync(JsonObject definition, CancellationToken cancellationToken)
    {
        var now = ObjectFields.Stamp(time.GetUtcNow());
        var conflict = NameConflicts.Find(definition, registry.Definitions);
        if (conflict is null)
            Register(definition);
        var status = definition.Ensure("status");
        var changed = conflict is null
            ? Conditions.Set(status, "NamesAccepted", true, "NoConflicts", "no conflicts found", now)
                | Conditions.Set(status, "Established", true, "InitialNamesAccepted", "the initial names have been accepted", now)
                | AcceptNames(status, definition)
            : Conditions.Set(status, "NamesAccepted", false, conflict.Value.Reason, conflict.Value.Message, now)
                | (!Conditions.IsTrue(definition, "Established")
                    && Conditions.Set(status, "Established", false, "NotAccepted", "not all names are accepted", now));
        if (changed)
            await client.UpdateAsync(Definitions, definition, "status", cancellationToken);
        return null;
    }

    private static bool AcceptNames(JsonObject status, JsonObject definition)
    {
        var names = definition.Child("spec", "names");
        if (JsonNode.DeepEquals(status["acceptedNames"], names))
            return false;
        status["acceptedNames"] = names?.DeepClone();
        return true;
    }

    private void Register(JsonObject definition)
    {
        var versions = DefinitionReader.Read(definition);
        if (versions.Count == 0)
            Unregister(definition);
        else
            registry.Replace(versions[0].Group, versions[0].Plural, versions);
    }

    private void Unregister(JsonObject definition) =>
        registry.Remove(definition.Text("spec", "group") ?? "", definition.Text("spec", "names", "plural") ?? "");

    private async Task<TimeSpan?> CleanUpAsync(JsonObject definition, CancellationToken cancellationToken)
    {
        if (definition.At("metadata", "finalizers") is not JsonArray finalizers
            || !finalizers.Any(node => node.AsText() == CustomResourceDefinitionStrategy.Finalizer))
        {
            return null;
        }
        var resource = new GroupResource(definition.Text("spec", "group") ?? "", definition.Text("spec", "names", "plural") ?? "");
        if (await DeleteInstancesAsync(resource, cancellationToken))
            return RetryDelay;
        var kept = finalizers.Where(node => node.AsText() != CustomResourceDefinitionStrategy.Finalizer).Select(node => node?.DeepClone());
        definition["metadata"]!["finalizers"] = new JsonArray([.. kept]);
        await client.UpdateAsync(Definitions, definition, null, cancellationToken);
        return null;
    }

    // Answers whether instances remain: held by finalizers of their own, or made in between.
    private async Task<bool> DeleteInstancesAsync(GroupResource resource, CancellationToken cancellationToken)
    {
        if (!registry.Definitions.Any(served => served.Group == resource.Group && served.Plural == resource.Plural))
            return false;
        var instances = await client.ListAsync(resource, null, cancellationToken);
        foreach (var instance in instances.Where(instance => instance.Text("metadata", "deletionTimestamp") is null))
        {
            await client.DeleteAsync(
                resource, instance.Text("metadata", "namespace"), instance.Text("metadata", "name") ?? "", null, cancellationToken);
        }
        return instances.Count > 0 && (await client.ListAsync(resource, null, cancellationToken)).Count > 0;
    }
}
