using System.Text.Json.Nodes;

namespace Operator.LocalCluster.FieldManagement;

/// <summary>Which fields one value has, lost or changed against another of the same type.</summary>
internal sealed record FieldComparison(FieldSet Added, FieldSet Removed, FieldSet Modified)
{
    /// <summary>Compares two values; what only the new one has is added, what only the old one has is removed.</summary>
    public static FieldComparison Between(MergeType type, JsonNode? before, JsonNode? after)
    {
        var comparison = new FieldComparison(new(), new(), new());
        comparison.Compare(type, Slot.Of(before), Slot.Of(after), []);
        return comparison;
    }

    /// <summary>The same without the given fields and everything below them.</summary>
    public FieldComparison Excluding(FieldSet fields) =>
        new(Added.RecursiveDifference(fields), Removed.RecursiveDifference(fields), Modified.RecursiveDifference(fields));

    private void Compare(MergeType type, Slot before, Slot after, PathElement[] path)
    {
        var typeBefore = type.For(before);
        var typeAfter = type.For(after);
        bool isLeaf;
        if (!after.IsPresent)
        {
            isLeaf = CompareParts(typeBefore, before, after, path);
        }
        else
        {
            if (before.IsPresent && !typeBefore.IsSame(typeAfter))
            {
                // The value changed between scalar, list and map: what both forms hold counts.
                CompareParts(typeBefore, before, after, path);
            }

            isLeaf = CompareParts(typeAfter, before, after, path);
        }

        if (!isLeaf && !before.IsPresent)
        {
            Added.Insert(path);
        }
        else if (!isLeaf && !after.IsPresent)
        {
            Removed.Insert(path);
        }
    }

    /// <summary>Compares by one form; true where the value counts as a whole.</summary>
    private bool CompareParts(MergeType type, Slot before, Slot after, PathElement[] path)
    {
        if (type.Map is { } map)
        {
            var left = before.Node as JsonObject;
            var right = after.Node as JsonObject;
            if (map.IsAtomic || ((left?.Count ?? 0) == 0 && (right?.Count ?? 0) == 0))
            {
                return CompareWhole(before, after, path);
            }

            foreach (var name in (left ?? []).Select(field => field.Key).Union((right ?? []).Select(field => field.Key)))
            {
                Compare(map.Field(name) ?? MergeType.Untyped, Slot.Field(left, name), Slot.Field(right, name), [.. path, PathElement.Field(name)]);
            }

            return false;
        }

        if (type.Scalar is null && type.List is { } list)
        {
            var left = before.Node as JsonArray;
            var right = after.Node as JsonArray;
            if (list.IsAtomic || ((left?.Count ?? 0) == 0 && (right?.Count ?? 0) == 0))
            {
                return CompareWhole(before, after, path);
            }

            CompareItems(list, left, right, path);
            return false;
        }

        return CompareWhole(before, after, path);
    }

    private bool CompareWhole(Slot before, Slot after, PathElement[] path)
    {
        if (!before.IsPresent)
        {
            Added.Insert(path);
        }
        else if (!after.IsPresent)
        {
            Removed.Insert(path);
        }
        else if (!JsonNode.DeepEquals(before.Node, after.Node))
        {
            Modified.Insert(path);
        }

        return true;
    }

    private void CompareItems(ListMerge merge, JsonArray? left, JsonArray? right, PathElement[] path)
    {
        var before = (left ?? []).ToLookup(merge.Step);
        var after = (right ?? []).ToLookup(merge.Step);
        foreach (var step in before.Select(group => group.Key).Union(after.Select(group => group.Key)))
        {
            PathElement[] at = [.. path, step];
            var (old, @new) = (before[step].ToArray(), after[step].ToArray());
            if (old.Length <= 1 && @new.Length <= 1)
            {
                Compare(merge.Element, Only(old), Only(@new), at);
            }
            else if (old.Length > 1 && @new.Length > 1)
            {
                if (old.Length != @new.Length || old.Zip(@new).Any(pair => !JsonNode.DeepEquals(pair.First, pair.Second)))
                {
                    Modified.Insert(at);
                }
            }
            else if (old.Length > 1)
            {
                // Duplicates are owned as a whole: they go, and a single item comes.
                CompareSingle(merge, default, Only(@new), at);
                Removed.Insert(at);
            }
            else
            {
                CompareSingle(merge, Only(old), default, at);
                Added.Insert(at);
            }
        }
    }

    private void CompareSingle(ListMerge merge, Slot before, Slot after, PathElement[] path)
    {
        if (before.IsPresent || after.IsPresent)
        {
            Compare(merge.Element, before, after, path);
        }
    }

    private static Slot Only(JsonNode?[] items) => items.Length == 1 ? Slot.Of(items[0]) : default;
}
