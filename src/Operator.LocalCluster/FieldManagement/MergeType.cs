using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Operator.LocalCluster.Schemas;

namespace Operator.LocalCluster.FieldManagement;

/// <summary>The scalar types that field management tells apart.</summary>
internal enum ScalarType
{
    /// <summary>Any scalar.</summary>
    Any,

    /// <summary>A number.</summary>
    Number,

    /// <summary>A string.</summary>
    Text,

    /// <summary>true or false.</summary>
    Boolean,
}

/// <summary>How a list is owned and merged.</summary>
internal sealed class ListMerge(bool isAtomic, IReadOnlyList<string> keys, StructuralSchema? items, Func<MergeType> element)
{
    /// <summary>Whether the list is owned as a whole.</summary>
    public bool IsAtomic => isAtomic;

    /// <summary>The type of the items.</summary>
    public MergeType Element => element();

    /// <summary>The step that finds an item: by its keys, or by its value in a set.</summary>
    /// <exception cref="MergeTypeException">The item cannot be told from others.</exception>
    public PathElement Step(JsonNode? item)
    {
        if (keys.Count == 0)
        {
            return item switch
            {
                JsonObject => throw new MergeTypeException("associative list without keys has an element that's a map type"),
                JsonArray => throw new MergeTypeException("not supported: associative list with lists as elements"),
                null => throw new MergeTypeException("associative list without keys has an element that's an explicit null"),
                _ => PathElement.Value(item),
            };
        }

        if (item is not JsonObject map)
        {
            throw new MergeTypeException("associative list with keys may not have " + (item is null ? "a null element" : "non-map elements"));
        }

        var parts = new List<KeyValuePair<string, JsonNode?>>();
        foreach (var key in keys)
        {
            if (map.TryGetPropertyValue(key, out var value))
            {
                parts.Add(new(key, value));
            }
            else if (items?.Properties.GetValueOrDefault(key)?.Default is { } fallback)
            {
                parts.Add(new(key, fallback));
            }
        }

        return parts.Count > 0 ? PathElement.Key(parts) : throw new MergeTypeException(
            $"associative list with keys has an element that omits all key fields [{string.Join(" ", keys.Select(GoFormat.Quote))}] (and doesn't have default values for any key fields)");
    }
}

/// <summary>How a map is owned and merged.</summary>
internal sealed class MapMerge(bool isAtomic, IReadOnlyDictionary<string, Lazy<MergeType>> fields, Func<MergeType?> element)
{
    /// <summary>Whether the map is owned as a whole.</summary>
    public bool IsAtomic => isAtomic;

    /// <summary>The declared fields.</summary>
    public IReadOnlyDictionary<string, Lazy<MergeType>> Fields => fields;

    /// <summary>The type of the fields that are not declared; null where there may be none.</summary>
    public MergeType? Element => element();

    /// <summary>The type of a field; null where it may not exist.</summary>
    public MergeType? Field(string name) => fields.TryGetValue(name, out var declared) ? declared.Value : Element;
}

/// <summary>
/// What a value may be for the purposes of ownership: a scalar, a list, a map, or several of them where no type is declared.
/// </summary>
internal sealed class MergeType
{
    private static readonly ConditionalWeakTable<StructuralSchema, MergeType> Roots = [];
    private static readonly IReadOnlyDictionary<string, Lazy<MergeType>> NoFields = new Dictionary<string, Lazy<MergeType>>();

    private MergeType(ScalarType? scalar, ListMerge? list, MapMerge? map)
    {
        Scalar = scalar;
        List = list;
        Map = map;
    }

    /// <summary>The scalar that the value may be; null where it may be none.</summary>
    public ScalarType? Scalar { get; }

    /// <summary>The list that the value may be.</summary>
    public ListMerge? List { get; }

    /// <summary>The map that the value may be.</summary>
    public MapMerge? Map { get; }

    /// <summary>Where nothing is declared and all is owned as a whole.</summary>
    public static MergeType Untyped { get; } = MakeUntyped();

    /// <summary>Where nothing is declared: maps are merged, lists are owned as a whole.</summary>
    public static MergeType Deduced { get; } = MakeDeduced();

