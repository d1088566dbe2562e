using System.Text.Json.Nodes;
using Operator.LocalCluster.FieldManagement;
using Operator.LocalCluster.Resources;
using Operator.LocalCluster.Schemas;
using Operator.LocalCluster.Tests.Schemas;

namespace Operator.LocalCluster.Tests.FieldManagement;

/// <summary>One stored object and the writes that a server makes to it, as far as field management sees them.</summary>
internal sealed class Cluster(ResourceDefinition definition)
{
    public static ResourceDefinition Widgets { get; } = new()
    {
        Group = "example.com", Version = "v1", Kind = "Widget", Plural = "widgets", Singular = "widget",
        HasStatus = true, IsCustom = true, Schema = Json.Widget, Scale = new(".spec.replicas", ".status.replicas", null),
    };

    public DateTimeOffset Now { get; set; } = DateTimeOffset.UnixEpoch;

    public JsonObject? Stored { get; private set; }

    /// <summary>The entries without times, sorted keys, as compact JSON with single quotes.</summary>
    public IEnumerable<string> Managers => (Stored!["metadata"]!["managedFields"] as JsonArray ?? []).Select(entry =>
    {
        var owned = entry!.AsObject();
        return $"{owned["manager"]} {owned["operation"]}{(owned["subresource"] is { } sub ? "/" + sub : "")} {GoFormat.Json(owned["fieldsV1"]).Replace('"', '\'')}";
    });

    public void Put(string body, string manager, string? subresource = null)
    {
        var updated = Json.Object(body);
        definition.Schema.Prune(updated);
        definition.Schema.ApplyDefaults(updated);
        FieldManager.Update(Stored, updated, manager, subresource, Now, definition);
        Store(updated, subresource);
    }

    /// <summary>Changes the stored object by a merge patch.</summary>
    public void Patch(string patch, string manager, string? subresource = null)
    {
        var updated = (JsonObject)Operator.LocalCluster.Patching.MergePatch.Apply(Stored, Json.Node(patch))!;
        definition.Schema.ApplyDefaults(updated);
        FieldManager.Update(Stored, updated, manager, subresource, Now, definition);
        Store(updated, subresource);
    }

    public void Apply(string body, string manager, bool force = false, string? subresource = null)
    {
        var merged = FieldManager.Apply(Stored, Json.Object(body), manager, force, subresource, Now, definition);
        definition.Schema.ApplyDefaults(merged, keepNulls: true);
        Store(merged, subresource);
    }

    public void Scale(int replicas, string manager)
    {
        var updated = (JsonObject)Stored!.DeepClone();
        updated["spec"]!["replicas"] = replicas;
        FieldManager.Update(Stored, updated, manager, "scale", Now, definition);
        Stored = updated;
    }

    private void Store(JsonObject updated, string? subresource)
    {
        if (definition.HasStatus)
        {
            var (kept, source) = subresource == "status" ? ("spec", Stored) : ("status", Stored);
            updated.Remove(kept);
            if (source?[kept] is { } value)
            {
                updated[kept] = value.DeepClone();
            }
        }

        var metadata = updated["metadata"] as JsonObject ?? [];
        metadata["uid"] = "u";
        updated["metadata"] = metadata.Parent is null ? metadata : updated["metadata"]!.DeepClone();
        if (Stored is not null)
        {
            FieldManager.KeepTimesIfUnchanged(Stored, updated);
        }

        Stored = updated;
    }
}
