using System.Text.Json.Nodes;

namespace Operator.LocalCluster.BuiltIns;

/// <summary>All types of the built-in kinds and the structural schemas made of them.</summary>
internal static class TypeCatalog
{
    private static readonly string[] Files = ["meta", "core", "pod", "workloads", "cluster", "reviews"];

    private static readonly Dictionary<string, TypeDefinition> Types = ReadAll();

    /// <summary>The type of a name, or null for a scalar.</summary>
    public static TypeDefinition? Find(string name) => Types.GetValueOrDefault(name);

    /// <summary>The type of a name.</summary>
    /// <exception cref="KeyNotFoundException">No file declares it.</exception>
    public static TypeDefinition Get(string name) => Types[name];

    /// <summary>The schema of a root type, with apiVersion, kind and metadata.</summary>
    public static JsonObject RootSchema(TypeDefinition root)
    {
        var schema = ObjectSchema(root);
        var properties = (JsonObject)schema["properties"]!;
        properties.Insert(0, "apiVersion", Described("string", "The group and version of the object's form."));
        properties.Insert(1, "kind", Described("string", "What the object is."));
        properties.Insert(2, "metadata", SchemaOf("ObjectMeta"));
        return schema;
    }

    private static JsonObject Described(string type, string description) => new() { ["type"] = type, ["description"] = description };

    private static JsonObject ObjectSchema(TypeDefinition type)
    {
        var schema = new JsonObject { ["type"] = "object" };
        if (type.Description.Length > 0)
            schema["description"] = type.Description;
        if (type.Fields.Any(field => field.Required))
            schema["required"] = new JsonArray([.. type.Fields.Where(field => field.Required).Select(field => (JsonNode)field.Name)]);
        if (type.Atomic)
            schema["x-kubernetes-map-type"] = "atomic";
        var properties = new JsonObject();
        foreach (var field in type.Fields)
            properties[field.Name] = FieldSchema(field);
        schema["properties"] = properties;
        return schema;
    }

    private static JsonObject FieldSchema(FieldDefinition field)
    {
        var element = SchemaOf(field.Element);
        if (field.Values.Count > 0)
            element["enum"] = new JsonArray([.. field.Values.Select(value => (JsonNode)value)]);
        if (field.Bounds.Minimum is { } minimum)
            element["minimum"] = minimum;
        if (field.Bounds.Maximum is { } maximum)
            element["maximum"] = maximum;
        var schema = field.Shape switch
        {
            FieldShape.Single => element,
            FieldShape.Map => new JsonObject { ["type"] = "object", ["additionalProperties"] = element },
            FieldShape.AtomicMap => new JsonObject
            {
                ["type"] = "object",
                ["additionalProperties"] = element,
                ["x-kubernetes-map-type"] = "atomic",
            },
            _ => ListSchema(field, element),
        };
        if (field.RetainKeys)
            schema["x-kubernetes-patch-strategy"] = field.Shape == FieldShape.KeyedList ? "merge,retainKeys" : "retainKeys";
        if (field.Nullable)
            schema["nullable"] = true;
        if (field.Default is { } value)
            schema["default"] = value.DeepClone();
        if (field.Description.Length > 0)
            schema["description"] = field.Description;
        return schema;
    }

    private static JsonObject ListSchema(FieldDefinition field, JsonObject element)
    {
        var schema = new JsonObject { ["type"] = "array", ["items"] = element };
        switch (field.Shape)
        {
            case FieldShape.SetList:
                schema["x-kubernetes-list-type"] = "set";
                schema["x-kubernetes-patch-strategy"] = "merge";
                break;
            case FieldShape.KeyedList:
                schema["x-kubernetes-list-type"] = "map";
                schema["x-kubernetes-list-map-keys"] = new JsonArray([.. field.Keys.Select(key => (JsonNode)key)]);
                schema["x-kubernetes-patch-strategy"] = "merge";
                schema["x-kubernetes-patch-merge-key"] = field.Keys[0];
                break;
            default:
                schema["x-kubernetes-list-type"] = "atomic";
                break;
        }
        return schema;
    }

    private static JsonObject SchemaOf(string element) => element switch
    {
        "string" => new() { ["type"] = "string" },
        "bool" => new() { ["type"] = "boolean" },
        "int" => new() { ["type"] = "integer", ["format"] = "int32" },
        "long" => new() { ["type"] = "integer", ["format"] = "int64" },
        "time" => new() { ["type"] = "string", ["format"] = "date-time" },
        "microtime" => new() { ["type"] = "string", ["format"] = "date-time" },
        "bytes" => new() { ["type"] = "string", ["format"] = "byte" },
        "int-or-string" => new() { ["x-kubernetes-int-or-string"] = true },
        "object" => new() { ["type"] = "object", ["x-kubernetes-preserve-unknown-fields"] = true },
        "strings" => new() { ["type"] = "array", ["items"] = new JsonObject { ["type"] = "string" } },
        _ => ObjectSchema(Types[element]),
    };

    private static Dictionary<string, TypeDefinition> ReadAll()
    {
        var types = new Dictionary<string, TypeDefinition>(StringComparer.Ordinal);
        foreach (var file in Files)
        {
            using var stream = typeof(TypeCatalog).Assembly.GetManifestResourceStream($"Operator.LocalCluster.BuiltIns.Types.{file}.types")
                ?? throw new InvalidOperationException($"The resource {file}.types is missing from the assembly.");
            using var reader = new StreamReader(stream);
            foreach (var type in TypeReader.Read(reader.ReadToEnd()))
                types.Add(type.Name, type);
        }
        return types;
    }
}
