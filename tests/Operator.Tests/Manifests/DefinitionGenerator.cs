using System.Reflection;
using System.Text.Json.Nodes;
using Operator.Kubernetes;

namespace Operator.Tests.Manifests;

/// <summary>Makes the CustomResourceDefinition of an entity type.</summary>
internal static class DefinitionGenerator
{
    public static JsonObject Definition<T>()
    {
        var type = typeof(T);
        var entity = EntityMetadata.For<T>();
        var names = new JsonObject
        {
            ["kind"] = entity.Kind,
            ["listKind"] = entity.Kind + "List",
            ["plural"] = entity.PluralName,
            ["singular"] = entity.Kind.ToLowerInvariant(),
            ["shortNames"] = Strings(type.GetCustomAttribute<KubernetesEntityShortNamesAttribute>()?.ShortNames),
        };
        return new JsonObject
        {
            ["apiVersion"] = "apiextensions.k8s.io/v1",
            ["kind"] = "CustomResourceDefinition",
            ["metadata"] = new JsonObject { ["name"] = $"{entity.PluralName}.{entity.Group}", ["labels"] = ManifestLabels.Of() },
            ["spec"] = new JsonObject
            {
                ["group"] = entity.Group,
                ["names"] = names,
                ["scope"] = entity.Scope.ToString(),
                ["versions"] = new JsonArray(new JsonObject
                {
                    ["name"] = entity.Version,
                    ["served"] = true,
                    ["storage"] = true,
                    ["subresources"] = new JsonObject { ["status"] = new JsonObject() },
                    ["additionalPrinterColumns"] = new JsonArray([.. type.GetCustomAttributes<GenericAdditionalPrinterColumnAttribute>().Select(Column)]),
                    ["schema"] = new JsonObject { ["openAPIV3Schema"] = Root(type) },
                }),
            },
        };
    }

    private static JsonObject Root(Type type)
    {
        var spec = type.GetProperty("Spec")!.PropertyType;
        var status = type.GetProperty("Status")!.PropertyType;
        return new JsonObject
        {
            ["type"] = "object",
            ["description"] = XmlDocs.Of(type),
            ["properties"] = new JsonObject
            {
                ["apiVersion"] = new JsonObject { ["type"] = "string" },
                ["kind"] = new JsonObject { ["type"] = "string" },
                ["metadata"] = new JsonObject { ["type"] = "object" },
                ["spec"] = SchemaGenerator.Object(spec, XmlDocs.Of(spec)),
                ["status"] = SchemaGenerator.Status(status),
            },
            ["required"] = new JsonArray("spec"),
        };
    }

    private static JsonNode Column(GenericAdditionalPrinterColumnAttribute column)
    {
        var node = new JsonObject { ["name"] = column.Name, ["type"] = column.Type, ["jsonPath"] = column.JsonPath };
        if (column.Format is { } format) node["format"] = format;
        if (column.Description is { } description) node["description"] = description;
        if (column.Priority > 0) node["priority"] = column.Priority;
        return node;
    }

    private static JsonArray Strings(IEnumerable<string>? values) => new([.. (values ?? []).Select(v => (JsonNode)v)]);
}
