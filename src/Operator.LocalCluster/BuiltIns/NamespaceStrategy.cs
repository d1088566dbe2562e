using System.Text.Json.Nodes;
using Operator.LocalCluster.Api;
using Operator.LocalCluster.Resources;

namespace Operator.LocalCluster.BuiltIns;

/// <summary>Namespaces: held by their own finalizers until somebody has emptied them.</summary>
internal sealed class NamespaceStrategy() : BuiltInStrategy(TypeCatalog.Get("Namespace"))
{
    /// <summary>The finalizer that every namespace starts with.</summary>
    public const string Finalizer = "kubernetes";

    /// <summary>The label that carries the name, for namespace selectors.</summary>
    public const string NameLabel = "kubernetes.io/metadata.name";

    /// <inheritdoc/>
    public override string? ValidateName(string name) => NameRules.Label(name);

    /// <inheritdoc/>
    public override bool AllowsUnconditionalUpdate => false;

    /// <inheritdoc/>
    protected override void ApplyKindDefaults(JsonObject value)
    {
        if (value["metadata"] is JsonObject metadata && metadata.Text("name") is { Length: > 0 } name)
            metadata.Ensure("labels")[NameLabel] = name;
    }

    /// <inheritdoc/>
    public override void PrepareForCreate(JsonObject created)
    {
        ApplyKindDefaults(created);
        var spec = created.Ensure("spec");
        if (!spec.Texts("finalizers").Contains(Finalizer))
        {
            var finalizers = spec["finalizers"] as JsonArray ?? [];
            finalizers.Add((JsonNode)Finalizer);
            spec["finalizers"] = finalizers;
        }
        created["status"] = new JsonObject { ["phase"] = "Active" };
    }

    /// <inheritdoc/>
    public override void PrepareForUpdate(JsonObject updated, JsonObject live, string? subresource)
    {
        if (subresource == "finalize")
        {
            var finalizers = updated.At("spec", "finalizers")?.DeepClone();
            PartOf.Restore(updated, live);
            updated["spec"] = finalizers is null ? [] : new JsonObject { ["finalizers"] = finalizers };
            return;
        }
        updated["spec"] = live["spec"]?.DeepClone();
    }

    /// <inheritdoc/>
    public override bool HoldsDeletion(JsonObject live) => live.Texts("spec", "finalizers").Any();

    /// <inheritdoc/>
    public override void PrepareForDelete(JsonObject marked, JsonObject live)
    {
        (marked["metadata"] as JsonObject)?.Remove("deletionGracePeriodSeconds");
        marked.Ensure("status")["phase"] = "Terminating";
    }
}
