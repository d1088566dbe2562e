using System.Text.Json.Nodes;
using Operator.LocalCluster.FieldManagement;
using Operator.LocalCluster.Resources;
using Operator.LocalCluster.Schemas;
using Operator.LocalCluster.Storage;

namespace Operator.LocalCluster.Api;

/// <summary>Changes stored objects: the common way of PUT, of all patches and of the subresources.</summary>
internal sealed class UpdateVerb(ApiServices services)
{
    /// <summary>Makes the wanted object of the live one, which it may change.</summary>
    /// <param name="live">A copy of the stored object.</param>
    public delegate Change Changer(JsonObject live);

    /// <summary>A wanted object.</summary>
    /// <param name="Value">The object, pruned and defaulted.</param>
    /// <param name="Tracked">Whether the fields are recorded for the manager already (apply).</param>
    /// <param name="RequiresVersion">Whether a missing resourceVersion is an error where the kind does not allow it (PUT).</param>
    public readonly record struct Change(JsonObject Value, bool Tracked = false, bool RequiresVersion = false);

    private const int Attempts = 100;
    private readonly AdmissionSteps _admission = new(services);
    private readonly CreateVerb _create = new(services);

    /// <summary>Replaces an object with the body of a PUT.</summary>
    public async ValueTask<WriteResult> ReplaceAsync(WriteContext context, JsonObject body, CancellationToken cancellationToken)
    {
        var name = ObjectMetadata.Text(body, "name");
        if (name.Length == 0)
            throw ApiErrors.BadRequest("name must be provided");
        if (name != context.Name)
            throw ApiErrors.BadRequest($"the name of the object ({name}) does not match the name on the URL ({context.Name})");
        var resource = context.Resource;
        if (context.Subresource is null && resource.Strategy.AllowsCreateOnUpdate
            && services.Store.Get(resource.StorageKey, context.Namespace, context.Name) is null
            && ObjectMetadata.Text(body, "resourceVersion").Length == 0)
        {
            return await _create.CreateAsync(context, body, track: true, cancellationToken);
        }
        return await UpdateAsync(context, _ => new((JsonObject)body.DeepClone(), RequiresVersion: true), cancellationToken);
    }

    /// <summary>Reads, changes and writes an object; a lost race is tried again unless the change is bound to a version.</summary>
    /// <exception cref="ApiException">Refused: 404, 409, 422 and what admission says.</exception>
    public async ValueTask<WriteResult> UpdateAsync(WriteContext context, Changer change, CancellationToken cancellationToken)
    {
        var resource = context.Resource;
        for (var attempt = 1; ; attempt++)
        {
            var stored = services.Store.Get(resource.StorageKey, context.Namespace, context.Name)
                ?? throw ApiErrors.NotFound(resource, context.Name);
            var live = ObjectVersions.Parse(stored, resource);
            var wanted = change((JsonObject)live.DeepClone());
            CheckTarget(context, wanted, live);
            var updated = await PrepareAsync(context, wanted, live, cancellationToken);
            if (context.DryRun) return new(200, updated);
            if (JsonNode.DeepEquals(updated, live)) return new(200, live);
            if (IsLastUpdate(updated, live, resource))
            {
                if (services.Store.Delete(resource.StorageKey, stored) is not null) return new(200, updated);
            }
            else if (services.Store.Update(
                resource.StorageKey, stored, CreateVerb.ToStorage(updated, context), resource.IsCustom) is { } written)
            {
                return new(200, ObjectVersions.Parse(written, resource));
            }
            // A change that names a version does not survive its next check; any other is made again on what is there now.
            if (attempt == Attempts) throw ApiErrors.Modified(resource, context.Name);
        }
    }

