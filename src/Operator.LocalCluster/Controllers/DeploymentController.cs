using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Operator.LocalCluster.Api;
using Operator.LocalCluster.BuiltIns;
using Operator.LocalCluster.CustomResources;
using Operator.LocalCluster.Resources;

namespace Operator.LocalCluster.Controllers;

/// <summary>Runs deployments through ReplicaSets: one for each template, scaled against each other within surge and unavailability.</summary>
internal sealed class DeploymentController(IInternalClient client, TimeProvider time, ILogger<DeploymentController> logger) : IController
{
    private const string HashLabel = "pod-template-hash";
    private const string RevisionAnnotation = "deployment.kubernetes.io/revision";

    private readonly ObjectCache _deployments = new(client, WellKnown.Deployments);
    private readonly ObjectCache _sets = new(client, WellKnown.ReplicaSets);

    /// <inheritdoc/>
    public string Name => "deployment";

    /// <inheritdoc/>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var loop = new ReconcileLoop<(string Namespace, string Name)>(Name, ReconcileAsync, time, logger);
        _deployments.Changed += (former, value) =>
            loop.Add(((value ?? former).Text("metadata", "namespace") ?? "", (value ?? former).Text("metadata", "name") ?? ""));
        _sets.Changed += (former, value) =>
        {
            if (Owners.Controller(value ?? former) is { } owner && owner.Text("kind") == "Deployment")
                loop.Add(((value ?? former).Text("metadata", "namespace") ?? "", owner.Text("name") ?? ""));
        };
        await Task.WhenAll(_deployments.RunAsync(cancellationToken), _sets.RunAsync(cancellationToken), StartAsync(loop, cancellationToken));
    }

    private async Task StartAsync(ReconcileLoop<(string, string)> loop, CancellationToken cancellationToken)
    {
        await Task.WhenAll(_deployments.Synced, _sets.Synced).WaitAsync(cancellationToken);
        await loop.RunAsync(1, cancellationToken);
    }

    private async Task<TimeSpan?> ReconcileAsync((string Namespace, string Name) key, CancellationToken cancellationToken)
    {
        if (await client.GetAsync(WellKnown.Deployments, key.Namespace, key.Name, cancellationToken) is not { } deployment
            || deployment.Text("metadata", "deletionTimestamp") is not null)
        {
            return null;
        }
        // The store, not the cache: a set that was just created or scaled must count.
        var all = await client.ListAsync(WellKnown.ReplicaSets, key.Namespace, cancellationToken);
        var owned = all.Where(set => Owners.IsControlledBy(set, deployment)).ToList();
        var hash = Hash(deployment);
        var current = owned.FirstOrDefault(set => set.Text("metadata", "labels", HashLabel) == hash);
        var old = owned.Where(set => set != current).OrderBy(Revision).ToList();
        if (current is null && deployment.Flag("spec", "paused") != true)
            current = await CreateSetAsync(deployment, hash, old.Select(Revision).DefaultIfEmpty(0).Max() + 1, cancellationToken);
        if (current is not null)
            await ScaleAsync(deployment, current, old, cancellationToken);
        await DropHistoryAsync(deployment, old, cancellationToken);
        await TellAsync(deployment, current, old, cancellationToken);
        return null;
    }

    private async Task<JsonObject> CreateSetAsync(JsonObject deployment, string hash, long revision, CancellationToken cancellationToken)
    {
        var template = (JsonObject)deployment.Child("spec", "template")!.DeepClone();
        template.Ensure("metadata").Ensure("labels")[HashLabel] = hash;
        var selector = (JsonObject)deployment.Child("spec", "selector")!.DeepClone();
        selector.Ensure("matchLabels")[HashLabel] = hash;
        return await client.CreateAsync(WellKnown.ReplicaSets, new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["name"] = $"{deployment.Text("metadata", "name")}-{hash}",
                ["namespace"] = deployment.Text("metadata", "namespace"),
                ["labels"] = template.Child("metadata", "labels")!.DeepClone(),
                ["annotations"] = new JsonObject { [RevisionAnnotation] = Rows.Text(revision) },
                ["ownerReferences"] = new JsonArray(Owners.Reference(deployment)),
            },
            ["spec"] = new JsonObject
            {
                ["replicas"] = 0,
                ["minReadySeconds"] = deployment.At("spec", "minReadySeconds")?.DeepClone(),
                ["selector"] = selector,
                ["template"] = template,
            },
        }, cancellationToken);
    }

    private async Task ScaleAsync(JsonObject deployment, JsonObject current, List<JsonObject> old, CancellationToken cancellationToken)
    {
        var step = RollingStep.Next(
            deployment, Replicas(current), current.Number("status", "availableReplicas") ?? 0,
            old.Sum(set => Math.Max(Replicas(set), set.Number("status", "replicas") ?? 0)), old.Sum(set => set.Number("status", "availableReplicas") ?? 0));
        await ScaleSetAsync(current, step.New, cancellationToken);
        // The oldest sets shrink first.
        var surplus = old.Sum(Replicas) - step.Old;
        foreach (var set in old)
        {
            var less = Math.Min(Replicas(set), Math.Max(0, surplus));
            surplus -= less;
            await ScaleSetAsync(set, Replicas(set) - less, cancellationToken);
        }
    }

    private async Task ScaleSetAsync(JsonObject set, long replicas, CancellationToken cancellationToken)
    {
        if (Replicas(set) == replicas)
            return;
        ((JsonObject)set["spec"]!)["replicas"] = replicas;
        var updated = await client.UpdateAsync(WellKnown.ReplicaSets, set, null, cancellationToken);
        set["metadata"] = updated["metadata"]?.DeepClone();
    }

    private async Task DropHistoryAsync(JsonObject deployment, List<JsonObject> old, CancellationToken cancellationToken)
    {
        var kept = deployment.Number("spec", "revisionHistoryLimit") ?? 10;
        var idle = old.Where(set => Replicas(set) == 0 && (set.Number("status", "replicas") ?? 0) == 0).ToList();
        foreach (var set in idle.Take((int)Math.Max(0, idle.Count - kept)))
            await client.DeleteAsync(WellKnown.ReplicaSets, set.Text("metadata", "namespace"), set.Text("metadata", "name")!, null, cancellationToken);
    }

    private async Task TellAsync(JsonObject deployment, JsonObject? current, List<JsonObject> old, CancellationToken cancellationToken)
    {
        List<JsonObject> sets = current is null ? old : [current, .. old];
        long Sum(string field) => sets.Sum(set => set.Number("status", field) ?? 0);
        var wanted = deployment.Number("spec", "replicas") ?? 1;
        var (total, updated, available) = (Sum("replicas"), current.Number("status", "replicas") ?? 0, Sum("availableReplicas"));
        var before = deployment.Child("status")?.DeepClone() ?? new JsonObject();
        var status = new JsonObject { ["observedGeneration"] = deployment.At("metadata", "generation")?.DeepClone() };
        foreach (var (field, count) in ((string, long)[])[("replicas", total), ("updatedReplicas", updated), ("readyReplicas", Sum("readyReplicas")),
            ("availableReplicas", available), ("unavailableReplicas", Math.Max(0, Math.Max(total, wanted) - available))])
        {
            if (count > 0)
                status[field] = count;
        }
        if (before["conditions"] is { } conditions)
            status["conditions"] = conditions.DeepClone();
        var now = ObjectFields.Stamp(time.GetUtcNow());
        var enough = available >= wanted - Math.Max(1, wanted / 4) && (available > 0 || wanted == 0);
        var complete = updated == wanted && total == wanted && available >= wanted;
        var name = current.Text("metadata", "name");
        Conditions.Set(status, "Available", enough, enough ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable",
            enough ? "Deployment has minimum availability." : "Deployment does not have minimum availability.", now);
        Conditions.Set(status, "Progressing", true, complete ? "NewReplicaSetAvailable" : "ReplicaSetUpdated",
            complete ? $"ReplicaSet \"{name}\" has successfully progressed." : $"ReplicaSet \"{name}\" is progressing.", now);
        foreach (var condition in status.Children("conditions"))
            condition.Default("lastUpdateTime", now);
        if (JsonNode.DeepEquals(before, status))
            return;
        deployment["status"] = status;
        await client.UpdateAsync(WellKnown.Deployments, deployment, "status", cancellationToken);
    }

    private static long Replicas(JsonObject set) => set.Number("spec", "replicas") ?? 1;

    private static long Revision(JsonObject set) => long.TryParse(set.Text("metadata", "annotations", RevisionAnnotation), out var revision) ? revision : 0;

    private static string Hash(JsonObject deployment)
    {
        var bytes = SHA256.HashData(Encoding.UTF8.GetBytes(JsonText.Of(deployment.Child("spec", "template"))));
        return Convert.ToHexStringLower(bytes.AsSpan(0, 5));
    }
}
