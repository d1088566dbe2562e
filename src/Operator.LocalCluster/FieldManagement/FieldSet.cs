using System.Text.Json.Nodes;

namespace Operator.LocalCluster.FieldManagement;

/// <summary>
/// A set of field paths, as a tree. The operations leave their operands as they are; their results may share parts with them, so
/// <see cref="Insert"/> is for a set that is still being built.
/// </summary>
internal sealed class FieldSet
{
    private readonly HashSet<PathElement> members = [];
    private readonly Dictionary<PathElement, FieldSet> children = [];

    /// <summary>The paths of one step.</summary>
    public IReadOnlyCollection<PathElement> Members => members;

    /// <summary>The longer paths by their first step.</summary>
    public IReadOnlyDictionary<PathElement, FieldSet> Children => children;

    /// <summary>Whether no path is in the set.</summary>
    public bool IsEmpty => members.Count == 0 && children.Count == 0;

    /// <summary>A set of the given paths of field names.</summary>
    public static FieldSet Of(params string[][] paths)
    {
        var set = new FieldSet();
        foreach (var path in paths)
        {
            set.Insert([.. path.Select(PathElement.Field)]);
        }

        return set;
    }

    /// <summary>Adds a path; the empty path is never in a set.</summary>
    public void Insert(IReadOnlyList<PathElement> path)
    {
        if (path.Count == 0)
        {
            return;
        }

        var node = this;
        for (var i = 0; i < path.Count - 1; i++)
        {
            if (!node.children.TryGetValue(path[i], out var child))
            {
                node.children[path[i]] = child = new FieldSet();
            }

            node = child;
        }

        node.members.Add(path[^1]);
    }

    /// <summary>Whether a one-step path is in the set.</summary>
    public bool Has(PathElement element) => members.Contains(element);

    /// <summary>Whether a path is in the set.</summary>
    public bool Has(IReadOnlyList<PathElement> path)
    {
        var node = this;
        for (var i = 0; i < path.Count - 1; i++)
        {
            if (!node.children.TryGetValue(path[i], out node))
            {
                return false;
            }
        }

        return path.Count > 0 && node.members.Contains(path[^1]);
    }

    /// <summary>The paths that begin with a step, without it.</summary>
    public FieldSet Below(PathElement element) => children.TryGetValue(element, out var child) ? child : new FieldSet();

    /// <summary>The paths in this set or the other.</summary>
    public FieldSet Union(FieldSet other) => Combine(other, (left, right) => left || right, keepLeft: true, keepRight: true);

    /// <summary>The paths in both sets.</summary>
    public FieldSet Intersection(FieldSet other) => Combine(other, (left, right) => left && right, keepLeft: false, keepRight: false);

    /// <summary>The paths in this set that are not in the other.</summary>
    public FieldSet Difference(FieldSet other) => Combine(other, (left, right) => left && !right, keepLeft: true, keepRight: false);

    /// <summary>The paths in this set that are neither in the other nor below one of its paths.</summary>
    public FieldSet RecursiveDifference(FieldSet other)
    {
        if (other.IsEmpty)
        {
            return this;
        }

        var result = new FieldSet();
        result.members.UnionWith(members.Where(element => !other.members.Contains(element)));
        foreach (var (element, child) in children.Where(child => !other.members.Contains(child.Key)))
        {
            result.Attach(element, other.children.TryGetValue(element, out var below) ? child.RecursiveDifference(below) : child);
        }

        return result;
    }

    /// <summary>The same set, in which fields that the type names are members where something below them is.</summary>
    public FieldSet WithNamedFields(MergeType? type)
    {
        var result = new FieldSet();
        result.members.UnionWith(members);
        foreach (var (element, child) in children)
        {
            var isField = element.Kind == PathElementKind.Field;
            if (isField && type?.Map?.Fields.ContainsKey(element.Name) == true)
            {
                result.members.Add(element);
            }

            result.children[element] = child.WithNamedFields(isField ? type?.Map?.Field(element.Name) : element.Kind == PathElementKind.Key ? type?.List?.Element : null);
        }

        return result;
    }

    /// <summary>All paths: at every level those that end there first.</summary>
    public IEnumerable<IReadOnlyList<PathElement>> Paths() => Paths([]);

    /// <summary>The FieldsV1 form.</summary>
    public JsonObject Encode()
    {
        var json = new JsonObject();
        foreach (var element in members.Union(children.Keys).Order())
        {
            var below = children.TryGetValue(element, out var child) ? child.Encode() : [];
            if (below.Count > 0 && members.Contains(element))
            {
                below.Insert(0, ".", new JsonObject());
            }

            json[element.Encoded] = below;
        }

        return json;
    }

    /// <summary>Reads the FieldsV1 form.</summary>
    /// <exception cref="FormatException">The tree has elements that cannot be read.</exception>
    public static FieldSet Decode(JsonNode? json)
    {
        var set = new FieldSet();
        foreach (var (name, below) in json as JsonObject ?? throw new FormatException("FieldsV1 must be an object."))
        {
            if (name == ".")
            {
                continue;
            }

            var element = PathElement.Decode(name);
            if (below is not JsonObject { Count: > 0 } tree || tree.ContainsKey("."))
            {
                set.members.Add(element);
            }

            set.Attach(element, Decode(below ?? new JsonObject()));
        }

        return set;
    }

    /// <summary>Whether both sets hold the same paths.</summary>
    public bool IsSame(FieldSet other) => Difference(other).IsEmpty && other.Difference(this).IsEmpty;

    private IEnumerable<IReadOnlyList<PathElement>> Paths(PathElement[] prefix)
    {
        foreach (var element in members.Order())
        {
            yield return [.. prefix, element];
        }

        foreach (var path in children.OrderBy(child => child.Key).SelectMany(child => child.Value.Paths([.. prefix, child.Key])))
        {
            yield return path;
        }
    }

    private FieldSet Combine(FieldSet other, Func<bool, bool, bool> keep, bool keepLeft, bool keepRight)
    {
        if (IsEmpty)
        {
            return keepRight ? other : this;
        }

        if (other.IsEmpty)
        {
            return keepLeft ? this : other;
        }

        var result = new FieldSet();
        foreach (var element in members)
        {
            if (keep(true, other.members.Contains(element)))
            {
                result.members.Add(element);
            }
        }

        if (keepRight)
        {
            result.members.UnionWith(other.members);
        }

        foreach (var (element, left) in children)
        {
            if (other.children.TryGetValue(element, out var right))
            {
                result.Attach(element, left.Combine(right, keep, keepLeft, keepRight));
            }
            else if (keepLeft)
            {
                result.children[element] = left;
            }
        }

        foreach (var (element, right) in other.children)
        {
            if (keepRight && !children.ContainsKey(element))
            {
                result.children[element] = right;
            }
        }

        return result;
    }

    private void Attach(PathElement element, FieldSet child)
    {
        if (!child.IsEmpty)
        {
            children[element] = child;
        }
    }
}
