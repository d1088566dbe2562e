using System.Text;
using System.Text.Json.Nodes;
using Operator.LocalCluster.Protobuf;
using Operator.LocalCluster.Resources;
using Operator.LocalCluster.Schemas;
using Operator.LocalCluster.Yaml;

namespace Operator.LocalCluster.Api;

/// <summary>Turns request bodies into objects of the request's kind: decoded, checked for unknown fields, pruned and defaulted.</summary>
internal static class BodyDecoder
{
    /// <summary>The longest body that is read, in bytes.</summary>
    public const int MaximumBytes = 3 * 1024 * 1024;

    /// <summary>Decodes the object of a POST or PUT.</summary>
    /// <exception cref="ApiException">415, 400 or 422: not an object of this kind.</exception>
    public static JsonObject Decode(ReadOnlyMemory<byte> body, string? contentType, WriteContext context)
    {
        var mediaType = MediaType(contentType);
        if (mediaType == ContentNegotiation.Protobuf)
        {
            return ProtobufBodies.TryDecode(body, out var decoded) && decoded is not null
                ? Complete(decoded, [], context)
                : throw Unsupported();
        }
        if (mediaType is not ("" or ContentNegotiation.Json or ContentNegotiation.Yaml)) throw Unsupported();
        var parsed = Parse(body, mediaType, context.Resource);
        if (parsed.Node is not JsonObject value)
        {
            throw ApiErrors.BadRequest(
                $"the object provided is unrecognized (must be of type {context.Resource.Kind}): couldn't get version/kind; json parse error: "
                + $"json: cannot unmarshal {Go(parsed.Node)} into Go value of type struct {{ APIVersion string \"json:\\\"apiVersion,omitempty\\\"\"; "
                + $"Kind string \"json:\\\"kind,omitempty\\\"\" }} ({Shown(body)})");
        }
        return Complete(value, parsed.DuplicateKeys, context);
    }

    /// <summary>Decodes the options object of a DELETE; null for an empty body.</summary>
    public static JsonObject? DecodeOptions(ReadOnlyMemory<byte> body, string? contentType)
    {
        if (body.IsEmpty) return null;
        var mediaType = MediaType(contentType);
        if (mediaType == ContentNegotiation.Protobuf)
            return ProtobufBodies.TryDecode(body, out var decoded) ? decoded : throw Unsupported();
        if (mediaType is not ("" or ContentNegotiation.Json or ContentNegotiation.Yaml)) throw Unsupported();
        try
        {
            return RequestBody.Parse(body, mediaType).Node as JsonObject;
        }
        catch (FormatException error)
        {
            throw ApiErrors.BadRequest($"couldn't get version/kind; json parse error: {error.Message}");
        }
    }

    /// <summary>Checks types, unknown and duplicate fields, prunes and defaults: what every object goes through that a client sent.</summary>
    /// <param name="value">The object; it is changed.</param>
    /// <param name="duplicates">The keys that stood twice.</param>
    /// <param name="context">The write.</param>
    /// <param name="refuse">Makes the error of a reason.</param>
    public static void CheckFields(
        JsonObject value, IReadOnlyList<string> duplicates, WriteContext context, Func<string, ApiException> refuse)
    {
        var resource = context.Resource;
        if (resource.Strategy.FindDecodingError(value) is { } reason) throw refuse(reason);
        if (context.Validation != FieldValidation.Ignore)
        {
            var problems = duplicates.Select(p => $"duplicate field \"{p}\"")
                .Concat(resource.Schema.FindUnknownFields(value).Select(p => $"unknown field \"{p}\""))
                .ToList();
            if (problems.Count > 0 && context.Validation == FieldValidation.Strict)
                throw refuse($"strict decoding error: {string.Join(", ", problems)}");
            context.Warnings.AddRange(problems);
        }
        Normalize(value, resource);
    }