    /// <summary>Checks that the wanted object is the addressed one, at its present version where it names one.</summary>
    private static void CheckTarget(WriteContext context, Change wanted, JsonObject live)
    {
        var resource = context.Resource;
        var metadata = ObjectMetadata.Of(wanted.Value);
        var ns = ObjectMetadata.TextOf(metadata["namespace"]);
        if (resource.Namespaced && ns.Length > 0 && ns != context.Namespace)
            throw ApiErrors.BadRequest("the namespace of the provided object does not match the namespace sent on the request");
        var uid = ObjectMetadata.TextOf(metadata["uid"]);
        var liveUid = ObjectMetadata.Text(live, "uid");
        if (uid.Length > 0 && uid != liveUid)
        {
            throw ApiErrors.Conflict(
                resource, context.Name, $"Precondition failed: UID in precondition: {uid}, UID in object meta: {liveUid}");
        }
        var version = ObjectMetadata.TextOf(metadata["resourceVersion"]);
        var bound = version.Length > 0 && version != "0";
        if (bound && version != ObjectMetadata.Text(live, "resourceVersion")) throw ApiErrors.Modified(resource, context.Name);
        if (!bound && wanted.RequiresVersion && !resource.Strategy.AllowsUnconditionalUpdate)
        {
            throw ApiErrors.Invalid(resource.Group, resource.Plural, context.Name,
                [new FieldError("metadata.resourceVersion", "FieldValueInvalid", "Invalid value: 0: must be specified for an update")]);
        }
    }

    private async ValueTask<JsonObject> PrepareAsync(
        WriteContext context, Change wanted, JsonObject live, CancellationToken cancellationToken)
    {
        var resource = context.Resource;
        var updated = Restrict(context, wanted.Value, live);
        if (!wanted.Tracked)
            FieldManager.Update(live, updated, context.Manager, context.Subresource, services.Time.GetUtcNow(), resource);
        updated = await _admission.MutateAsync(context, "UPDATE", updated, (JsonObject)live.DeepClone(), cancellationToken);
        updated = Restrict(context, updated, live);
        resource.Strategy.PrepareForUpdate(updated, live, context.Subresource);
        if (resource.Strategy.HasGeneration && context.Subresource != "status")
        {
            var generation = ObjectMetadata.Generation(live);
            ObjectMetadata.Of(updated)["generation"] = DesiredStateDiffers(updated, live, resource) ? generation + 1 : generation;
        }
        FieldManager.KeepTimesIfUnchanged(live, updated);
        ObjectValidation.Check(updated, live, resource);
        await _admission.ValidateAsync(context, "UPDATE", updated, (JsonObject)live.DeepClone(), cancellationToken);
        FieldManager.KeepTimesIfUnchanged(live, updated);
        return updated;
    }

    /// <summary>Keeps what this request must not change: the server's metadata, and status or everything else.</summary>
    private static JsonObject Restrict(WriteContext context, JsonObject wanted, JsonObject live)
    {
        var resource = context.Resource;
        var value = wanted;
        if (context.Subresource == "status")
        {
            value = (JsonObject)live.DeepClone();
            Copy(wanted, value, "status");
            if (wanted["metadata"]?["managedFields"] is { } fields) ObjectMetadata.Of(value)["managedFields"] = fields.DeepClone();
        }
        else if (context.Subresource is null && resource.HasStatus)
        {
            Copy(live, value, "status");
        }
        var (metadata, kept) = (ObjectMetadata.Of(value), ObjectMetadata.Of(live));
        if (!resource.Namespaced) metadata.Remove("namespace");
        foreach (var field in (string[])["name", "namespace", "uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds"])
        {
            if (metadata[field] is null) Copy(kept, metadata, field);
        }
        foreach (var field in (string[])["resourceVersion", "generation", "generateName", "selfLink"]) Copy(kept, metadata, field);
        return value;
    }

    private static void Copy(JsonObject from, JsonObject to, string field)
    {
        if (from.TryGetPropertyValue(field, out var value)) to[field] = value?.DeepClone();
        else to.Remove(field);
    }

    private static bool DesiredStateDiffers(JsonObject updated, JsonObject live, ResourceDefinition resource)
    {
        return (resource.Strategy.CountsAnnotations && !JsonNode.DeepEquals(updated["metadata"]?["annotations"], live["metadata"]?["annotations"]))
            || updated.Any(m => Counts(m.Key) && !JsonNode.DeepEquals(m.Value, live[m.Key]))
            || live.Any(m => Counts(m.Key) && !updated.ContainsKey(m.Key));

        bool Counts(string field) => field is not ("metadata" or "apiVersion" or "kind") && !(field == "status" && resource.HasStatus);
    }

    private static bool IsLastUpdate(JsonObject updated, JsonObject live, ResourceDefinition resource) =>
        ObjectMetadata.IsDeleting(live)
        && ObjectMetadata.Finalizers(updated).Count == 0
        && (ObjectMetadata.Number(live["metadata"]?["deletionGracePeriodSeconds"]) ?? 0) == 0
        && !resource.Strategy.HoldsDeletion(updated);
}
