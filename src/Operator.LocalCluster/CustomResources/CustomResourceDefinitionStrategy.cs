using System.Text.Json.Nodes;
using Operator.LocalCluster.BuiltIns;
using Operator.LocalCluster.Resources;
using Operator.LocalCluster.Schemas;

namespace Operator.LocalCluster.CustomResources;

/// <summary>CustomResourceDefinitions: validated as a whole, held until their instances are gone.</summary>
internal sealed class CustomResourceDefinitionStrategy() : BuiltInStrategy(TypeCatalog.Get("CustomResourceDefinition"))
{
    /// <summary>The finalizer that holds a definition until its instances are gone.</summary>
    public const string Finalizer = "customresourcecleanup.apiextensions.k8s.io";

    /// <inheritdoc/>
    public override bool AllowsUnconditionalUpdate => false;

    /// <inheritdoc/>
    public override bool HasGeneration => true;

    /// <inheritdoc/>
    protected override void ApplyKindDefaults(JsonObject value)
    {
        if (value["spec"] is not JsonObject spec)
            return;
        if (spec["names"] is JsonObject names && names.Text("kind") is { Length: > 0 } kind)
        {
            names.Default("singular", kind.ToLowerInvariant());
            names.Default("listKind", kind + "List");
        }
        spec.Default("conversion", new JsonObject { ["strategy"] = "None" });
        if (spec.Flag("preserveUnknownFields") == false)
            spec.Remove("preserveUnknownFields");
        foreach (var version in spec.Children("versions"))
            foreach (var column in version.Children("additionalPrinterColumns"))
                if (column.Number("priority") == 0)
                    column.Remove("priority");
    }

    /// <inheritdoc/>
    public override void PrepareForCreate(JsonObject created) => created["status"] = new JsonObject
    {
        ["conditions"] = null,
        ["acceptedNames"] = new JsonObject { ["plural"] = "", ["kind"] = "" },
        ["storedVersions"] = new JsonArray([.. StorageVersions(created).Select(name => (JsonNode)name)]),
    };

    /// <inheritdoc/>
    public override void PrepareForUpdate(JsonObject updated, JsonObject live, string? subresource)
    {
        if (subresource is not null)
            return;
        var stored = live.Texts("status", "storedVersions").ToList();
        foreach (var name in StorageVersions(updated).Where(name => !stored.Contains(name)))
            stored.Add(name);
        var status = (JsonObject?)live.Child("status")?.DeepClone() ?? [];
        status["storedVersions"] = new JsonArray([.. stored.Select(name => (JsonNode)name)]);
        updated["status"] = status;
    }

    /// <inheritdoc/>
    public override IEnumerable<FieldError> Validate(JsonObject value, JsonObject? live) => DefinitionValidation.Errors(value, live);

    /// <inheritdoc/>
    public override bool HoldsDeletion(JsonObject live) => live.Text("metadata", "deletionTimestamp") is null;

    /// <inheritdoc/>
    public override void PrepareForDelete(JsonObject marked, JsonObject live)
    {
        if (live.Text("metadata", "deletionTimestamp") is not null || marked["metadata"] is not JsonObject metadata)
            return;
        metadata.Remove("deletionGracePeriodSeconds");
        if (live.At("metadata", "generation") is { } generation)
            metadata["generation"] = generation.DeepClone();
        var finalizers = metadata["finalizers"] as JsonArray ?? [];
        if (!finalizers.Any(node => node.AsText() == Finalizer))
            finalizers.Add((JsonNode)Finalizer);
        metadata["finalizers"] = finalizers;
        Conditions.Set(marked.Ensure("status"), "Terminating", true, "InstanceDeletionPending",
            "CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon", metadata.Text("deletionTimestamp")!);
    }

    private static IEnumerable<string> StorageVersions(JsonObject definition) =>
        definition.Children("spec", "versions").Where(version => version.Flag("storage") == true).Select(version => version.Text("name") ?? "");
}
