using System.Globalization;
using System.Text.RegularExpressions;

namespace Operator.LocalCluster.BuiltIns;

/// <summary>Times as typed fields accept them: RFC 3339, and for MicroTime exactly six digits behind the second.</summary>
internal static partial class TimeText
{
    private const string Layout = "2006-01-02T15:04:05Z07:00";
    private const string MicroLayout = "2006-01-02T15:04:05.000000Z07:00";

    /// <summary>Why a text is not a time; null when it is one.</summary>
    public static string? FindError(string text, bool micro)
    {
        var layout = micro ? MicroLayout : Layout;
        var match = Prefix().Match(text);
        if (!match.Success)
            return Error(text, layout, text, "2006");
        if (!DateTime.TryParseExact(match.Value, "yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.None, out _))
            return $"parsing time \"{text}\": day out of range";
        var rest = text[match.Length..];
        if (micro)
        {
            if (!SixDigits().IsMatch(rest))
                return Error(text, layout, rest, ".000000");
            rest = rest[7..];
        }
        else if (Fraction().Match(rest) is { Success: true } fraction)
        {
            rest = rest[fraction.Length..];
        }
        return Zone().IsMatch(rest) ? null : Error(text, layout, rest, "Z07:00");
    }

    private static string Error(string text, string layout, string rest, string expected) =>
        $"parsing time \"{text}\" as \"{layout}\": cannot parse \"{rest}\" as \"{expected}\"";

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")]
    private static partial Regex Prefix();

    [GeneratedRegex(@"^\.\d{6}")]
    private static partial Regex SixDigits();

    [GeneratedRegex(@"^[.,]\d+")]
    private static partial Regex Fraction();

    [GeneratedRegex(@"^(Z|[+-]\d\d:\d\d)$")]
    private static partial Regex Zone();
}
