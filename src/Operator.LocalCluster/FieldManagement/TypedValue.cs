using System.Globalization;
using System.Text.Json.Nodes;
using Operator.LocalCluster.Schemas;

namespace Operator.LocalCluster.FieldManagement;

/// <summary>Walks over one value by its type: checks it, lists its fields, removes fields.</summary>
internal static class TypedValue
{
    /// <summary>Checks that a value has its type and that list items can be told apart.</summary>
    /// <exception cref="MergeTypeException">It has not; the message names every place.</exception>
    public static void Validate(MergeType type, JsonNode? value, bool allowDuplicates)
    {
        var errors = new List<string>();
        Check(type, value, "", allowDuplicates, errors);
        if (errors.Count > 0)
        {
            throw new MergeTypeException(errors.Count == 1 ? errors[0] : "errors:\n  " + string.Join("\n  ", errors));
        }
    }

    /// <summary>All fields that a value sets.</summary>
    public static FieldSet Fields(MergeType type, JsonNode? value)
    {
        var set = new FieldSet();
        Collect(type, value, [], set);
        return set;
    }

    /// <summary>A copy without the given fields.</summary>
    public static JsonNode? Without(MergeType type, JsonNode? value, FieldSet unwanted)
    {
        var narrowed = type.For(Slot.Of(value));
        return value switch
        {
            JsonObject map when narrowed.Map is { IsAtomic: false } merge => WithoutFields(merge, map, unwanted),
            JsonArray list when narrowed.List is { IsAtomic: false } merge => WithoutItems(merge, list, unwanted),
            JsonObject when narrowed.Map is { IsAtomic: true } => new JsonObject(),
            JsonArray when narrowed.List is { IsAtomic: true } => new JsonArray(),
            _ => value?.DeepClone(),
        };
    }

    private static JsonObject WithoutFields(MapMerge merge, JsonObject map, FieldSet unwanted)
    {
        var kept = new JsonObject();
        foreach (var (name, field) in map)
        {
            var step = PathElement.Field(name);
            if (!unwanted.Has(step))
            {
                var below = unwanted.Below(step);
                kept[name] = below.IsEmpty ? field?.DeepClone() : Without(merge.Field(name) ?? MergeType.Untyped, field, below);
            }
        }

        return kept;
    }

    private static JsonArray WithoutItems(ListMerge merge, JsonArray list, FieldSet unwanted)
    {
        var kept = new JsonArray();
        foreach (var item in list)
        {
            var step = merge.Step(item);
            if (!unwanted.Has(step))
            {
                var below = unwanted.Below(step);
                kept.Add(below.IsEmpty ? item?.DeepClone() : Without(merge.Element, item, below));
            }
        }

        return kept;
    }

    private static void Collect(MergeType type, JsonNode? value, PathElement[] path, FieldSet set)
    {
        var narrowed = type.For(Slot.Of(value));
        if (narrowed.Map is { } map)
        {
            if (map.IsAtomic)
            {
                set.Insert(path);
            }
            else
            {
                CollectFields(map, value as JsonObject, path, set);
            }
        }
        else if (narrowed.Scalar is not null || narrowed.List is not { IsAtomic: false } list)
        {
            set.Insert(path);
        }
        else
        {
            CollectItems(list, value as JsonArray, path, set);
        }
    }

    private static void CollectFields(MapMerge merge, JsonObject? map, PathElement[] path, FieldSet set)
    {
        foreach (var (name, field) in map ?? [])
        {
            PathElement[] at = [.. path, PathElement.Field(name)];
            Collect(merge.Field(name) ?? MergeType.Untyped, field, at, set);
            if (field is null or JsonObject { Count: 0 } || !merge.Fields.ContainsKey(name))
            {
                set.Insert(at);
            }
        }
    }

