using System.Globalization;
using System.Text.Json;

namespace Operator.Catalog.Refresh;

/// <summary>One page of <c>GET /v1/models</c>. Fields that are not known are skipped: the answer may grow.</summary>
internal static class ModelsPage
{
    private static readonly string[] Levels = ["low", "medium", "high", "xhigh", "max"];

    /// <summary>Adds the page's models.</summary>
    /// <returns>The id after which the next page begins; null after the last.</returns>
    /// <exception cref="JsonException">The text is no page.</exception>
    public static string? Read(ReadOnlyMemory<byte> json, List<ObservedModel> models)
    {
        using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 16 });
        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("data", out var data) || data.ValueKind != JsonValueKind.Array)
            throw new JsonException("expected an object with a list 'data'");
        foreach (var entry in data.EnumerateArray())
        {
            if (entry.ValueKind == JsonValueKind.Object && Text(entry, "id") is { Length: > 0 and <= 128 } id) models.Add(Model(entry, id));
        }
        return root.TryGetProperty("has_more", out var more) && more.ValueKind == JsonValueKind.True ? Text(root, "last_id") : null;
    }

    private static ObservedModel Model(JsonElement entry, string id) => new(
        id,
        Text(entry, "line"),
        Day(entry, "created_at"),
        Day(entry, "deprecated_at"),
        Day(entry, "retires_at"),
        Text(entry, "lifecycle") switch { "retired" => true, "active" or "deprecated" => false, _ => null },
        entry.TryGetProperty("max_tokens", out var most) && most.ValueKind == JsonValueKind.Number && most.TryGetInt32(out var tokens) && tokens > 0 ? tokens : null,
        Efforts(entry));

    private static List<string>? Efforts(JsonElement entry)
    {
        if (!entry.TryGetProperty("capabilities", out var all) || all.ValueKind != JsonValueKind.Object) return null;
        if (!all.TryGetProperty("effort", out var effort) || effort.ValueKind != JsonValueKind.Object) return null;
        return [.. Levels.Where(level => effort.TryGetProperty(level, out var one) && IsSupported(one))];
    }

    private static bool IsSupported(JsonElement capability) =>
        capability.ValueKind == JsonValueKind.Object && capability.TryGetProperty("supported", out var word) && word.ValueKind == JsonValueKind.True;

    private static DateOnly? Day(JsonElement entry, string name) =>
        DateTimeOffset.TryParse(Text(entry, name), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at)
            ? DateOnly.FromDateTime(at.UtcDateTime)
            : null;

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
