using System.Text.Json.Nodes;
using Operator.LocalCluster.Resources;
using Operator.LocalCluster.Schemas;
using Operator.LocalCluster.Storage;
using Operator.LocalCluster.Yaml;

namespace Operator.LocalCluster.Api;

/// <summary>Reads and writes the <c>autoscaling/v1 Scale</c> of an object.</summary>
internal sealed class ScaleVerb(ApiServices services)
{
    private readonly UpdateVerb _update = new(services);

    /// <summary>The scale of an object.</summary>
    /// <exception cref="ApiException">404: there is no such object.</exception>
    public JsonObject Get(ResourceDefinition resource, string ns, string name) => ScaleOf(
        ObjectVersions.Parse(services.Store.Get(resource.StorageKey, ns, name) ?? throw ApiErrors.NotFound(resource, name), resource), resource);

    /// <summary>Sets the replicas by the body of a PUT.</summary>
    /// <exception cref="ApiException">Refused.</exception>
    public ValueTask<JsonObject> UpdateAsync(
        WriteContext context, ReadOnlyMemory<byte> body, string? contentType, CancellationToken cancellationToken)
    {
        var scale = BodyDecoder.DecodeOptions(body, contentType) ?? throw ApiErrors.BadRequest("the body must be a Scale");
        return ChangeAsync(context, _ => scale, cancellationToken);
    }

    /// <summary>Sets the replicas by a patch of the scale.</summary>
    /// <exception cref="ApiException">Refused.</exception>
    public ValueTask<JsonObject> PatchAsync(
        WriteContext context, ReadOnlyMemory<byte> body, string mediaType, CancellationToken cancellationToken)
    {
        Func<JsonObject, JsonNode?> apply = mediaType == PatchVerb.ApplyType
            ? scale => Patching.MergePatch.Apply(scale, Yaml(body))
            : PatchVerb.Read(body, mediaType, context.Resource);
        return ChangeAsync(
            context, scale => apply(scale) as JsonObject ?? throw ApiErrors.BadRequest("the patch does not leave a Scale"), cancellationToken);
    }

    private async ValueTask<JsonObject> ChangeAsync(
        WriteContext context, Func<JsonObject, JsonObject> change, CancellationToken cancellationToken)
    {
        var resource = context.Resource;
        var result = await _update.UpdateAsync(context, live =>
        {
            var scale = change(ScaleOf(live, resource));
            var replicas = ObjectMetadata.Number(scale["spec"]?["replicas"]) ?? 0;
            if (replicas < 0)
            {
                throw ApiErrors.Invalid("autoscaling", "Scale", context.Name, [new FieldError(
                    "spec.replicas", "FieldValueInvalid", $"Invalid value: {replicas}: should be a non-negative integer")]);
            }
            DottedPath.Set(live, resource.Scale!.SpecReplicasPath, JsonValue.Create(replicas));
            var metadata = ObjectMetadata.Of(live);
            // The version in the scale is the version of the object: a stale one conflicts, none does not.
            var version = ObjectMetadata.Text(scale, "resourceVersion");
            if (version.Length > 0) metadata["resourceVersion"] = version;
            else metadata.Remove("resourceVersion");
            return new(live);
        }, cancellationToken);
        return ScaleOf(result.Object, resource);
    }

    private static JsonObject ScaleOf(JsonObject value, ResourceDefinition resource)
    {
        var definition = resource.Scale!;
        var metadata = new JsonObject { ["name"] = ObjectMetadata.Text(value, "name") };
        foreach (var field in (string[])["namespace", "uid", "resourceVersion", "creationTimestamp"])
            if (value["metadata"]?[field] is { } copied) metadata[field] = copied.DeepClone();
        var spec = new JsonObject();
        if (ObjectMetadata.Number(DottedPath.Get(value, definition.SpecReplicasPath)) is { } wanted) spec["replicas"] = wanted;
        var status = new JsonObject
        {
            ["replicas"] = ObjectMetadata.Number(DottedPath.Get(value, definition.StatusReplicasPath)) ?? 0,
        };
        if (definition.LabelSelectorPath is { } path && DottedPath.Get(value, path) is { } selector) status["selector"] = SelectorText(selector);
        return new JsonObject
        {
            ["kind"] = "Scale", ["apiVersion"] = "autoscaling/v1", ["metadata"] = metadata, ["spec"] = spec, ["status"] = status,
        };
    }

    private static string SelectorText(JsonNode selector) => selector is JsonObject { } map && map["matchLabels"] is JsonObject labels
        ? string.Join(",", labels.OrderBy(l => l.Key, StringComparer.Ordinal).Select(l => $"{l.Key}={ObjectMetadata.TextOf(l.Value)}"))
        : ObjectMetadata.TextOf(selector);

    private static JsonNode? Yaml(ReadOnlyMemory<byte> body)
    {
        try
        {
            return RequestBody.Parse(body, ContentNegotiation.Yaml).Node;
        }
        catch (FormatException error)
        {
            throw ApiErrors.BadRequest($"error decoding patch: {error.Message}");
        }
    }
}
