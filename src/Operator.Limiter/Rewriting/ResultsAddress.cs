using System.Text.Encodings.Web;
using System.Text.Json;

namespace Operator.Limiter.Rewriting;

/// <summary>
/// A batch tells by a full address where its results are, and clients follow it: it must lead through the limiter,
/// for the API does not know the caller's key.
/// </summary>
internal static class ResultsAddress
{
    private const string Batches = "/v1/messages/batches/";

    private static readonly JsonReaderOptions Options = new() { MaxDepth = 64 };

    /// <summary>Puts another root before the path of every <c>results_url</c>; all else is as it was.</summary>
    /// <param name="json">A batch, or a page of batches.</param>
    /// <param name="root">Where the caller reaches the limiter: scheme, host and port, without a slash at the end.</param>
    /// <returns>The answer; the same bytes when it tells no such address, or is no JSON.</returns>
    public static byte[] Lead(byte[] json, string root)
    {
        var edits = new BodyEdits();
        try
        {
            var reader = new Utf8JsonReader(json, Options);
            while (reader.Read())
            {
                if (reader.TokenType != JsonTokenType.PropertyName || !reader.ValueTextEquals("results_url"u8) || !reader.Read()) continue;
                if (reader.TokenType != JsonTokenType.String || Moved(reader.GetString()!, root) is not { } moved) continue;
                var text = JsonEncodedText.Encode(moved, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes;
                edits.Replace(new JsonSpan((int)reader.TokenStartIndex + 1, (int)reader.BytesConsumed - 1), text.ToArray());
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return json;
        }
        return edits.IsEmpty ? json : edits.Apply(json);
    }

    /// <summary>The address of a batch under the other root; null for any other.</summary>
    private static string? Moved(string address, string root)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || (uri.Scheme != Uri.UriSchemeHttps && uri.Scheme != Uri.UriSchemeHttp)) return null;
        // The upstream may stand under a path of its own.
        var at = uri.AbsolutePath.IndexOf(Batches, StringComparison.Ordinal);
        return at < 0 ? null : $"{root}{uri.AbsolutePath[at..]}{uri.Query}";
    }
}
