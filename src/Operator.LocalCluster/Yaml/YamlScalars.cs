using System.Globalization;
using System.Numerics;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Operator.LocalCluster.Yaml;

/// <summary>Tells what a plain YAML scalar is, by the YAML 1.1 rules that the Kubernetes tools use.</summary>
internal static partial class YamlScalars
{
    /// <summary>The value of a plain scalar: null, boolean, number, or else the text itself.</summary>
    /// <exception cref="FormatException">The scalar is a number that JSON cannot express.</exception>
    public static JsonNode? Resolve(string text)
    {
        switch (text)
        {
            case "" or "~" or "null" or "Null" or "NULL":
                return null;
            case "y" or "Y" or "yes" or "Yes" or "YES" or "true" or "True" or "TRUE" or "on" or "On" or "ON":
                return true;
            case "n" or "N" or "no" or "No" or "NO" or "false" or "False" or "FALSE" or "off" or "Off" or "OFF":
                return false;
        }

        return text[0] is '+' or '-' or '.' or (>= '0' and <= '9') ? Number(text) ?? JsonValue.Create(text) : text;
    }

    private static JsonValue? Number(string text)
    {
        if (Infinite().IsMatch(text))
        {
            throw new FormatException("json: unsupported value: " + text);
        }

        if (text[0] == '.')
        {
            return Float().IsMatch(text) ? Finite(text) : null;
        }

        if (Timestamp().IsMatch(text))
        {
            return null;
        }

        var plain = text.Replace("_", "", StringComparison.Ordinal);
        if (Integer(plain) is { } integer)
        {
            return integer;
        }

        return Float().IsMatch(plain) ? Finite(plain) : null;
    }

    private static JsonValue? Integer(string plain)
    {
        var match = IntegerShape().Match(plain);
        if (!match.Success)
        {
            return null;
        }

        var digits = match.Groups["digits"].Value;
        var radix = match.Groups["radix"].Value.ToUpperInvariant() switch { "0X" => 16, "0B" => 2, "0O" or "0" => 8, _ => 10 };
        var value = BigInteger.Zero;
        foreach (var digit in digits)
        {
            var number = Convert.ToInt32(digit.ToString(), 16);
            if (number >= radix)
            {
                return null;
            }

            value = (value * radix) + number;
        }

        value = match.Groups["sign"].Value == "-" ? -value : value;
        return value >= long.MinValue && value <= long.MaxValue ? JsonValue.Create((long)value)
            : value > 0 && value <= ulong.MaxValue ? JsonValue.Create((double)(ulong)value)
            : null;
    }

    private static JsonValue Finite(string text)
    {
        var number = double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
        return double.IsFinite(number) ? JsonValue.Create(number) : throw new FormatException("json: unsupported value: " + text);
    }

    [GeneratedRegex(@"^[-+]?(\.inf|\.Inf|\.INF)\z|^(\.nan|\.NaN|\.NAN)\z", RegexOptions.CultureInvariant)]
    private static partial Regex Infinite();

    [GeneratedRegex(@"^(?<sign>[-+]?)(?<radix>0[xX]|0[bB]|0[oO]|0(?=[0-9]))?(?<digits>[0-9a-fA-F]{1,64})\z", RegexOptions.CultureInvariant)]
    private static partial Regex IntegerShape();

    [GeneratedRegex(@"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Float();

    // Dates and times stay strings.
    [GeneratedRegex(@"^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt ].*)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Timestamp();
}
