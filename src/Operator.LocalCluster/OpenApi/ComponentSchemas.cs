using System.Text.Json.Nodes;
using Operator.LocalCluster.Resources;
using Operator.LocalCluster.Schemas;

namespace Operator.LocalCluster.OpenApi;

/// <summary>The named schemas of a document: one for each kind and its list, and what every object's metadata is made of.</summary>
/// <param name="referencePrefix">Where references point to: <c>#/components/schemas/</c> or <c>#/definitions/</c>.</param>
internal sealed class ComponentSchemas(string referencePrefix)
{
    private const string Meta = "io.k8s.apimachinery.pkg.apis.meta.v1.";

    /// <summary>All schemas that the given resources need, by name.</summary>
    public JsonObject Of(IEnumerable<ResourceDefinition> resources)
    {
        var schemas = new SortedDictionary<string, JsonNode>(StringComparer.Ordinal);
        foreach (var definition in resources)
        {
            schemas[NameOf(definition, definition.Kind)] = Kind(definition);
            schemas[NameOf(definition, definition.ListKind)] = List(definition);
        }

        foreach (var (name, schema) in Metadata())
        {
            schemas[name] = schema;
        }

        return new JsonObject(schemas.Select(schema => KeyValuePair.Create(schema.Key, (JsonNode?)schema.Value)));
    }

    /// <summary>The schema name of a kind: <c>com.example.v1.Widget</c>, <c>io.k8s.api.apps.v1.Deployment</c>.</summary>
    public static string NameOf(ResourceDefinition definition, string kind)
    {
        if (definition.IsCustom)
        {
            return string.Join('.', definition.Group.Split('.').Reverse()) + $".{definition.Version}.{kind}";
        }

        var group = definition.Group.Length == 0 ? "core" : definition.Group.Split('.')[0];
        return $"io.k8s.api.{group}.{definition.Version}.{kind}";
    }

    /// <summary>A reference to a named schema.</summary>
    public JsonObject Reference(string name) => new() { ["$ref"] = referencePrefix + name };

    /// <summary>The extension that ties a schema or an operation to a kind.</summary>
    public static JsonObject KindExtension(ResourceDefinition definition, string? kind = null) =>
        new() { ["group"] = definition.Group, ["kind"] = kind ?? definition.Kind, ["version"] = definition.Version };

    private JsonObject Kind(ResourceDefinition definition)
    {
        var schema = (JsonObject)definition.Schema.Source.DeepClone();
        schema["type"] = "object";
        if (schema["properties"] is not JsonObject properties)
        {
            schema["properties"] = properties = [];
        }

        properties["apiVersion"] = Text("The group and version of the object's form.");
        properties["kind"] = Text("What the object is.");
        properties["metadata"] = Described(Meta + "ObjectMeta", "The object's identity, labels and owners.");
        schema["x-kubernetes-group-version-kind"] = new JsonArray(KindExtension(definition));
        return schema;
    }

    private JsonObject List(ResourceDefinition definition) => new()
    {
        ["type"] = "object",
        ["description"] = $"A list of {definition.Kind} objects.",
        ["required"] = new JsonArray("items"),
        ["properties"] = new JsonObject
        {
            ["apiVersion"] = Text("The group and version of the list's form."),
            ["items"] = new JsonObject { ["type"] = "array", ["description"] = "The objects.", ["items"] = Reference(NameOf(definition, definition.Kind)) },
            ["kind"] = Text("What the list is."),
            ["metadata"] = Described(Meta + "ListMeta", "The list's version, and where to continue."),
        },
        ["x-kubernetes-group-version-kind"] = new JsonArray(KindExtension(definition, definition.ListKind)),
    };

    private IEnumerable<(string Name, JsonObject Schema)> Metadata()
    {
        var metadata = (JsonObject)ObjectMetaSchema.Instance.Source.DeepClone();
        var properties = (JsonObject)metadata["properties"]!;
        var entry = TakeItems(properties, "managedFields", Meta + "ManagedFieldsEntry");
        var fields = (JsonObject)entry["properties"]!["fieldsV1"]!.DeepClone();
        fields.Remove("x-kubernetes-preserve-unknown-fields");
        entry["properties"]!["fieldsV1"] = Described(Meta + "FieldsV1", "The set of fields as a tree.");
        yield return (Meta + "FieldsV1", fields);
        yield return (Meta + "ManagedFieldsEntry", entry);
        yield return (Meta + "OwnerReference", TakeItems(properties, "ownerReferences", Meta + "OwnerReference"));
        yield return (Meta + "ObjectMeta", metadata);
        yield return (Meta + "ListMeta", new JsonObject
        {
            ["type"] = "object",
            ["description"] = "What a list carries beside its items.",
            ["properties"] = new JsonObject
            {
                ["continue"] = Text("The token that asks for the next page; empty on the last one."),
                ["remainingItemCount"] = new JsonObject { ["type"] = "integer", ["format"] = "int64", ["description"] = "How many objects follow this page." },
                ["resourceVersion"] = Text("The version from which a watch can go on."),
                ["selfLink"] = Text("No longer filled."),
            },
        });
    }

    private JsonObject TakeItems(JsonObject properties, string field, string name)
    {
        var items = (JsonObject)properties[field]!["items"]!.DeepClone();
        properties[field]!["items"] = Reference(name);
        return items;
    }

    private static JsonObject Text(string description) => new() { ["type"] = "string", ["description"] = description };

    // Version 3 keeps nothing beside a plain reference, version 2 has no other way.
    private JsonObject Described(string name, string description)
    {
        if (referencePrefix == "#/definitions/")
        {
            var reference = Reference(name);
            reference["description"] = description;
            return reference;
        }

        return new JsonObject { ["description"] = description, ["allOf"] = new JsonArray(Reference(name)) };
    }
}
