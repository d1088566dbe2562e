using System.Text.Json.Nodes;
using Operator.LocalCluster.Api;
using Operator.LocalCluster.Resources;
using Operator.LocalCluster.Schemas;

namespace Operator.LocalCluster.FieldManagement;

/// <summary>Keeps <c>metadata.managedFields</c>, and merges objects that are applied.</summary>
internal static partial class FieldManager
{
    /// <summary>The most managers by update that are kept apart; older ones are then merged as <c>ancient-changes</c>.</summary>
    public const int MaximumUpdateManagers = 10;

    private const string BeforeFirstApply = "before-first-apply";

    /// <summary>
    /// Records what an update by <paramref name="manager"/> changed: sets <c>metadata.managedFields</c> of <paramref name="updated"/>.
    /// Call it with the decoded, pruned and defaulted object, before admission and before the strategy restores what the resource ignores.
    /// </summary>
    /// <remarks>
    /// An object that lists managers itself sets them, but for subresources; <c>[{}]</c>, and <c>[]</c> for built-in kinds, forgets all
    /// of them. A stored object without managers gets none.
    /// </remarks>
    public static void Update(
        JsonObject? live, JsonObject updated, string manager, string? subresource, DateTimeOffset now, ResourceDefinition definition)
    {
        ArgumentNullException.ThrowIfNull(updated);
        if (subresource == "scale" && live is not null && definition.Scale is not null)
        {
            UpdateScale(live, updated, manager, definition);
            return;
        }

        var managed = LiveOrNew(live, updated, definition, ignoreNew: !string.IsNullOrEmpty(subresource));
        SetManagedFields(updated, null);
        if (managed.IsEmpty && live?["metadata"]?["uid"] is not null)
        {
            return;
        }

        try
        {
            var type = MergeType.OfObject(definition.Schema);
            var before = live is null ? EmptyObject(definition) : WithoutManagedFields(live);
            TypedValue.Validate(type, updated, allowDuplicates: true);
            TypedValue.Validate(type, before, allowDuplicates: true);
            // A field of a built-in kind that starts as null is shown and owned by nobody.
            var after = live is null && !definition.IsCustom ? NullFields.Without(updated) : updated;
            RecordUpdate(before, after, managed, manager, subresource, now, definition);
        }
        catch (MergeTypeException)
        {
            // As on a real server: what cannot be typed is not tracked; validation refuses it or lets it through.
            return;
        }

        SetManagedFields(updated, managed.Encode());
    }

    /// <summary>
    /// Server-side apply: merges <paramref name="applied"/> (as decoded, neither pruned nor defaulted) into <paramref name="live"/>,
    /// which is null on create. The answer is not defaulted; where nothing changed it equals <paramref name="live"/>, times included.
    /// </summary>
    /// <exception cref="ApiException">
    /// 409 with causes for conflicts; 400 for an object of another kind or with managedFields; 500 with the server's words for fields
    /// that the schema does not know.
    /// </exception>
    public static JsonObject Apply(
        JsonObject? live, JsonObject applied, string manager, bool force, string? subresource, DateTimeOffset now, ResourceDefinition definition)
    {
        ArgumentNullException.ThrowIfNull(applied);
        RequireKind(applied, definition);
        var operation = new ApplyOperation(live ?? EmptyObject(definition), applied, FieldOwner.Of(manager, true, definition.ApiVersion, subresource), subresource, now, definition);
        try
        {
            return operation.Run(force);
        }
        catch (FieldConflictException e)
        {
            throw e.ToApiException();
        }
        catch (FormatException e)
        {
            throw new ApiException(500, "", "failed to decode managed fields: " + e.Message);
        }
    }