    private static void CollectItems(ListMerge merge, JsonArray? list, PathElement[] path, FieldSet set)
    {
        foreach (var group in (list ?? []).GroupBy(merge.Step))
        {
            // What stands twice is owned as a whole.
            PathElement[] at = [.. path, group.Key];
            set.Insert(at);
            if (!group.Skip(1).Any())
            {
                Collect(merge.Element, group.Single(), at, set);
            }
        }
    }

    private static void Check(MergeType type, JsonNode? value, string path, bool allowDuplicates, List<string> errors)
    {
        var narrowed = type.For(Slot.Of(value));
        if (value is null)
        {
            return;
        }

        if (narrowed.Map is { } map)
        {
            CheckMap(map, value, path, allowDuplicates, errors);
        }
        else if (narrowed.Scalar is { } scalar)
        {
            if (ScalarError(scalar, value) is { } error)
            {
                errors.Add(At(path, error));
            }
        }
        else if (narrowed.List is { } list)
        {
            CheckList(list, value, path, allowDuplicates, errors);
        }
    }

    private static void CheckMap(MapMerge merge, JsonNode value, string path, bool allowDuplicates, List<string> errors)
    {
        if (value is not JsonObject map)
        {
            errors.Add(At(path, $"expected map, got &{{{GoFormat.Plain(value)}}}"));
            return;
        }

        foreach (var (name, field) in map.OrderBy(field => field.Key, StringComparer.Ordinal))
        {
            if (merge.Field(name) is { } type)
            {
                Check(type, field, $"{path}.{name}", allowDuplicates, errors);
            }
            else
            {
                errors.Add(At($"{path}.{name}", "field not declared in schema"));
            }
        }
    }

    private static void CheckList(ListMerge merge, JsonNode value, string path, bool allowDuplicates, List<string> errors)
    {
        if (value is not JsonArray list)
        {
            errors.Add(At(path, $"expected list, got &{{{GoFormat.Plain(value)}}}"));
            return;
        }

        var seen = new HashSet<PathElement>();
        for (var i = 0; i < list.Count; i++)
        {
            var step = string.Create(CultureInfo.InvariantCulture, $"[{i}]");
            if (!merge.IsAtomic)
            {
                try
                {
                    var element = merge.Step(list[i]);
                    step = element.ToString();
                    if (!seen.Add(element) && !allowDuplicates)
                    {
                        errors.Add(At(path, "duplicate entries for key " + step));
                    }
                }
                catch (MergeTypeException e)
                {
                    errors.Add(At(path, string.Create(CultureInfo.InvariantCulture, $"element {i}: {e.Message}")));
                    return;
                }
            }

            Check(merge.Element, list[i], path + step, allowDuplicates, errors);
        }
    }

    /// <summary>Why a value is no such scalar; null where it is one.</summary>
    internal static string? ScalarError(ScalarType type, JsonNode? value)
    {
        var kind = JsonScalar.KindOf(value);
        var isNumber = kind is JsonScalarKind.Integer or JsonScalarKind.Float;
        return type switch
        {
            _ when kind == JsonScalarKind.Null => null,
            ScalarType.Number when !isNumber => "expected numeric (int or float), got " + GoType(kind),
            ScalarType.Text when kind != JsonScalarKind.String => $"expected string, got &value.valueUnstructured{{Value:{GoFormat.Literal(value)}}}",
            ScalarType.Boolean when kind != JsonScalarKind.Boolean => $"expected boolean, got &{{{GoFormat.Plain(value)}}}",
            ScalarType.Any when kind is JsonScalarKind.List or JsonScalarKind.Map => $"expected any scalar, got &{{{GoFormat.Plain(value)}}}",
            _ => null,
        };
    }

    private static string GoType(JsonScalarKind kind) => kind switch
    {
        JsonScalarKind.String => "string",
        JsonScalarKind.Boolean => "bool",
        JsonScalarKind.List => "[]interface {}",
        _ => "map[string]interface {}",
    };

    private static string At(string path, string error) => path.Length == 0 ? error : $"{path}: {error}";
}
