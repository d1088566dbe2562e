using System.Text.Json.Nodes;
using Operator.LocalCluster.Api;
using Operator.LocalCluster.Schemas;

namespace Operator.LocalCluster.Patching;

internal static partial class StrategicMergePatch
{
    private static void ApplyElementOrders(JsonObject original, JsonObject patch, PatchedType type)
    {
        foreach (var directive in patch.Select(field => field.Key).Where(key => key.StartsWith(SetElementOrder, StringComparison.Ordinal)).ToArray())
        {
            var key = directive[SetElementOrder.Length..];
            var listType = type.Field(key);
            if (Take(patch, directive) is not JsonArray order)
            {
                throw new ApiException(400, "BadRequest", "invalid patch format of setElementOrder list");
            }

            var present = original[key] as JsonArray;
            var change = patch[key] as JsonArray;
            if (present is null && change is null)
            {
                continue;
            }

            RequireOrder(change ?? [], order, listType.MergeKey);
            var serverOrder = present is null ? [] : (JsonArray)present.DeepClone();
            JsonArray merged;
            if (change is null)
            {
                merged = (JsonArray)present!.DeepClone();
            }
            else
            {
                patch.Remove(key);
                merged = present is null
                    ? WithoutDirectives(change, out var kept) ? (JsonArray)kept! : []
                    : listType.MergesList ? MergeList((JsonArray)present.DeepClone(), change, listType) : change;
            }

            original[key] = InOrder(merged, order, serverOrder, listType.MergeKey);
        }
    }

    /// <summary>The patch's items must stand in the directive's order.</summary>
    private static void RequireOrder(JsonArray patch, JsonArray order, string? mergeKey)
    {
        var at = 0;
        foreach (var item in order.Count == 0 ? [] : patch)
        {
            if (item is JsonObject map && map.ContainsKey(Directive))
            {
                continue;
            }

            while (at < order.Count && !IsSame(item, order[at], mergeKey))
            {
                at++;
            }

            if (at++ == order.Count)
            {
                throw new ApiException(500, "", $"The order in patch list:\n{GoFormat.Json(patch)}\n doesn't match $setElementOrder list:\n{GoFormat.Json(order)}\n");
            }
        }
    }

    private static JsonArray MergeList(JsonArray original, JsonArray patch, PatchedType type)
    {
        if (original.Count == 0 && patch.Count == 0)
        {
            return original;
        }

        var serverOrder = (JsonArray)original.DeepClone();
        if (!original.Concat(patch).Any(item => item is JsonObject))
        {
            var both = new JsonArray();
            foreach (var item in original.Concat(patch))
            {
                if (!both.Any(seen => JsonNode.DeepEquals(seen, item)))
                {
                    both.Add(item?.DeepClone());
                }
            }

            return InOrder(both, patch, serverOrder, null);
        }

        var mergeKey = type.MergeKey ?? throw new ApiException(500, "", "cannot merge lists without merge key");
        var changes = TakeSpecialItems(original, patch, mergeKey);
        foreach (var item in changes.ToArray())
        {
            var change = item as JsonObject ?? throw NoMergeKey(item, mergeKey);
            var index = IndexOf(original, change, mergeKey);
            if (index < 0)
            {
                original.Add(WithoutDirectives(WithoutNulls(change.DeepClone()), out var added) ? added : null);
            }
            else
            {
                var present = (JsonObject)original[index]!;
                original[index] = null;
                original[index] = MergeMap(present, (JsonObject)change.DeepClone(), type.Item);
            }
        }

        return InOrder(original, changes, serverOrder, mergeKey);
    }

    /// <summary>Carries out the items with a directive: <c>delete</c> removes the item of the same key, <c>replace</c> empties the list.</summary>
    private static JsonArray TakeSpecialItems(JsonArray original, JsonArray patch, string mergeKey)
    {
        var plain = new JsonArray();
        foreach (var item in patch)
        {
            if (item is not JsonObject map || !map.TryGetPropertyValue(Directive, out var directive))
            {
                plain.Add(item?.DeepClone());
                continue;
            }

            switch (JsonScalar.TryText(directive, out var name) ? name : "")
            {
                case "delete":
                    for (var index = IndexOf(original, map, mergeKey); index >= 0; index = IndexOf(original, map, mergeKey))
                    {
                        original.RemoveAt(index);
                    }

                    break;
                case "replace":
                    original.Clear();
                    break;
                case "merge":
                    throw new ApiException(500, "", "merging lists cannot yet be specified in the patch");
                default:
                    throw new ApiException(500, "", $"unknown patch type {GoFormat.Json(directive)} in map: {GoFormat.Json(map)}");
            }
        }

        return plain;
    }

    /// <summary>
    /// Sorts the items that the order names by it, and puts the others between them where the server's list had them.
    /// </summary>
    private static JsonArray InOrder(JsonArray items, JsonArray order, JsonArray serverOrder, string? mergeKey)
    {
        var named = items.Select((item, i) => (Item: item, Order: IndexOf(order, item, mergeKey), Index: i))
            .Where(entry => entry.Order >= 0).OrderBy(entry => entry.Order).ThenBy(entry => entry.Index).Select(entry => entry.Item).ToArray();
        var others = items.Where(item => IndexOf(order, item, mergeKey) < 0).ToArray();
        var sorted = new List<JsonNode?>();
        var i = 0;
        foreach (var item in named)
        {
            var place = IndexOf(serverOrder, item, mergeKey);
            while (place >= 0 && i < others.Length && IndexOf(serverOrder, others[i], mergeKey) is >= 0 and var before && before < place)
            {
                sorted.Add(others[i++]);
            }

            sorted.Add(item);
        }

        sorted.AddRange(others[i..]);
        return new JsonArray([.. sorted.Select(item => item?.DeepClone())]);
    }

    private static int IndexOf(JsonArray list, JsonNode? item, string? mergeKey)
    {
        for (var i = 0; i < list.Count; i++)
        {
            if (IsSame(list[i], item, mergeKey))
            {
                return i;
            }
        }

        return -1;
    }

    private static bool IsSame(JsonNode? left, JsonNode? right, string? mergeKey) =>
        mergeKey is null ? JsonNode.DeepEquals(left, right) : JsonNode.DeepEquals(Key(left, mergeKey), Key(right, mergeKey));

    private static JsonNode? Key(JsonNode? item, string mergeKey) =>
        item is JsonObject map && map.TryGetPropertyValue(mergeKey, out var key) && key is not null ? key : throw NoMergeKey(item, mergeKey);

    private static ApiException NoMergeKey(JsonNode? item, string mergeKey) =>
        new(500, "", $"map: {GoFormat.Json(item)} does not contain declared merge key: {mergeKey}");
}