    /// <summary>Prunes unknown fields and applies defaults.</summary>
    public static void Normalize(JsonObject value, ResourceDefinition resource, bool keepNulls = false)
    {
        resource.Schema.Prune(value);
        resource.Schema.ApplyDefaults(value, keepNulls);
        resource.Strategy.ApplyDefaults(value);
    }

    /// <summary>The media type of a Content-Type header in lower case, without parameters; empty where there is none.</summary>
    public static string MediaType(string? contentType) => (contentType ?? "").Split(';')[0].Trim().ToLowerInvariant();

    private static ParsedBody Parse(ReadOnlyMemory<byte> body, string mediaType, ResourceDefinition resource)
    {
        try
        {
            return RequestBody.Parse(body, mediaType);
        }
        catch (FormatException error)
        {
            throw ApiErrors.BadRequest(
                $"the object provided is unrecognized (must be of type {resource.Kind}): couldn't get version/kind; "
                + $"json parse error: {error.Message} ({Shown(body)})");
        }
    }

    private static JsonObject Complete(JsonObject value, IReadOnlyList<string> duplicates, WriteContext context)
    {
        CheckKind(value, context.Resource);
        var resource = context.Resource;
        CheckFields(value, duplicates, context, reason => ApiErrors.BadRequest(
            $"{resource.Kind} in version \"{resource.Version}\" cannot be handled as a {resource.Kind}: {reason}"));
        return value;
    }

    /// <summary>Checks apiVersion and kind; built-in kinds may leave them out.</summary>
    public static void CheckKind(JsonObject value, ResourceDefinition resource)
    {
        var (apiVersion, kind) = (ObjectMetadata.TextOf(value["apiVersion"]), ObjectMetadata.TextOf(value["kind"]));
        if (resource.IsCustom && kind.Length == 0)
            throw ApiErrors.BadRequest($"Object 'Kind' is missing in '{value.ToJsonString()}'");
        if (resource.IsCustom && apiVersion.Length == 0)
            throw ApiErrors.BadRequest($"Object 'apiVersion' is missing in '{value.ToJsonString()}'");
        if (apiVersion.Length > 0 && apiVersion != resource.ApiVersion)
        {
            throw ApiErrors.BadRequest(
                $"the API version in the data ({apiVersion}) does not match the expected API version ({resource.ApiVersion})");
        }
        if (kind.Length > 0 && kind != resource.Kind)
        {
            if (!resource.IsCustom)
            {
                throw ApiErrors.BadRequest(
                    $"{kind} in version \"{resource.Version}\" cannot be handled as a {resource.Kind}: "
                    + $"no kind \"{kind}\" is expected at this path");
            }
            throw ApiErrors.Invalid(resource.Group, kind, ObjectMetadata.Text(value, "name"),
                [new FieldError("kind", "FieldValueInvalid", $"Invalid value: \"{kind}\": must be {resource.Kind}")]);
        }
        value["apiVersion"] = resource.ApiVersion;
        value["kind"] = resource.Kind;
        if (value["metadata"] is { } metadata and not JsonObject)
        {
            throw ApiErrors.BadRequest(
                $"{resource.Kind} in version \"{resource.Version}\" cannot be handled as a {resource.Kind}: json: cannot unmarshal "
                + $"{Go(metadata)} into Go struct field {resource.Kind}.metadata of type v1.ObjectMeta");
        }
        ObjectMetadata.Of(value);
    }

    private static string Go(JsonNode? node) => node switch
    {
        null => "null",
        JsonArray => "array",
        JsonObject => "object",
        _ => node.GetValueKind() switch
        {
            System.Text.Json.JsonValueKind.String => "string",
            System.Text.Json.JsonValueKind.Number => "number",
            _ => "bool",
        },
    };

    private static string Shown(ReadOnlyMemory<byte> body) => Encoding.UTF8.GetString(body.Span[..Math.Min(body.Length, 1024)]);

    private static ApiException Unsupported() =>
        ApiErrors.UnsupportedMediaType(ContentNegotiation.Json, ContentNegotiation.Yaml, ContentNegotiation.Protobuf);
}
