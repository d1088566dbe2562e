using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Operator.LocalCluster.FieldManagement;
using Operator.LocalCluster.Storage;

namespace Operator.LocalCluster.Api;

/// <summary>Creates objects.</summary>
internal sealed class CreateVerb(ApiServices services)
{
    private const string SuffixAlphabet = "bcdfghjklmnpqrstvwxz2456789";
    private const int SuffixLength = 5;
    private const int GeneratedNameAttempts = 8;
    private readonly AdmissionSteps _admission = new(services);

    /// <summary>Creates an object that is decoded, pruned and defaulted.</summary>
    /// <param name="context">What the write is about.</param>
    /// <param name="value">The object; it is changed.</param>
    /// <param name="track">Whether its fields are still to be recorded for the manager; an apply has done so.</param>
    /// <param name="cancellationToken">Ends the wait for admission.</param>
    /// <exception cref="ApiException">Refused.</exception>
    public async ValueTask<WriteResult> CreateAsync(
        WriteContext context, JsonObject value, bool track, CancellationToken cancellationToken)
    {
        var resource = context.Resource;
        var metadata = ObjectMetadata.Of(value);
        CheckTarget(context, metadata);
        var generated = ObjectMetadata.TextOf(metadata["name"]).Length == 0 && ObjectMetadata.TextOf(metadata["generateName"]).Length > 0;
        for (var attempt = 1; ; attempt++)
        {
            var candidate = generated ? (JsonObject)value.DeepClone() : value;
            if (generated) GenerateName(ObjectMetadata.Of(candidate));
            var prepared = await PrepareAsync(context, candidate, track, cancellationToken);
            if (context.DryRun)
            {
                var name = ObjectMetadata.Text(prepared, "name");
                if (services.Store.Get(resource.StorageKey, context.Namespace, name) is not null) throw ApiErrors.AlreadyExists(resource, name);
                return new(201, prepared);
            }
            var stored = services.Store.Create(resource.StorageKey, ToStorage(prepared, context), resource.IsCustom);
            if (stored is not null) return new(201, ObjectVersions.Parse(stored, resource));
            if (!generated || attempt == GeneratedNameAttempts)
                throw ApiErrors.AlreadyExists(resource, ObjectMetadata.Text(prepared, "name"));
        }
    }

    /// <summary>The form in which an object is stored.</summary>
    public static JsonObject ToStorage(JsonObject value, WriteContext context)
    {
        var stored = (JsonObject)value.DeepClone();
        context.Resource.Strategy.ToStorage(stored);
        return stored;
    }

    private static void CheckTarget(WriteContext context, JsonObject metadata)
    {
        if (context.Name.Length > 0)
        {
            var name = ObjectMetadata.TextOf(metadata["name"]);
            if (name.Length == 0) metadata["name"] = context.Name;
            else if (name != context.Name)
                throw ApiErrors.BadRequest($"the name of the object ({name}) does not match the name on the URL ({context.Name})");
        }
        if (context.Resource.Namespaced)
        {
            var ns = ObjectMetadata.TextOf(metadata["namespace"]);
            if (ns.Length > 0 && ns != context.Namespace)
                throw ApiErrors.BadRequest("the namespace of the provided object does not match the namespace sent on the request");
            metadata["namespace"] = context.Namespace;
        }
        else
        {
            metadata.Remove("namespace");
        }
        if (ObjectMetadata.TextOf(metadata["resourceVersion"]) is { Length: > 0 } version && version != "0")
            throw new ApiException(500, "", "resourceVersion should not be set on objects to be created");
        metadata.Remove("resourceVersion");
        if (ObjectMetadata.TextOf(metadata["generateName"]).Length == 0) metadata.Remove("generateName");
    }

    private async ValueTask<JsonObject> PrepareAsync(
        WriteContext context, JsonObject value, bool track, CancellationToken cancellationToken)
    {
        var resource = context.Resource;
        var metadata = ObjectMetadata.Of(value);
        foreach (var field in (string[])["deletionTimestamp", "deletionGracePeriodSeconds", "generation", "selfLink"]) metadata.Remove(field);
        metadata["uid"] = Guid.NewGuid().ToString();
        metadata["creationTimestamp"] = services.Now();
        if (resource.Strategy.HasGeneration) metadata["generation"] = 1;
        if (resource.HasStatus) value.Remove("status");
        if (track) FieldManager.Update(null, value, context.Manager, null, services.Time.GetUtcNow(), resource);

        var admitted = await _admission.MutateAsync(context, "CREATE", value, null, cancellationToken);
        if (resource.HasStatus) admitted.Remove("status");
        resource.Strategy.PrepareForCreate(admitted);
        ObjectValidation.Check(admitted, null, resource);
        await _admission.ValidateAsync(context, "CREATE", admitted, null, cancellationToken);
        return admitted;
    }

    private static void GenerateName(JsonObject metadata)
    {
        var prefix = ObjectMetadata.TextOf(metadata["generateName"]);
        var longest = 63 - SuffixLength;
        metadata["name"] = (prefix.Length > longest ? prefix[..longest] : prefix) + RandomNumberGenerator.GetString(SuffixAlphabet, SuffixLength);
    }
}
