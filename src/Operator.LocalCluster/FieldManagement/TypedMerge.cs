using System.Text.Json.Nodes;

namespace Operator.LocalCluster.FieldManagement;

/// <summary>Merges an applied value into a live one: the applied scalars and atomic parts win, maps and keyed lists merge.</summary>
internal static class TypedMerge
{
    /// <summary>Merges two values of a type into a new one.</summary>
    public static JsonNode? Merge(MergeType type, JsonNode? live, JsonNode? applied) => Merge(type, Slot.Of(live), Slot.Of(applied)).Node;

    private static Slot Merge(MergeType type, Slot live, Slot applied)
    {
        var narrowed = type.For(applied.IsPresent ? applied : live);
        if (narrowed.Map is { IsAtomic: false } map)
        {
            var left = live.Node as JsonObject;
            var right = applied.Node as JsonObject;
            return (left?.Count ?? 0) == 0 && (right?.Count ?? 0) == 0 ? Winner(live, applied) : MergeFields(map, left, right);
        }

        if (narrowed.Map is null && narrowed.Scalar is null && narrowed.List is { IsAtomic: false } list)
        {
            var left = live.Node as JsonArray;
            var right = applied.Node as JsonArray;
            return (left?.Count ?? 0) == 0 && (right?.Count ?? 0) == 0 ? Winner(live, applied) : MergeItems(list, left ?? [], right ?? []);
        }

        return Winner(live, applied);
    }

    private static Slot Winner(Slot live, Slot applied)
    {
        var winner = applied.IsPresent ? applied : live;
        return winner with { Node = winner.Node?.DeepClone() };
    }

    private static Slot MergeFields(MapMerge merge, JsonObject? live, JsonObject? applied)
    {
        var merged = new JsonObject();
        foreach (var name in (live ?? []).Select(field => field.Key).Union((applied ?? []).Select(field => field.Key)))
        {
            var field = Merge(merge.Field(name) ?? MergeType.Untyped, Slot.Field(live, name), Slot.Field(applied, name));
            if (field.IsPresent)
            {
                merged[name] = field.Node;
            }
        }

        return merged.Count > 0 ? Slot.Of(merged) : default;
    }

    /// <summary>
    /// Applied items keep their order among themselves; live items that are not applied keep their place before the next one
    /// that both lists have.
    /// </summary>
    private static Slot MergeItems(ListMerge merge, JsonArray live, JsonArray applied)
    {
        var liveSteps = live.Select(merge.Step).ToArray();
        var appliedSteps = applied.Select(merge.Step).ToArray();
        var byStep = new Dictionary<PathElement, Slot>();
        for (var i = 0; i < live.Count; i++)
        {
            // Live duplicates have no single value to merge with.
            byStep[liveSteps[i]] = byStep.ContainsKey(liveSteps[i]) ? Slot.Of(null) : Slot.Of(live[i]);
        }

        var isApplied = appliedSteps.ToHashSet();
        var done = new HashSet<PathElement>();
        var shared = new Queue<PathElement>(appliedSteps.Where(byStep.ContainsKey));
        var merged = new JsonArray();
        void Emit(Slot left, Slot right)
        {
            if (Merge(merge.Element, left, right) is { IsPresent: true } item)
            {
                merged.Add(item.Node);
            }
        }

        for (int l = 0, a = 0; l < live.Count || a < applied.Count;)
        {
            var liveStep = l < live.Count ? liveSteps[l] : null;
            if (liveStep is not null && !isApplied.Contains(liveStep))
            {
                Emit(Slot.Of(live[l++]), default);
            }
            else if (liveStep is not null && (done.Contains(liveStep) || (a < applied.Count && shared.TryPeek(out var next) && !next.Equals(liveStep))))
            {
                // Placed already, or to be placed later where the applied list has it.
                l++;
            }
            else
            {
                var step = appliedSteps[a];
                Emit(byStep.GetValueOrDefault(step), Slot.Of(applied[a++]));
                done.Add(step);
                l += step.Equals(liveStep) ? 1 : 0;
                if (shared.TryPeek(out var placed) && placed.Equals(step))
                {
                    shared.Dequeue();
                }
            }
        }

        return merged.Count > 0 ? Slot.Of(merged) : default;
    }
}
