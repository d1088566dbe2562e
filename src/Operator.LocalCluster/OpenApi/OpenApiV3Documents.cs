using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Operator.LocalCluster.Resources;

namespace Operator.LocalCluster.OpenApi;

/// <summary>The documents under <c>/openapi/v3</c> for a set of resources; made when they are asked for and kept.</summary>
internal sealed class OpenApiV3Documents
{
    private static readonly string[] ObjectTypes = ["application/json", "application/yaml"];

    private readonly SortedDictionary<string, ResourceDefinition[]> resources;
    private readonly ConcurrentDictionary<string, Lazy<OpenApiDocument>> documents = new(StringComparer.Ordinal);
    private readonly Lazy<OpenApiDocument> root;

    private OpenApiV3Documents(SortedDictionary<string, ResourceDefinition[]> resources)
    {
        this.resources = resources;
        root = new(MakeRoot);
    }

    /// <summary>The answer of <c>/openapi/v3</c>: the paths, each with the hash of its document.</summary>
    public OpenApiDocument Root => root.Value;

    /// <summary>The paths of the documents: <c>api/v1</c>, <c>apis/apps/v1</c>; served under <c>/openapi/v3/</c>.</summary>
    public IReadOnlyCollection<string> Paths => resources.Keys;

    /// <summary>The documents of a set of resources.</summary>
    public static OpenApiV3Documents Build(IEnumerable<ResourceDefinition> resources) => new(new SortedDictionary<string, ResourceDefinition[]>(
        resources.GroupBy(PathOf).ToDictionary(group => group.Key, group => group.ToArray()), StringComparer.Ordinal));

    /// <summary>The document of a path such as <c>apis/apps/v1</c>; null where no resource has that version.</summary>
    public OpenApiDocument? Find(string path) => resources.TryGetValue(path, out var kinds)
        ? documents.GetOrAdd(path, _ => new(() => OpenApiDocument.Of(Make(kinds), "application/json"))).Value
        : null;

    private static string PathOf(ResourceDefinition definition) =>
        definition.Group.Length == 0 ? "api/" + definition.Version : $"apis/{definition.Group}/{definition.Version}";

    private OpenApiDocument MakeRoot()
    {
        var paths = new JsonObject();
        foreach (var path in resources.Keys)
        {
            paths[path] = new JsonObject { ["serverRelativeURL"] = $"/openapi/v3/{path}?hash={Find(path)!.Hash}" };
        }

        // The real server's media type, although the answer is JSON.
        return OpenApiDocument.Of(new JsonObject { ["paths"] = paths }, "text/plain; charset=utf-8");
    }

    private static JsonObject Make(ResourceDefinition[] kinds)
    {
        var components = new ComponentSchemas("#/components/schemas/");
        var paths = new JsonObject();
        foreach (var definition in kinds)
        {
            foreach (var (path, operations) in ResourcePaths.Of(definition).Where(path => path.Operations.Count > 0))
            {
                var item = new JsonObject();
                foreach (var operation in operations)
                {
                    item[operation.Method] = Operation(components, definition, operation);
                }

                item["parameters"] = new JsonArray([.. ResourcePaths.InPath(path).Select(Parameter)]);
                paths[path] = item;
            }
        }

        return new JsonObject
        {
            ["openapi"] = "3.0.0",
            ["info"] = new JsonObject { ["title"] = "Kubernetes", ["version"] = kinds[0].Version },
            ["paths"] = paths,
            ["components"] = new JsonObject { ["schemas"] = components.Of(kinds) },
        };
    }

    private static JsonObject Operation(ComponentSchemas components, ResourceDefinition definition, ApiOperation what)
    {
        var body = what.Kind == "Scale"
            ? new JsonObject { ["type"] = "object" }
            : components.Reference(ComponentSchemas.NameOf(definition, what.Action == "list" ? definition.ListKind : definition.Kind));
        var operation = new JsonObject
        {
            ["description"] = $"{what.Action} of {what.Kind}",
            ["parameters"] = new JsonArray([.. what.Parameters.Select(Parameter)]),
        };
        if (what.Method is "post" or "put")
        {
            operation["requestBody"] = new JsonObject { ["required"] = true, ["content"] = Content(ObjectTypes, body) };
        }
        else if (what.Method == "patch")
        {
            operation["requestBody"] = new JsonObject { ["required"] = true, ["content"] = Content(ResourcePaths.PatchTypes(definition), new JsonObject { ["type"] = "object" }) };
        }

        var answer = what.Method == "delete" ? new JsonObject { ["type"] = "object" } : body;
        operation["responses"] = new JsonObject
        {
            ["200"] = new JsonObject { ["description"] = "OK", ["content"] = Content(ObjectTypes, answer) },
        };
        ResourcePaths.Extend(operation, definition, what);
        return operation;
    }

    private static JsonObject Content(IEnumerable<string> mediaTypes, JsonObject schema) =>
        new(mediaTypes.Select(type => KeyValuePair.Create(type, (JsonNode?)new JsonObject { ["schema"] = schema.DeepClone() })));

    private static JsonObject Parameter(ApiParameter parameter)
    {
        var json = new JsonObject
        {
            ["name"] = parameter.Name,
            ["in"] = parameter.IsInPath ? "path" : "query",
            ["description"] = parameter.Description,
            ["schema"] = new JsonObject { ["type"] = parameter.Type, ["uniqueItems"] = true },
        };
        if (parameter.IsInPath)
        {
            json["required"] = true;
        }

        return json;
    }
}
