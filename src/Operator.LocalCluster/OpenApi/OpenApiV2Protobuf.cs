using System.Text.Json.Nodes;
using Operator.LocalCluster.Schemas;

namespace Operator.LocalCluster.OpenApi;

/// <summary>
/// Encodes an OpenAPI v2 document in the protobuf form that kubectl asks for. What kubectl does not read there (parameters and
/// bodies of operations) is left out; it finds them in version 3.
/// </summary>
internal static class OpenApiV2Protobuf
{
    private static readonly Dictionary<string, int> Methods = new(StringComparer.Ordinal) { ["get"] = 2, ["put"] = 3, ["post"] = 4, ["delete"] = 5, ["patch"] = 8 };

    /// <summary>Encodes a document.</summary>
    public static byte[] Encode(JsonObject document)
    {
        var info = (JsonObject)document["info"]!;
        var paths = new ProtobufMessage();
        foreach (var (path, item) in (JsonObject)document["paths"]!)
        {
            paths.Message(2, new ProtobufMessage().Text(1, path).Message(2, PathItem((JsonObject)item!)));
        }

        var definitions = new ProtobufMessage();
        foreach (var (name, schema) in (JsonObject)document["definitions"]!)
        {
            definitions.Message(1, new ProtobufMessage().Text(1, name).Message(2, Schema((JsonObject)schema!)));
        }

        return new ProtobufMessage()
            .Text(1, Text(document, "swagger"))
            .Message(2, new ProtobufMessage().Text(1, Text(info, "title")).Text(2, Text(info, "version")))
            .Message(8, paths)
            .Message(9, definitions)
            .ToArray();
    }

    private static ProtobufMessage PathItem(JsonObject item)
    {
        var message = new ProtobufMessage();
        foreach (var (method, operation) in item)
        {
            if (Methods.TryGetValue(method, out var field))
            {
                message.Message(field, Operation((JsonObject)operation!));
            }
        }

        return message;
    }

    private static ProtobufMessage Operation(JsonObject operation)
    {
        var message = new ProtobufMessage().Text(3, Text(operation, "description"));
        Items(message, 6, operation["produces"]);
        Items(message, 7, operation["consumes"]);
        var answer = new ProtobufMessage().Text(1, "200").Message(2, new ProtobufMessage().Message(1, new ProtobufMessage().Text(1, "OK")));
        message.Message(9, new ProtobufMessage().Message(1, answer));
        return Extensions(message, 13, operation);
    }

    private static ProtobufMessage Schema(JsonObject schema)
    {
        var message = new ProtobufMessage()
            .Text(1, Text(schema, "$ref"))
            .Text(2, Text(schema, "format"))
            .Text(4, Text(schema, "description"))
            .Number(7, Number(schema, "maximum"))
            .Number(9, Number(schema, "minimum"))
            .Integer(11, (long)Number(schema, "maxLength"))
            .Integer(12, (long)Number(schema, "minLength"))
            .Text(13, Text(schema, "pattern"))
            .Integer(14, (long)Number(schema, "maxItems"))
            .Integer(15, (long)Number(schema, "minItems"));
        Items(message, 19, schema["required"]);
        foreach (var value in schema["enum"] as JsonArray ?? [])
        {
            message.Message(20, Any(value));
        }

        switch (schema["additionalProperties"])
        {
            case JsonObject additional:
                message.Message(21, new ProtobufMessage().Message(1, Schema(additional)));
                break;
            case JsonValue value when value.TryGetValue(out bool allowed):
                message.Message(21, new ProtobufMessage().Flag(2, allowed));
                break;
        }

        if (Text(schema, "type") is { Length: > 0 } type)
        {
            message.Message(22, new ProtobufMessage().Text(1, type));
        }

        if (schema["items"] is JsonObject items)
        {
            message.Message(23, new ProtobufMessage().Message(1, Schema(items)));
        }

        if (schema["properties"] is JsonObject properties)
        {
            var named = new ProtobufMessage();
            foreach (var (name, property) in properties)
            {
                named.Message(1, new ProtobufMessage().Text(1, name).Message(2, Schema((JsonObject)property!)));
            }

            message.Message(25, named);
        }

        return Extensions(message, 31, schema);
    }

    private static ProtobufMessage Extensions(ProtobufMessage message, int field, JsonObject source)
    {
        foreach (var (name, value) in source)
        {
            if (name.StartsWith("x-", StringComparison.Ordinal))
            {
                message.Message(field, new ProtobufMessage().Text(1, name).Message(2, Any(value)));
            }
        }

        return message;
    }

    // Values travel as YAML, and JSON is YAML.
    private static ProtobufMessage Any(JsonNode? value) => new ProtobufMessage().Text(2, GoFormat.Json(value) + "\n");

    private static void Items(ProtobufMessage message, int field, JsonNode? values)
    {
        foreach (var value in values as JsonArray ?? [])
        {
            message.Item(field, JsonScalar.Text(value));
        }
    }

    private static string Text(JsonObject source, string name) => JsonScalar.TryText(source[name], out var text) ? text : "";

    private static double Number(JsonObject source, string name) =>
        JsonScalar.KindOf(source[name]) is JsonScalarKind.Integer or JsonScalarKind.Float ? JsonScalar.Double(source[name]) : 0;
}
