using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Operator.LocalCluster.Schemas;

/// <summary>Writes values the way a Go server does, for messages that clients compare or show.</summary>
internal static partial class GoFormat
{
    private static readonly SearchValues<char> Unescaped = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./ :=,");
    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A double-quoted string with Go's escapes, as <c>%q</c> writes it.</summary>
    public static string Quote(string value)
    {
        var text = new StringBuilder(value.Length + 2).Append('"');
        foreach (var rune in value.EnumerateRunes())
        {
            switch (rune.Value)
            {
                case '"': text.Append("\\\""); break;
                case '\\': text.Append("\\\\"); break;
                case '\a': text.Append("\\a"); break;
                case '\b': text.Append("\\b"); break;
                case '\f': text.Append("\\f"); break;
                case '\n': text.Append("\\n"); break;
                case '\r': text.Append("\\r"); break;
                case '\t': text.Append("\\t"); break;
                case '\v': text.Append("\\v"); break;
                case < 0x20 or 0x7f: text.Append(CultureInfo.InvariantCulture, $"\\x{rune.Value:x2}"); break;
                default:
                    if (IsPrintable(rune))
                    {
                        text.Append(rune.ToString());
                    }
                    else
                    {
                        text.Append(rune.Value > 0xffff ? "\\U" + rune.Value.ToString("x8", CultureInfo.InvariantCulture) : "\\u" + rune.Value.ToString("x4", CultureInfo.InvariantCulture));
                    }

                    break;
            }
        }

        return text.Append('"').ToString();
    }

    /// <summary>A floating-point number as <c>%v</c> writes it: shortest form, an exponent from 1e21 on and below 1e-4.</summary>
    public static string Float(double value)
    {
        // The shortest digits that read back as the same number, and where the decimal point stands relative to the first of them.
        var scientific = value.ToString("E16", CultureInfo.InvariantCulture);
        var shortest = value.ToString("R", CultureInfo.InvariantCulture);
        var digits = Digits(shortest);
        var exponent = int.Parse(scientific.AsSpan(scientific.IndexOf('E', StringComparison.Ordinal) + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var sign = value < 0 ? "-" : "";
        if (value == 0)
        {
            return "0";
        }

        if (exponent is < -4 or >= 21)
        {
            return sign + digits[0] + (digits.Length > 1 ? "." + digits[1..] : "")
                + "e" + (exponent < 0 ? "-" : "+") + Math.Abs(exponent).ToString("00", CultureInfo.InvariantCulture);
        }

        if (exponent < 0)
        {
            return sign + "0." + new string('0', -exponent - 1) + digits;
        }

        return digits.Length <= exponent + 1
            ? sign + digits.PadRight(exponent + 1, '0')
            : sign + digits[..(exponent + 1)] + "." + digits[(exponent + 1)..];
    }

    /// <summary>Compact JSON with sorted keys and HTML characters escaped, as Go's encoder writes maps.</summary>
    public static string Json(JsonNode? value)
    {
        if (JsonScalar.TryText(value, out var plain) && !plain.AsSpan().ContainsAnyExcept(Unescaped))
        {
            return "\"" + plain + "\"";
        }

        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Compact))
        {
            Write(writer, value);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan)
            .Replace("<", "\\u003c", StringComparison.Ordinal)
            .Replace(">", "\\u003e", StringComparison.Ordinal)
            .Replace("&", "\\u0026", StringComparison.Ordinal);
    }

    /// <summary>A value as the API's error messages show it: strings quoted, other scalars plain, the rest as JSON.</summary>
    public static string BadValue(JsonNode? value) => JsonScalar.KindOf(value) switch
    {
        JsonScalarKind.String => Quote(JsonScalar.Text(value)),
        JsonScalarKind.Integer => JsonScalar.Integer(value).ToString(CultureInfo.InvariantCulture),
        JsonScalarKind.Float => Float(JsonScalar.Double(value)),
        _ => Json(value),
    };

    private static void Write(Utf8JsonWriter writer, JsonNode? value)
    {
        switch (value)
        {
            case JsonObject map:
                writer.WriteStartObject();
                foreach (var (key, item) in map.OrderBy(pair => pair.Key, StringComparer.Ordinal))
                {
                    writer.WritePropertyName(key);
                    Write(writer, item);
                }

                writer.WriteEndObject();
                break;
            case JsonArray list:
                writer.WriteStartArray();
                foreach (var item in list)
                {
                    Write(writer, item);
                }

                writer.WriteEndArray();
                break;
            case null:
                writer.WriteNullValue();
                break;
            default:
                if (JsonScalar.KindOf(value) == JsonScalarKind.Float)
                {
                    writer.WriteRawValue(Float(JsonScalar.Double(value)));
                }
                else
                {
                    value.WriteTo(writer);
                }

                break;
        }
    }

    private static string Digits(string shortest)
    {
        var mantissa = shortest.Split('E')[0];
        var digits = new string(mantissa.Where(char.IsAsciiDigit).ToArray()).TrimStart('0').TrimEnd('0');
        return digits.Length == 0 ? "0" : digits;
    }

    private static bool IsPrintable(Rune rune) => rune.Value == ' ' || Rune.GetUnicodeCategory(rune) is not
        (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse
        or UnicodeCategory.OtherNotAssigned or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.SpaceSeparator);
}
