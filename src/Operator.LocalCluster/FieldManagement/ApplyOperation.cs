using System.Text.Json.Nodes;
using Operator.LocalCluster.Api;
using Operator.LocalCluster.Resources;
using Operator.LocalCluster.Schemas;

namespace Operator.LocalCluster.FieldManagement;

/// <summary>One server-side apply, with what kubectl's client-side apply left behind taken over.</summary>
internal sealed class ApplyOperation(
    JsonObject live, JsonObject applied, FieldOwner owner, string? subresource, DateTimeOffset now, ResourceDefinition definition)
{
    private const string LastApplied = "kubectl.kubernetes.io/last-applied-configuration";
    private const int MaximumAnnotationBytes = 256 * 1024;

    private readonly MergeType type = MergeType.OfObject(definition.Schema);
    private readonly OwnershipRules rules = OwnershipRules.For(definition, subresource);

    /// <summary>Whether kubectl itself applies: then it may take back what its client-side apply set.</summary>
    private bool IsKubectl => owner.Name == "kubectl";

    /// <summary>Merges the object.</summary>
    /// <exception cref="FieldConflictException">Others own what would change.</exception>
    public JsonObject Run(bool force)
    {
        JsonObject result;
        try
        {
            result = Once(force);
        }
        catch (FieldConflictException e) when (IsKubectl)
        {
            var allowed = FieldsOfLastApplied();
            var left = e.Conflicts.Where(conflict => !(allowed?.Has(conflict.Path) ?? false)).ToArray();
            if (left.Length > 0)
            {
                throw new FieldConflictException(left);
            }

            result = Once(force: true);
        }

        RefreshLastApplied(result);
        return result;
    }

    private JsonObject Once(bool force)
    {
        var managed = ManagedFields.Decode(FieldManager.ManagedFieldsOf(live));
        var before = FieldManager.WithoutManagedFields(live);
        Typed("live", before, allowDuplicates: true);
        Typed("patch", applied, allowDuplicates: false);
        if (managed.IsEmpty)
        {
            // What was there before the first apply belongs to an updater of its own.
            FieldManager.RecordUpdate(FieldManager.EmptyObject(definition), before, managed, "before-first-apply", subresource, now, definition);
        }

        var merged = (JsonObject)rules.Apply(before, applied, managed, owner, definition.ApiVersion, force)!;
        if (JsonNode.DeepEquals(before, merged))
        {
            merged = before;
        }
        else if (managed.Owners.TryGetValue(owner, out var owned))
        {
            managed.Owners[owner] = owned with { Time = now };
        }

        FieldManager.SetManagedFields(merged, managed.Encode());
        return merged;
    }

    private void Typed(string what, JsonObject value, bool allowDuplicates)
    {
        try
        {
            TypedValue.Validate(type, value, allowDuplicates);
        }
        catch (MergeTypeException e)
        {
            var @namespace = JsonScalar.TryText(value["metadata"]?["namespace"], out var given) ? given : "";
            var name = JsonScalar.TryText(value["metadata"]?["name"], out var text) ? text : "";
            var groupVersion = definition.Group.Length == 0 ? "/" + definition.Version : definition.ApiVersion;
            throw new ApiException(500, "", $"failed to create typed {what} object ({@namespace}/{name}; {groupVersion}, Kind={definition.Kind}): {e.Message}");
        }
    }

    /// <summary>The fields of the client-side applied configuration that nobody has changed since; null where there is none.</summary>
    private FieldSet? FieldsOfLastApplied()
    {
        if (!JsonScalar.TryText(live["metadata"]?["annotations"]?[LastApplied], out var text) || text.Length == 0)
        {
            return null;
        }

        try
        {
            if (JsonNode.Parse(text) is not JsonObject last || !JsonScalar.TryText(last["apiVersion"], out var version) || version != definition.ApiVersion)
            {
                return null;
            }

            TypedValue.Validate(type, last, allowDuplicates: false);
            var changes = FieldComparison.Between(type, last, live);
            return TypedValue.Fields(type, last).Difference(changes.Modified).Difference(changes.Added).Difference(changes.Removed);
        }
        catch (Exception e) when (e is System.Text.Json.JsonException or MergeTypeException)
        {
            // An annotation that cannot be read allows nothing.
            return null;
        }
    }

    private void RefreshLastApplied(JsonObject result)
    {
        if (!IsKubectl || result["metadata"]?["annotations"] is not JsonObject annotations
            || !JsonScalar.TryText(annotations[LastApplied], out var present) || present.Length == 0)
        {
            return;
        }

        var configuration = (JsonObject)applied.DeepClone();
        (configuration["metadata"]?["annotations"] as JsonObject)?.Remove(LastApplied);
        annotations[LastApplied] = GoFormat.Json(configuration) + "\n";
        var bytes = annotations.Sum(pair => System.Text.Encoding.UTF8.GetByteCount(pair.Key)
            + (JsonScalar.TryText(pair.Value, out var value) ? System.Text.Encoding.UTF8.GetByteCount(value) : 0));
        if (bytes > MaximumAnnotationBytes)
        {
            annotations.Remove(LastApplied);
        }
    }
}
