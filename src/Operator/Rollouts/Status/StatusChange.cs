using System.Text.Json.Nodes;

namespace Operator.Rollouts.Status;

/// <summary>Tells a change that must be written at once from numbers that move all the time.</summary>
internal static class StatusChange
{
    /// <summary>How often numbers alone are written.</summary>
    public static readonly TimeSpan Pace = TimeSpan.FromSeconds(60);

    /// <summary>Whether two statuses differ in more than numbers.</summary>
    public static bool IsSignificant(JsonObject before, JsonObject after) => !JsonNode.DeepEquals(Significant(before), Significant(after));

    private static JsonObject Significant(JsonObject status)
    {
        var copy = status.DeepClone().AsObject();
        // The sentence repeats reason and numbers; what else it says changes with the generation or the reason.
        Remove(copy, "message", "traffic");
        Remove(copy["weight"], "observed");
        Remove(copy["step"], "counts", "countedLimiters");
        Remove(copy["throttle"], "cause");
        foreach (var gate in Items(copy["gates"]))
        {
            // That a window opened is told by the presence of counts, and must not be lost.
            var isOpen = gate["counts"] is not null;
            Remove(gate, "estimate", "interval", "samples", "message", "counts");
            gate["open"] = isOpen;
        }
        foreach (var condition in Items(copy["conditions"])) Remove(condition, "message");
        return copy;
    }

    private static IEnumerable<JsonObject> Items(JsonNode? list) => (list as JsonArray ?? []).OfType<JsonObject>();

    private static void Remove(JsonNode? node, params ReadOnlySpan<string> names)
    {
        if (node is not JsonObject map) return;
        foreach (var name in names) map.Remove(name);
    }
}