    /// <summary>The type of a whole object; its metadata is that of every object.</summary>
    public static MergeType OfObject(StructuralSchema schema) => Roots.GetValue(schema, root => Of(root, preserves: false, isRoot: true));

    /// <summary>The parts of the type that a value uses: all of them where the value does not tell.</summary>
    public MergeType For(Slot value) => (value.IsPresent ? JsonScalar.KindOf(value.Node) : JsonScalarKind.Null) switch
    {
        JsonScalarKind.Null => this,
        JsonScalarKind.List => List is null ? this : new(null, List, null),
        JsonScalarKind.Map => Map is null ? this : new(null, null, Map),
        _ => Scalar is null ? this : new(Scalar, null, null),
    };

    /// <summary>Whether two narrowed types use the same parts.</summary>
    public bool IsSame(MergeType other) => Scalar == other.Scalar && ReferenceEquals(List, other.List) && ReferenceEquals(Map, other.Map);

    private static MergeType MakeUntyped()
    {
        MergeType? untyped = null;
        return untyped = new(ScalarType.Any, new ListMerge(true, [], null, () => untyped!), new MapMerge(true, NoFields, () => untyped));
    }

    private static MergeType MakeDeduced()
    {
        MergeType? deduced = null;
        return deduced = new(ScalarType.Any, new ListMerge(true, [], null, () => Untyped), new MapMerge(false, NoFields, () => deduced));
    }

    private static MergeType Of(StructuralSchema schema, bool preserves, bool isRoot = false)
    {
        preserves |= schema.PreservesUnknownFields;
        var type = schema.IsIntOrString ? "" : schema.Type;
        return type switch
        {
            "object" => new(null, null, MapOf(schema, preserves, isRoot)),
            "array" => new(null, ListOf(schema, preserves), null),
            "integer" or "number" => new(ScalarType.Number, null, null),
            "boolean" => new(ScalarType.Boolean, null, null),
            "string" => new(schema.Format is "" or "byte" ? ScalarType.Text : ScalarType.Any, null, null),
            _ => new(ScalarType.Any, ListOf(schema, preserves), MapOf(schema, preserves, isRoot)),
        };
    }

    private static MapMerge MapOf(StructuralSchema schema, bool preserves, bool isRoot)
    {
        var fields = new Dictionary<string, Lazy<MergeType>>(StringComparer.Ordinal);
        foreach (var (name, property) in schema.Properties)
        {
            fields[name] = new(() => Of(property, preserves));
        }

        if (isRoot)
        {
            fields["apiVersion"] = fields["kind"] = new(() => new(ScalarType.Text, null, null));
            fields["metadata"] = new(() => Of(ObjectMetaSchema.Instance, preserves: false));
        }

        var additional = schema.AdditionalProperties is { } element ? new Lazy<MergeType?>(() => Of(element, preserves)) : null;
        var isOpen = schema.AllowsAdditionalProperties ?? (preserves || schema.Properties.Count == 0);
        return new MapMerge(schema.MapType == "atomic", fields, () => additional is not null ? additional.Value : isOpen ? Deduced : null);
    }

    private static ListMerge ListOf(StructuralSchema schema, bool preserves)
    {
        var items = schema.Items;
        var element = new Lazy<MergeType>(() => items is null ? Untyped : Of(items, preserves));
        ListMerge Make(bool isAtomic, IReadOnlyList<string> keys) => new(isAtomic, keys, items, () => element.Value);
        return schema.ListType switch
        {
            "set" => Make(false, []),
            "map" => Make(false, schema.ListMapKeys),
            null when schema.PatchStrategies.Contains("merge") => Make(false, schema.PatchMergeKey is { } key ? [key] : []),
            _ => Make(true, []),
        };
    }
}

/// <summary>A value does not have the type that field management needs.</summary>
internal sealed class MergeTypeException(string message) : Exception(message);

/// <summary>A value that may be absent, which is not the same as null.</summary>
internal readonly record struct Slot(bool IsPresent, JsonNode? Node)
{
    /// <summary>A present value.</summary>
    public static Slot Of(JsonNode? node) => new(true, node);

    /// <summary>A field's value, or an absent one.</summary>
    public static Slot Field(JsonObject? map, string name) =>
        map is not null && map.TryGetPropertyValue(name, out var node) ? Of(node) : default;
}
