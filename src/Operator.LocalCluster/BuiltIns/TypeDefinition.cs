using System.Text.Json.Nodes;

namespace Operator.LocalCluster.BuiltIns;

/// <summary>One type of the built-in kinds, as the <c>.types</c> files declare it.</summary>
internal sealed record TypeDefinition(string Name, string Description, bool Atomic, IReadOnlyList<FieldDefinition> Fields)
{
    private Dictionary<string, FieldDefinition>? _byName;

    /// <summary>The field of a name, or null.</summary>
    public FieldDefinition? Find(string name) =>
        (_byName ??= Fields.ToDictionary(field => field.Name, StringComparer.Ordinal)).GetValueOrDefault(name);
}

/// <summary>One field of a type.</summary>
internal sealed record FieldDefinition
{
    /// <summary>The JSON name.</summary>
    public required string Name { get; init; }

    /// <summary>What the value is.</summary>
    public required FieldShape Shape { get; init; }

    /// <summary>The name of the element type: a scalar's name or a <see cref="TypeDefinition"/>'s.</summary>
    public required string Element { get; init; }

    /// <summary>Whether the schema requires the field.</summary>
    public bool Required { get; init; }

    /// <summary>Whether null is a value.</summary>
    public bool Nullable { get; init; }

    /// <summary>Whether a zero, false or empty value is never stored.</summary>
    public bool OmitWhenZero { get; init; }

    /// <summary>The field numbers on the way to the value in protobuf bodies: two when it lies in an embedded message.</summary>
    public IReadOnlyList<int> Numbers { get; init; } = [];

    /// <summary>For <see cref="FieldShape.KeyedList"/>: the keys of an element; the first one is the strategic-merge key.</summary>
    public IReadOnlyList<string> Keys { get; init; } = [];

    /// <summary>The allowed values of a string; empty where all are.</summary>
    public IReadOnlyList<string> Values { get; init; } = [];

    /// <summary>The smallest and the largest allowed number; null where there is no bound.</summary>
    public (long? Minimum, long? Maximum) Bounds { get; init; }

    /// <summary>Whether a strategic merge drops the keys that the patch does not name.</summary>
    public bool RetainKeys { get; init; }

    /// <summary>The static default; null where there is none.</summary>
    public JsonNode? Default { get; init; }

    /// <summary>What the field means.</summary>
    public string Description { get; init; } = "";
}

/// <summary>How a field holds its element type.</summary>
internal enum FieldShape
{
    /// <summary>One value.</summary>
    Single,

    /// <summary>A list that one manager owns as a whole.</summary>
    AtomicList,

    /// <summary>A list of distinct scalars.</summary>
    SetList,

    /// <summary>A list of objects that are told apart by keys.</summary>
    KeyedList,

    /// <summary>A map with string keys.</summary>
    Map,

    /// <summary>A map that one manager owns as a whole.</summary>
    AtomicMap,
}