    /// <summary>
    /// Where an update changed nothing but the times of managers, the old times return, so that it counts as no change. Call it after
    /// admission with both objects otherwise ready to store.
    /// </summary>
    public static void KeepTimesIfUnchanged(JsonObject live, JsonObject updated)
    {
        var (old, @new) = (ManagedFieldsOf(live), ManagedFieldsOf(updated));
        if (old is null || @new is null || old.Count != @new.Count)
        {
            return;
        }

        var candidate = (JsonObject)updated.DeepClone();
        foreach (var (entry, stored) in ManagedFieldsOf(candidate)!.Zip(old))
        {
            if (entry is JsonObject map && stored is JsonObject storedMap)
            {
                map.Remove("time");
                if (storedMap["time"] is { } time)
                {
                    map["time"] = time.DeepClone();
                }
            }
        }

        if (JsonNode.DeepEquals(candidate, live))
        {
            SetManagedFields(updated, (JsonArray)old.DeepClone());
        }
    }

    internal static void RecordUpdate(
        JsonObject before, JsonObject after, ManagedFields managed, string manager, string? subresource, DateTimeOffset now, ResourceDefinition definition)
    {
        var owner = FieldOwner.Of(manager, false, definition.ApiVersion, subresource);
        if (OwnershipRules.For(definition, subresource).Update(before, after, managed, owner, definition.ApiVersion))
        {
            managed.Owners[owner] = managed.Owners[owner] with { Time = now };
        }

        CapUpdateManagers(managed);
    }

    /// <summary>What a new object of the kind holds before anything is set.</summary>
    internal static JsonObject EmptyObject(ResourceDefinition definition)
    {
        var empty = definition.IsCustom ? [] : definition.Schema.EmptyStructs();
        empty["apiVersion"] = definition.ApiVersion;
        empty["kind"] = definition.Kind;
        return empty;
    }

    internal static JsonObject WithoutManagedFields(JsonObject value)
    {
        var copy = (JsonObject)value.DeepClone();
        SetManagedFields(copy, null);
        return copy;
    }

    internal static JsonArray? ManagedFieldsOf(JsonObject value) => value["metadata"]?["managedFields"] as JsonArray;

    internal static void SetManagedFields(JsonObject value, JsonArray? entries)
    {
        if (value["metadata"] is not JsonObject metadata)
        {
            if (entries is null)
            {
                return;
            }

            value["metadata"] = metadata = [];
        }

        if (entries is null)
        {
            metadata.Remove("managedFields");
        }
        else
        {
            metadata["managedFields"] = entries;
        }
    }

    private static ManagedFields LiveOrNew(JsonObject? live, JsonObject updated, ResourceDefinition definition, bool ignoreNew)
    {
        if (!ignoreNew && ManagedFieldsOf(updated) is { } given)
        {
            // An empty list of a custom resource does not outlive its decoding on a real server.
            if ((given.Count == 0 && !definition.IsCustom) || given is [JsonObject { Count: 0 }])
            {
                return new ManagedFields();
            }

            if (DecodeOrEmpty(given) is { IsEmpty: false } managed)
            {
                return managed;
            }
        }

        return live is null ? new ManagedFields() : DecodeOrEmpty(ManagedFieldsOf(live));
    }

    private static ManagedFields DecodeOrEmpty(JsonArray? entries)
    {
        try
        {
            return ManagedFields.Decode(entries);
        }
        catch (FormatException)
        {
            // As on a real server: a list that cannot be read counts as none.
            return new ManagedFields();
        }
    }

    private static void RequireKind(JsonObject applied, ResourceDefinition definition)
    {
        JsonScalar.TryText(applied["apiVersion"], out var apiVersion);
        JsonScalar.TryText(applied["kind"], out var kind);
        if (apiVersion != definition.ApiVersion || kind != definition.Kind)
        {
            var slash = apiVersion.IndexOf('/', StringComparison.Ordinal);
            throw new ApiException(400, "BadRequest", $"invalid object type: {(slash < 0 ? "/" + apiVersion : apiVersion)}, Kind={kind}");
        }

        if (applied["metadata"] is JsonObject metadata && metadata["managedFields"] is not null)
        {
            throw new ApiException(400, "BadRequest", "metadata.managedFields must be nil");
        }
    }
}
