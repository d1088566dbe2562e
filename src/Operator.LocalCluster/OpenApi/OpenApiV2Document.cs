using System.Text.Json.Nodes;
using Operator.LocalCluster.Resources;

namespace Operator.LocalCluster.OpenApi;

/// <summary>The document under <c>/openapi/v2</c> for a set of resources, as JSON and as protobuf; made when it is asked for and kept.</summary>
internal sealed class OpenApiV2Document
{
    private readonly Lazy<OpenApiDocument> json;
    private readonly Lazy<OpenApiDocument> protobuf;

    private OpenApiV2Document(ResourceDefinition[] resources)
    {
        var content = new Lazy<JsonObject>(() => Make(resources));
        json = new(() => OpenApiDocument.Of(content.Value, "application/json"));
        protobuf = new(() => OpenApiDocument.Of(OpenApiV2Protobuf.Encode(content.Value), "application/com.github.proto-openapi.spec.v2.v1.0+protobuf"));
    }

    /// <summary>The document as JSON.</summary>
    public OpenApiDocument Json => json.Value;

    /// <summary>The document as protobuf; the answer to <c>application/com.github.proto-openapi.spec.v2@v1.0+protobuf</c>.</summary>
    public OpenApiDocument Protobuf => protobuf.Value;

    /// <summary>The document of a set of resources.</summary>
    public static OpenApiV2Document Build(IEnumerable<ResourceDefinition> resources) => new([.. resources]);

    private static JsonObject Make(ResourceDefinition[] resources)
    {
        var paths = new SortedDictionary<string, JsonNode>(StringComparer.Ordinal);
        foreach (var definition in resources)
        {
            foreach (var (path, operations) in ResourcePaths.Of(definition).Where(path => path.Operations.Count > 0))
            {
                var item = new JsonObject();
                foreach (var operation in operations)
                {
                    item[operation.Method] = Operation(definition, operation);
                }

                item["parameters"] = new JsonArray([.. ResourcePaths.InPath(path).Select(Parameter)]);
                paths[path] = item;
            }
        }

        var definitions = new ComponentSchemas("#/definitions/").Of(resources);
        foreach (var (_, schema) in definitions)
        {
            ToVersion2(schema);
        }

        return new JsonObject
        {
            ["swagger"] = "2.0",
            ["info"] = new JsonObject { ["title"] = "Kubernetes", ["version"] = "v1" },
            ["paths"] = new JsonObject(paths.Select(path => KeyValuePair.Create(path.Key, (JsonNode?)path.Value))),
            ["definitions"] = definitions,
        };
    }

    private static JsonObject Operation(ResourceDefinition definition, ApiOperation what)
    {
        var operation = new JsonObject
        {
            ["description"] = $"{what.Action} of {what.Kind}",
            ["consumes"] = new JsonArray([.. (what.Method == "patch" ? ResourcePaths.PatchTypes(definition) : ["*/*"]).Select(type => (JsonNode)type)]),
            ["produces"] = new JsonArray("application/json", "application/yaml"),
            ["parameters"] = new JsonArray([.. what.Parameters.Select(Parameter)]),
            ["responses"] = new JsonObject { ["200"] = new JsonObject { ["description"] = "OK" } },
        };
        ResourcePaths.Extend(operation, definition, what);
        return operation;
    }

    private static JsonObject Parameter(ApiParameter parameter)
    {
        var json = new JsonObject
        {
            ["name"] = parameter.Name,
            ["in"] = parameter.IsInPath ? "path" : "query",
            ["description"] = parameter.Description,
            ["type"] = parameter.Type,
            ["uniqueItems"] = true,
        };
        if (parameter.IsInPath)
        {
            json["required"] = true;
        }

        return json;
    }

    /// <summary>Drops what version 2 cannot say, and gives lists the items that its readers insist on.</summary>
    private static void ToVersion2(JsonNode? schema)
    {
        if (schema is not JsonObject map)
        {
            return;
        }

        foreach (var name in (string[])["nullable", "anyOf", "oneOf", "not", "allOf", "default"])
        {
            map.Remove(name);
        }

        if (map["type"] is JsonValue type && type.TryGetValue(out string? text) && text == "array" && map["items"] is null)
        {
            map["items"] = new JsonObject();
        }

        foreach (var (_, property) in map["properties"] as JsonObject ?? [])
        {
            ToVersion2(property);
        }

        ToVersion2(map["items"]);
        ToVersion2(map["additionalProperties"]);
    }
}
