using System.Globalization;
using System.Numerics;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Operator.Kubernetes.Yaml;

/// <summary>
/// What a plain YAML scalar means to kubectl: YAML 1.1, so that <c>yes</c> and <c>on</c> are booleans and <c>0777</c> is octal.
/// </summary>
internal static partial class YamlScalar
{
    /// <summary>The JSON value of a plain scalar.</summary>
    /// <exception cref="FormatException">The value cannot be written in JSON: infinity, not-a-number.</exception>
    public static JsonNode? Resolve(string text)
    {
        if (text is "" or "~" or "null" or "Null" or "NULL") return null;
        if (IsBoolean(text, out var boolean)) return JsonValue.Create(boolean);
        if (!MayBeNumber(text[0])) return JsonValue.Create(text);
        return Number(text) ?? JsonValue.Create(text);
    }

    private static bool IsBoolean(string text, out bool value)
    {
        value = text is "y" or "Y" or "yes" or "Yes" or "YES" or "true" or "True" or "TRUE" or "on" or "On" or "ON";
        return value || text is "n" or "N" or "no" or "No" or "NO" or "false" or "False" or "FALSE" or "off" or "Off" or "OFF";
    }

    private static bool MayBeNumber(char first) => char.IsAsciiDigit(first) || first is '-' or '+' or '.';

    private static JsonNode? Number(string text)
    {
        if (NotFinite().IsMatch(text)) throw new FormatException($"'{text}' cannot be written in JSON; quote it to make it a string");
        var plain = text.Replace("_", "", StringComparison.Ordinal);
        if (Integer(plain) is { } integer) return JsonNode.Parse(integer.ToString(CultureInfo.InvariantCulture));
        if (!Float().IsMatch(plain)) return null;
        if (JsonNumber().IsMatch(plain)) return JsonNode.Parse(plain);
        var value = double.Parse(plain, NumberStyles.Float, CultureInfo.InvariantCulture);
        return double.IsFinite(value) ? JsonValue.Create(value) : null;
    }

    private static BigInteger? Integer(string text)
    {
        var sign = text[0] == '-' ? BigInteger.MinusOne : BigInteger.One;
        var digits = text[0] is '-' or '+' ? text[1..] : text;
        if (digits.Length is 0 or > 400) return null;
        return digits switch
        {
            ['0', 'x' or 'X', .. var hex] => Digits(hex, 16) * sign,
            ['0', 'o', .. var octal] => Digits(octal, 8) * sign,
            ['0', 'b', .. var binary] => Digits(binary, 2) * sign,
            ['0', .. { Length: > 0 } octal] => Digits(octal, 8) * sign,
            _ => Digits(digits, 10) * sign,
        };
    }

    private static BigInteger? Digits(string digits, int radix)
    {
        if (digits.Length == 0) return null;
        var value = BigInteger.Zero;
        foreach (var c in digits)
        {
            if (!char.IsAsciiHexDigit(c)) return null;
            var digit = Convert.ToInt32(c.ToString(), 16);
            if (digit >= radix) return null;
            value = value * radix + digit;
        }
        return value;
    }

    [GeneratedRegex("^[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?$")]
    private static partial Regex Float();

    [GeneratedRegex("^-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][-+]?[0-9]+)?$")]
    private static partial Regex JsonNumber();

    [GeneratedRegex("^([-+]?\\.(inf|Inf|INF)|\\.(nan|NaN|NAN))$")]
    private static partial Regex NotFinite();
}
