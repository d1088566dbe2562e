using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Operator.MockClaude.Http;

/// <summary>Pages by <c>limit</c>, <c>after_id</c> and <c>before_id</c>.</summary>
internal static class Paging
{
    /// <summary>Reads <c>limit</c>.</summary>
    public static ApiError? Limit(IQueryCollection query, int usual, int most, out int limit)
    {
        limit = usual;
        if (!query.TryGetValue("limit", out var text)) return null;
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit) || limit < 1 || limit > most)
            return ApiError.Invalid($"limit: Input should be between 1 and {most}");
        return null;
    }

    /// <summary>The page that the query asks for; an unknown id gives an empty page.</summary>
    public static (List<T> Items, bool More) Slice<T>(List<T> all, Func<T, string> id, IQueryCollection query, int limit)
    {
        if (query.TryGetValue("before_id", out var before))
        {
            var end = Math.Max(0, all.FindIndex(i => id(i) == before.ToString()));
            var from = Math.Max(0, end - limit);
            return (all[from..end], from > 0);
        }
        var start = 0;
        if (query.TryGetValue("after_id", out var after))
        {
            var at = all.FindIndex(i => id(i) == after.ToString());
            start = at < 0 ? all.Count : at + 1;
        }
        var to = Math.Min(all.Count, start + limit);
        return (all[start..to], to < all.Count);
    }

    /// <summary>Writes the page.</summary>
    public static void Write<T>(Utf8JsonWriter json, (List<T> Items, bool More) page, Func<T, string> id, Action<Utf8JsonWriter, T> write)
    {
        json.WriteStartObject();
        json.WriteStartArray("data"u8);
        foreach (var item in page.Items) write(json, item);
        json.WriteEndArray();
        json.WriteBoolean("has_more"u8, page.More);
        if (page.Items.Count > 0)
        {
            json.WriteString("first_id"u8, id(page.Items[0]));
            json.WriteString("last_id"u8, id(page.Items[^1]));
        }
        else
        {
            json.WriteNull("first_id"u8);
            json.WriteNull("last_id"u8);
        }
        json.WriteEndObject();
    }
}
