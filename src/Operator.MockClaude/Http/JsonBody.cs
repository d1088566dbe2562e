using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;

namespace Operator.MockClaude.Http;

/// <summary>Parses bodies. What gets through can be read to the last string: valid UTF-8 and no half of a surrogate pair.</summary>
internal static class JsonBody
{
    /// <summary>Parses.</summary>
    public static ApiError? Parse(ReadOnlyMemory<byte> body, out JsonDocument? document)
    {
        document = null;
        if (!Utf8.IsValid(body.Span))
            return ApiError.Invalid("The request body is not valid UTF-8.") with { Code = "request_body_encoding_invalid" };
        try
        {
            document = JsonDocument.Parse(body);
        }
        catch (JsonException e)
        {
            return ApiError.Invalid($"The request body is not valid JSON: {e.Message}");
        }
        if (!HasLoneSurrogate(body.Span)) return null;
        document.Dispose();
        document = null;
        return ApiError.Invalid("The request body is not valid JSON: it holds one half of a surrogate pair.");
    }

    // The JSON is known to be well-formed: every \u has its four digits.
    private static bool HasLoneSurrogate(ReadOnlySpan<byte> json)
    {
        while (true)
        {
            var at = json.IndexOf((byte)'\\');
            if (at < 0) return false;
            if (json[at + 1] != 'u')
            {
                json = json[(at + 2)..];
                continue;
            }
            var unit = (char)Unit(json[(at + 2)..]);
            json = json[(at + 6)..];
            if (char.IsLowSurrogate(unit)) return true;
            if (!char.IsHighSurrogate(unit)) continue;
            if (!json.StartsWith("\\u"u8) || !char.IsLowSurrogate((char)Unit(json[2..]))) return true;
            json = json[6..];
        }
    }

    private static int Unit(ReadOnlySpan<byte> digits) =>
        ushort.Parse(digits[..4], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
