using System.Text.Json;
using Operator.Contract;

namespace Operator.Quotas.RateLimits;

/// <summary>
/// One page of the endpoint. Entries have a <c>group</c> object since version 2026-10-21 and a <c>group_type</c> before; types of limits
/// that are not known are skipped, for the list is open.
/// </summary>
internal static class RateLimitsPage
{
    private const string ModelGroup = "model_group";

    /// <summary>Adds the page's model groups.</summary>
    /// <returns>The next page; null after the last.</returns>
    /// <exception cref="JsonException">The text is no page.</exception>
    public static string? Read(ReadOnlyMemory<byte> json, List<ObservedGroup> groups)
    {
        using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 16 });
        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("data", out var data) || data.ValueKind != JsonValueKind.Array)
            throw new JsonException("expected an object with a list 'data'");
        foreach (var entry in data.EnumerateArray())
        {
            if (Group(entry) is { } group) groups.Add(group);
        }
        return Text(root, "next_page");
    }

    private static ObservedGroup? Group(JsonElement entry)
    {
        if (entry.ValueKind != JsonValueKind.Object) return null;
        var hasGroup = entry.TryGetProperty("group", out var group) && group.ValueKind == JsonValueKind.Object;
        var type = hasGroup ? Text(group, "type") : Text(entry, "group_type");
        var models = Strings(entry, "models");
        var id = (hasGroup ? Text(group, "id") : null) ?? Text(entry, "id");
        if (type != ModelGroup || models.Count == 0) return null;
        // Before groups had an id of their own, the first model tells them apart.
        return new ObservedGroup(id ?? models[0], models, Limits(entry));
    }

    private static Amounts Limits(JsonElement entry)
    {
        double? requests = null, input = null, cacheAware = null, output = null;
        if (entry.TryGetProperty("limits", out var limits) && limits.ValueKind == JsonValueKind.Array)
        {
            foreach (var limit in limits.EnumerateArray())
            {
                if (limit.ValueKind != JsonValueKind.Object || !limit.TryGetProperty("value", out var number)) continue;
                if (number.ValueKind != JsonValueKind.Number || !number.TryGetDouble(out var value) || value < 0) continue;
                switch (Text(limit, "type"))
                {
                    case "requests_per_minute": requests = value; break;
                    case "input_tokens_per_minute": input = value; break;
                    case "input_tokens_per_minute_cache_aware": cacheAware = value; break;
                    case "output_tokens_per_minute": output = value; break;
                }
            }
        }
        return new Amounts(requests, cacheAware ?? input, output);
    }

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static List<string> Strings(JsonElement element, string name) =>
        element.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array
            ? [.. list.EnumerateArray().Where(i => i.ValueKind == JsonValueKind.String).Select(i => i.GetString()!)]
            : [];
}
