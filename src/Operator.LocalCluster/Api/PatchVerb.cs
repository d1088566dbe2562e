using System.Text;
using System.Text.Json.Nodes;
using Operator.LocalCluster.FieldManagement;
using Operator.LocalCluster.Patching;
using Operator.LocalCluster.Resources;
using Operator.LocalCluster.Schemas;
using Operator.LocalCluster.Storage;
using Operator.LocalCluster.Yaml;

namespace Operator.LocalCluster.Api;

/// <summary>Applies the four kinds of patches.</summary>
internal sealed class PatchVerb(ApiServices services)
{
    /// <summary>The media type of a server-side apply.</summary>
    public const string ApplyType = "application/apply-patch+yaml";

    private const string JsonPatchType = "application/json-patch+json";
    private const string MergePatchType = "application/merge-patch+json";
    private const string StrategicPatchType = "application/strategic-merge-patch+json";
    private const int CreationAttempts = 5;
    private readonly UpdateVerb _update = new(services);
    private readonly CreateVerb _create = new(services);

    /// <summary>Patches an object.</summary>
    /// <exception cref="ApiException">Refused.</exception>
    public ValueTask<WriteResult> PatchAsync(
        WriteContext context, ReadOnlyMemory<byte> body, string mediaType, CancellationToken cancellationToken)
    {
        CheckType(mediaType, context.Resource);
        if (mediaType == ApplyType) return ApplyAsync(context, body, cancellationToken);
        var apply = Read(body, mediaType, context.Resource);
        return _update.UpdateAsync(context, live => new(Patched(live, apply, context)), cancellationToken);
    }

    /// <summary>Reads a patch of one of the three kinds that change what is there; the answer applies it to an object.</summary>
    public static Func<JsonObject, JsonNode?> Read(ReadOnlyMemory<byte> body, string mediaType, ResourceDefinition resource)
    {
        var patch = Parse(body, "application/json");
        switch (mediaType)
        {
            case JsonPatchType:
                if (patch is not JsonArray operations)
                    throw ApiErrors.BadRequest("error decoding patch: json: cannot unmarshal object into Go value of type jsonpatch.Patch");
                return live => JsonPatch.Apply(live, operations);
            case MergePatchType:
                var merge = AsObject(patch);
                return live => MergePatch.Apply(live, merge);
            default:
                var strategic = AsObject(patch);
                return live => StrategicMergePatch.Apply(live, strategic, resource.Schema);
        }
    }

    /// <summary>Refuses media types that are no patch of this resource.</summary>
    public static void CheckType(string mediaType, ResourceDefinition resource)
    {
        string[] accepted = resource.IsCustom
            ? [JsonPatchType, MergePatchType, ApplyType]
            : [JsonPatchType, MergePatchType, StrategicPatchType, ApplyType];
        if (!accepted.Contains(mediaType)) throw ApiErrors.UnsupportedMediaType(accepted);
    }

    private static JsonObject Patched(JsonObject live, Func<JsonObject, JsonNode?> apply, WriteContext context)
    {
        var resource = context.Resource;
        if (apply(live) is not JsonObject patched) throw Unusable("", "the patch does not leave an object");
        if (!resource.IsCustom && (ObjectMetadata.TextOf(patched["kind"]) != resource.Kind
            || ObjectMetadata.TextOf(patched["apiVersion"]) != resource.ApiVersion))
            throw ApiErrors.BadRequest("a patch must not change apiVersion or kind");
        BodyDecoder.CheckKind(patched, resource);
        string? text = null;
        BodyDecoder.CheckFields(patched, [], context, reason =>
            Unusable(text ??= Encoding.UTF8.GetString(resource.IsCustom ? ObjectWriter.Write(patched, sorted: true) : ObjectWriter.WritePatched(patched)), reason));
        return patched;
    }

    private async ValueTask<WriteResult> ApplyAsync(WriteContext context, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        var resource = context.Resource;
        if (Parse(body, ContentNegotiation.Yaml) is not JsonObject applied)
            throw ApiErrors.BadRequest("error decoding YAML: the body of an apply must be one object");
        BodyDecoder.CheckKind(applied, resource);
        var metadata = ObjectMetadata.Of(applied);
        if (metadata["name"] is null) metadata["name"] = context.Name;
        var name = ObjectMetadata.TextOf(metadata["name"]);
        if (name != context.Name)
            throw ApiErrors.BadRequest($"the name of the object ({name}) does not match the name on the URL ({context.Name})");
        if (resource.Strategy.FindDecodingError(applied) is { } reason)
        {
            throw ApiErrors.BadRequest(
                $"{resource.Kind} in version \"{resource.Version}\" cannot be handled as a {resource.Kind}: {reason}");
        }
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await CreateOrUpdateAsync(context, applied, cancellationToken);
            }
            catch (ApiException error) when (error.Reason is "AlreadyExists" && attempt < CreationAttempts)
            {
                // Somebody else made it while this write was admitted: what was applied is merged into theirs.
            }
        }
    }

    private ValueTask<WriteResult> CreateOrUpdateAsync(WriteContext context, JsonObject applied, CancellationToken cancellationToken)
    {
        var resource = context.Resource;
        if (context.Subresource is not null || services.Store.Get(resource.StorageKey, context.Namespace, context.Name) is not null)
            return _update.UpdateAsync(context, live => new(Merge(context, live, applied), Tracked: true), cancellationToken);
        if (ObjectMetadata.TextOf(applied["metadata"]?["uid"]) is { Length: > 0 } uid)
        {
            throw ApiErrors.Conflict(
                resource, context.Name, $"uid mismatch: the provided object specified uid {uid}, and no existing object was found");
        }
        return _create.CreateAsync(context, Merge(context, null, applied), track: false, cancellationToken);
    }

    private JsonObject Merge(WriteContext context, JsonObject? live, JsonObject applied)
    {
        var merged = FieldManager.Apply(
            live, (JsonObject)applied.DeepClone(), context.Manager, context.Force, context.Subresource, services.Time.GetUtcNow(), context.Resource);
        // An applied null stays, and is refused, where a custom resource allows none; built-in kinds have no place for it.
        BodyDecoder.Normalize(merged, context.Resource, keepNulls: context.Resource.IsCustom);
        return merged;
    }

    private static JsonNode? Parse(ReadOnlyMemory<byte> body, string mediaType)
    {
        try
        {
            return RequestBody.Parse(body, mediaType).Node;
        }
        catch (FormatException error)
        {
            throw ApiErrors.BadRequest($"error decoding patch: {error.Message}");
        }
    }

    private static JsonObject AsObject(JsonNode? patch) => patch as JsonObject
        ?? throw ApiErrors.BadRequest("error decoding patch: the body must be one object");

    private static ApiException Unusable(string patched, string reason) => ApiErrors.Invalid(
        "", "", "", [new FieldError("patch", "FieldValueInvalid", $"Invalid value: {Quoted(patched)}: {reason}")]);

    private static string Quoted(string text) =>
        "\"" + text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal) + "\"";
}
