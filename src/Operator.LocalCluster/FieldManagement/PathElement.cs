using System.Globalization;
using System.Text.Json.Nodes;
using Operator.LocalCluster.Schemas;

namespace Operator.LocalCluster.FieldManagement;

/// <summary>How a step of a field path finds its child.</summary>
internal enum PathElementKind
{
    /// <summary>By the name of a field.</summary>
    Field,

    /// <summary>By the key fields of a list item.</summary>
    Key,

    /// <summary>By the value of an item of a set.</summary>
    Value,

    /// <summary>By the index of a list item.</summary>
    Index,
}

/// <summary>One step of a field path. Elements are ordered: fields, keys, values, indexes.</summary>
internal sealed class PathElement : IComparable<PathElement>, IEquatable<PathElement>
{
    private readonly string name = "";
    private readonly (string Name, JsonNode? Value)[] key = [];
    private readonly JsonNode? value;
    private readonly int index;

    private PathElement(PathElementKind kind, string name = "", (string, JsonNode?)[]? key = null, JsonNode? value = null, int index = 0)
    {
        Kind = kind;
        this.name = name;
        this.key = key ?? [];
        this.value = value;
        this.index = index;
    }

    /// <summary>How the step finds its child.</summary>
    public PathElementKind Kind { get; }

    /// <summary>The form in FieldsV1, such as <c>f:spec</c> or <c>k:{"name":"a"}</c>.</summary>
    public string Encoded => Kind switch
    {
        PathElementKind.Field => "f:" + name,
        PathElementKind.Key => "k:{" + string.Join(",", key.Select(part => GoFormat.Json(part.Name) + ":" + GoFormat.Json(part.Value))) + "}",
        PathElementKind.Value => "v:" + GoFormat.Json(value),
        _ => "i:" + index.ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>The name of a <see cref="PathElementKind.Field"/> step.</summary>
    public string Name => name;

    /// <summary>A step to a field.</summary>
    public static PathElement Field(string name) => new(PathElementKind.Field, name);

    /// <summary>A step to a list item by its keys.</summary>
    public static PathElement Key(IEnumerable<KeyValuePair<string, JsonNode?>> parts) =>
        new(PathElementKind.Key, key: [.. parts.OrderBy(part => part.Key, StringComparer.Ordinal).Select(part => (part.Key, part.Value))]);

    /// <summary>A step to an item of a set.</summary>
    public static PathElement Value(JsonNode? value) => new(PathElementKind.Value, value: value);

    /// <summary>Reads the form in FieldsV1.</summary>
    /// <exception cref="FormatException">The text is no path element.</exception>
    public static PathElement Decode(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        try
        {
            if (text.Length >= 2 && text[1] == ':')
            {
                switch (text[0])
                {
                    case 'f': return Field(text[2..]);
                    case 'k' when JsonNode.Parse(text[2..]) is JsonObject parts: return Key(parts);
                    case 'v': return Value(JsonNode.Parse(text[2..]));
                    case 'i': return new(PathElementKind.Index, index: int.Parse(text.AsSpan(2), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture));
                }
            }
        }
        catch (Exception e) when (e is System.Text.Json.JsonException or OverflowException)
        {
            throw new FormatException($"The path element '{text}' of managedFields cannot be read: {e.Message}", e);
        }

        throw new FormatException($"The path element '{text}' of managedFields is none of f:, k:, v:, i:.");
    }

    /// <inheritdoc/>
    public int CompareTo(PathElement? other)
    {
        if (other is null || Kind != other.Kind)
        {
            return other is null ? 1 : Kind.CompareTo(other.Kind);
        }

        return Kind switch
        {
            PathElementKind.Field => string.CompareOrdinal(name, other.name),
            PathElementKind.Key => CompareKeys(key, other.key),
            PathElementKind.Value => CompareValues(value, other.value),
            _ => index.CompareTo(other.index),
        };
    }

    /// <inheritdoc/>
    public bool Equals(PathElement? other) => CompareTo(other) == 0;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is PathElement other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => Kind switch
    {
        PathElementKind.Field => string.GetHashCode(name, StringComparison.Ordinal),
        PathElementKind.Key => key.Aggregate(1, (hash, part) => HashCode.Combine(hash, string.GetHashCode(part.Name, StringComparison.Ordinal), Hash(part.Value))),
        PathElementKind.Value => Hash(value),
        _ => index,
    };

    // Equal numbers may be written differently, so only texts tell more than their rank.
    private static int Hash(JsonNode? value) => JsonScalar.TryText(value, out var text) ? string.GetHashCode(text, StringComparison.Ordinal)
        : JsonScalar.KindOf(value) == JsonScalarKind.Integer ? ((double)JsonScalar.Integer(value)).GetHashCode()
        : JsonScalar.KindOf(value) == JsonScalarKind.Float ? JsonScalar.Double(value).GetHashCode()
        : Rank(value);

    /// <summary>The form in messages, such as <c>.spec</c> or <c>[name="a"]</c>.</summary>
    public override string ToString() => Kind switch
    {
        PathElementKind.Field => "." + name,
        PathElementKind.Key => "[" + string.Join(",", key.Select(part => $"{part.Name}={GoFormat.BadValue(part.Value)}")) + "]",
        PathElementKind.Value => $"[={GoFormat.BadValue(value)}]",
        _ => string.Create(CultureInfo.InvariantCulture, $"[{index}]"),
    };

    private static int CompareKeys((string Name, JsonNode? Value)[] left, (string Name, JsonNode? Value)[] right)
    {
        for (var i = 0; i < Math.Min(left.Length, right.Length); i++)
        {
            var order = string.CompareOrdinal(left[i].Name, right[i].Name);
            order = order != 0 ? order : CompareValues(left[i].Value, right[i].Value);
            if (order != 0)
            {
                return order;
            }
        }

        return left.Length.CompareTo(right.Length);
    }

    /// <summary>Numbers, then strings, then booleans, then the rest by its JSON.</summary>
    private static int CompareValues(JsonNode? left, JsonNode? right)
    {
        var (leftRank, rightRank) = (Rank(left), Rank(right));
        if (leftRank != rightRank)
        {
            return leftRank.CompareTo(rightRank);
        }

        return leftRank switch
        {
            0 when JsonScalar.KindOf(left) == JsonScalarKind.Integer && JsonScalar.KindOf(right) == JsonScalarKind.Integer =>
                JsonScalar.Integer(left).CompareTo(JsonScalar.Integer(right)),
            0 => JsonScalar.Double(left).CompareTo(JsonScalar.Double(right)),
            1 => string.CompareOrdinal(JsonScalar.Text(left), JsonScalar.Text(right)),
            _ => string.CompareOrdinal(GoFormat.Json(left), GoFormat.Json(right)),
        };
    }

    private static int Rank(JsonNode? value) => JsonScalar.KindOf(value) switch
    {
        JsonScalarKind.Integer or JsonScalarKind.Float => 0,
        JsonScalarKind.String => 1,
        JsonScalarKind.Boolean => 2,
        JsonScalarKind.List => 3,
        JsonScalarKind.Map => 4,
        _ => 5,
    };
}
