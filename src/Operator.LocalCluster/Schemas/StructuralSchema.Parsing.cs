using System.Text.Json.Nodes;

namespace Operator.LocalCluster.Schemas;

internal sealed partial class StructuralSchema
{
    /// <summary>The deepest nesting that is read; request bodies are bounded below that.</summary>
    public const int MaximumDepth = 250;

    /// <summary>Reads a schema. Whether it is structural is checked by the CRD's own validation, before; members of a wrong type are read as absent.</summary>
    /// <exception cref="FormatException">The schema is nested deeper than <see cref="MaximumDepth"/>.</exception>
    public static StructuralSchema Parse(JsonObject source) => ParseNode(source, 0);

    private static StructuralSchema ParseNode(JsonObject source, int depth)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (depth > MaximumDepth)
        {
            throw new FormatException($"The schema is nested deeper than {MaximumDepth} levels.");
        }

        StructuralSchema? Nested(string name) => source[name] is JsonObject node ? ParseNode(node, depth + 1) : null;
        IReadOnlyList<StructuralSchema> NestedList(string name) =>
            source[name] is JsonArray nodes ? [.. nodes.OfType<JsonObject>().Select(node => ParseNode(node, depth + 1))] : [];

        var properties = new SortedDictionary<string, StructuralSchema>(StringComparer.Ordinal);
        if (source["properties"] is JsonObject declared)
        {
            foreach (var (name, node) in declared)
            {
                if (node is JsonObject property)
                {
                    properties[name] = ParseNode(property, depth + 1);
                }
            }
        }

        var items = Nested("items");
        var additional = Nested("additionalProperties");
        var allOf = NestedList("allOf");
        var anyOf = NestedList("anyOf");
        var oneOf = NestedList("oneOf");
        var not = Nested("not");
        return new StructuralSchema(source)
        {
            Type = Text(source, "type") ?? "",
            Format = Text(source, "format") ?? "",
            Description = Text(source, "description") ?? "",
            Properties = properties,
            AdditionalProperties = additional,
            AllowsAdditionalProperties = BooleanOrNull(source, "additionalProperties"),
            Items = items,
            ListType = Text(source, "x-kubernetes-list-type"),
            ListMapKeys = Texts(source, "x-kubernetes-list-map-keys"),
            MapType = Text(source, "x-kubernetes-map-type"),
            PatchMergeKey = Text(source, "x-kubernetes-patch-merge-key"),
            PatchStrategies = Text(source, "x-kubernetes-patch-strategy")?.Split(',', StringSplitOptions.RemoveEmptyEntries) ?? [],
            IsIntOrString = BooleanOrNull(source, "x-kubernetes-int-or-string") == true,
            PreservesUnknownFields = BooleanOrNull(source, "x-kubernetes-preserve-unknown-fields") == true,
            IsEmbeddedResource = BooleanOrNull(source, "x-kubernetes-embedded-resource") == true,
            IsNullable = BooleanOrNull(source, "nullable") == true,
            Default = source["default"],
            Required = Texts(source, "required"),
            HasRules = source["x-kubernetes-validations"] is JsonArray { Count: > 0 }
                || (items?.HasRules ?? false) || (additional?.HasRules ?? false) || properties.Values.Any(property => property.HasRules),
            Limits = ValueLimits.Parse(source),
            AllOf = allOf,
            AnyOf = anyOf,
            OneOf = oneOf,
            Not = not,
        };
    }

    private static string? Text(JsonObject source, string name) => JsonScalar.TryText(source[name], out var text) ? text : null;

    private static bool? BooleanOrNull(JsonObject source, string name) =>
        source[name] is JsonValue value && value.TryGetValue(out bool flag) ? flag : null;

    private static IReadOnlyList<string> Texts(JsonObject source, string name) =>
        source[name] is JsonArray list ? [.. list.Where(item => JsonScalar.TryText(item, out _)).Select(JsonScalar.Text)] : [];
}
