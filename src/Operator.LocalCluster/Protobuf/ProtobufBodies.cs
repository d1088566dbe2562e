using System.Text.Json;
using System.Text.Json.Nodes;
using Operator.LocalCluster.Api;
using Operator.LocalCluster.BuiltIns;

namespace Operator.LocalCluster.Protobuf;

/// <summary>Reads the protobuf bodies that kubectl sends for the kinds it knows by type.</summary>
internal static class ProtobufBodies
{
    /// <summary>The media type of these bodies.</summary>
    public const string MediaType = "application/vnd.kubernetes.protobuf";

    /// <summary>The object in the body as JSON; false when the kind is not one of those that are read this way.</summary>
    /// <exception cref="ApiException">400: the body is not well-formed. 415: it has parts that only JSON can carry here.</exception>
    public static bool TryDecode(ReadOnlyMemory<byte> body, out JsonObject? value)
    {
        value = null;
        var bytes = body.Span;
        if (!bytes.StartsWith("k8s\0"u8))
            throw ApiErrors.BadRequest("provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]");
        string apiVersion = "", kind = "", contentType = "";
        ReadOnlySpan<byte> raw = default;
        var envelope = new WireReader(bytes[4..]);
        while (envelope.Next())
        {
            switch (envelope.Number)
            {
                case 1:
                    (apiVersion, kind) = ReadType(envelope.Bytes);
                    break;
                case 2:
                    raw = envelope.Bytes;
                    break;
                case 4:
                    contentType = System.Text.Encoding.UTF8.GetString(envelope.Bytes);
                    break;
                default:
                    break;
            }
        }
        if (contentType is "application/json")
        {
            value = ReadJson(raw);
            return value is not null;
        }
        if (FindType(apiVersion, kind) is not { } type)
            return false;
        value = MessageDecoder.DecodeRoot(raw, type);
        value.Insert(0, "kind", kind);
        value.Insert(1, "apiVersion", apiVersion);
        return true;
    }

    // Options and scales come under the group of the resource they are for.
    private static TypeDefinition? FindType(string apiVersion, string kind) => (apiVersion, kind) switch
    {
        ("events.k8s.io/v1", "Event") => TypeCatalog.Get("EventsV1Event"),
        ("v1", "Event") or (_, "DeleteOptions" or "Scale" or "TokenRequest") => TypeCatalog.Get(kind),
        ("authentication.k8s.io/v1" or "authorization.k8s.io/v1", _) => TypeCatalog.Find(kind),
        ("apiextensions.k8s.io/v1", _) => null,
        _ => BuiltInCatalog.All.Any(definition => definition.ApiVersion == apiVersion && definition.Kind == kind) ? TypeCatalog.Find(kind) : null,
    };

    private static (string ApiVersion, string Kind) ReadType(ReadOnlySpan<byte> message)
    {
        string apiVersion = "", kind = "";
        var reader = new WireReader(message);
        while (reader.Next())
        {
            if (reader.Number == 1)
                apiVersion = System.Text.Encoding.UTF8.GetString(reader.Bytes);
            else if (reader.Number == 2)
                kind = System.Text.Encoding.UTF8.GetString(reader.Bytes);
        }
        return (apiVersion, kind);
    }

    private static JsonObject? ReadJson(ReadOnlySpan<byte> raw)
    {
        try
        {
            return JsonNode.Parse(raw) as JsonObject;
        }
        catch (JsonException error)
        {
            throw ApiErrors.BadRequest($"the JSON inside of the protobuf body cannot be read: {error.Message}");
        }
    }
}
