using System.Runtime.InteropServices;
using System.Text.Json;

namespace Operator.MockClaude.Messages;

/// <summary>
/// The mock's tokenizer: four bytes of text are a token, and tokenizers since Opus 4.7 make 30 % more of them. Bytes are counted after
/// JSON escapes are resolved, so that spelling a letter as an escape changes nothing.
/// </summary>
internal static class TokenCounter
{
    /// <summary>What a message costs beside its content.</summary>
    public const int PerMessage = 3;

    /// <summary>What a request costs beside its messages.</summary>
    public const int PerRequest = 3;

    /// <summary>An image, whatever its size.</summary>
    public const int PerImage = 1_500;

    /// <summary>A document that is not plain text, whatever its size.</summary>
    public const int PerDocument = 2_000;

    /// <summary>Tokens of that many bytes of text, rounded up.</summary>
    public static int OfBytes(long bytes, bool newTokenizer) => (int)((bytes * (newTokenizer ? 13 : 10) + 39) / 40);

    /// <summary>The most bytes that make no more than that many tokens.</summary>
    public static int BytesFor(int tokens, bool newTokenizer) => (int)(tokens * 40L / (newTokenizer ? 13 : 10));

    /// <summary>The bytes of a JSON value: strings, names, numbers and two for each pair of braces or brackets.</summary>
    public static long Weigh(JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                return TextLength(value);
            case JsonValueKind.Object:
                var sum = 2L;
                foreach (var property in value.EnumerateObject())
                {
                    if (!property.NameEquals("cache_control"u8)) sum += JsonMarshal.GetRawUtf8PropertyName(property).Length + 2 + Weigh(property.Value);
                }
                return sum;
            case JsonValueKind.Array:
                var items = 2L;
                foreach (var item in value.EnumerateArray()) items += Weigh(item) + 1;
                return items;
            default:
                return JsonMarshal.GetRawUtf8Value(value).Length;
        }
    }

    /// <summary>The length in UTF-8 of a JSON string's text.</summary>
    public static long TextLength(JsonElement text)
    {
        var raw = JsonMarshal.GetRawUtf8Value(text)[1..^1];
        var escape = raw.IndexOf((byte)'\\');
        if (escape < 0) return raw.Length;
        long length = escape;
        for (var i = escape; i < raw.Length; i++)
        {
            if (raw[i] != '\\')
            {
                length++;
                continue;
            }
            i++;
            if (raw[i] != 'u')
            {
                length++;
                continue;
            }
            var unit = Unit(raw.Slice(i + 1, 4));
            i += 4;
            // Each half of a surrogate pair is two of the pair's four bytes.
            length += unit < 0x80 ? 1 : unit < 0x800 || char.IsSurrogate((char)unit) ? 2 : 3;
        }
        return length;
    }

    private static int Unit(ReadOnlySpan<byte> digits)
    {
        var value = 0;
        foreach (var digit in digits) value = value << 4 | (digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10);
        return value;
    }
}
