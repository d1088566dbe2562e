using System.Text.Json.Nodes;
using Operator.LocalCluster.Resources;
using Operator.LocalCluster.Schemas;

namespace Operator.LocalCluster.BuiltIns;

/// <summary>Pods: almost everything is fixed after creation, and a node finishes their deletion.</summary>
internal sealed class PodStrategy() : BuiltInStrategy(TypeCatalog.Get("Pod"))
{
    private static readonly string[] Mutable = ["activeDeadlineSeconds", "tolerations", "terminationGracePeriodSeconds", "nodeName"];

    /// <inheritdoc/>
    public override bool ReturnsDeletedObject => true;

    /// <inheritdoc/>
    protected override void ApplyKindDefaults(JsonObject value)
    {
        if (value["spec"] is not JsonObject spec)
            return;
        PodDefaults.Apply(spec);
        PodDefaults.ApplyRequests(spec);
        spec.Default("enableServiceLinks", true);
    }

    /// <inheritdoc/>
    public override void PrepareForCreate(JsonObject created)
    {
        var spec = created.Ensure("spec");
        spec.Default("serviceAccountName", "default");
        spec.Default("serviceAccount", spec.Text("serviceAccountName")!);
        spec.Default("priority", 0);
        spec.Default("preemptionPolicy", "PreemptLowerPriority");
        AddToleration(spec, "node.kubernetes.io/not-ready");
        AddToleration(spec, "node.kubernetes.io/unreachable");
        created["status"] = new JsonObject { ["phase"] = "Pending", ["qosClass"] = QualityOfService(spec) };
    }

    /// <inheritdoc/>
    public override void PrepareForUpdate(JsonObject updated, JsonObject live, string? subresource)
    {
        switch (subresource)
        {
            case null:
                // Only binding chooses the node.
                if (live.Text("spec", "nodeName") is { } node && updated["spec"] is JsonObject spec)
                    spec["nodeName"] = node;
                else
                    (updated["spec"] as JsonObject)?.Remove("nodeName");
                break;
            case "binding":
                var bound = updated.Text("spec", "nodeName");
                PartOf.Restore(updated, live);
                if (bound is not null)
                    updated.Ensure("spec")["nodeName"] = bound;
                break;
            default:
                break;
        }
    }

    /// <inheritdoc/>
    public override long GracePeriodSeconds(JsonObject live, long? requested)
    {
        // A pod that no node runs, or that has ended, has nobody to say good-bye to.
        if (live.Text("spec", "nodeName") is null or "" || live.Text("status", "phase") is "Succeeded" or "Failed")
            return 0;
        return Math.Max(0, requested ?? live.Number("spec", "terminationGracePeriodSeconds") ?? 30);
    }

    /// <inheritdoc/>
    public override IEnumerable<FieldError> Validate(JsonObject value, JsonObject? live)
    {
        foreach (var error in PodValidation.Errors(value.Child("spec"), "spec"))
            yield return error;
        if (live is null)
            yield break;
        var (before, after) = (Fixed(live), Fixed(value));
        if (!JsonNode.DeepEquals(before, after))
        {
            yield return Forbidden("spec",
                "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,"
                + "`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),"
                + "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)");
        }
    }

    private static JsonObject Fixed(JsonObject pod)
    {
        var spec = (JsonObject?)pod.Child("spec")?.DeepClone() ?? [];
        foreach (var name in Mutable)
            spec.Remove(name);
        foreach (var container in PodDefaults.Containers(spec))
            container.Remove("image");
        return spec;
    }

    private static void AddToleration(JsonObject spec, string key)
    {
        if (spec.Children("tolerations").Any(t => t.Text("key") == key && t.Text("effect") is "NoExecute" or null))
            return;
        if (spec["tolerations"] is not JsonArray list)
            spec["tolerations"] = list = [];
        list.Add((JsonNode)new JsonObject { ["key"] = key, ["operator"] = "Exists", ["effect"] = "NoExecute", ["tolerationSeconds"] = 300 });
    }

    private static string QualityOfService(JsonObject spec)
    {
        var resources = PodDefaults.Containers(spec).Select(container => container.Child("resources")).ToList();
        if (resources.All(r => r.Child("limits") is null or { Count: 0 } && r.Child("requests") is null or { Count: 0 }))
            return "BestEffort";
        return resources.All(r => ((string[])["cpu", "memory"]).All(name =>
            r.At("limits", name) is { } limit && JsonNode.DeepEquals(limit, r.At("requests", name))))
            ? "Guaranteed" : "Burstable";
    }
}
