using System.Globalization;
using System.Text.RegularExpressions;
using Operator.Contract;

namespace Operator.Quotas;

/// <summary>The form <c>HH:MM-HH:MM Area/City</c> of a time of day.</summary>
internal static partial class LaneWindow
{
    /// <summary>Reads a window. Start and end must differ; without a zone it is UTC.</summary>
    /// <returns>False when the text has another form, or the zone is not in the system's database.</returns>
    public static bool TryParse(string text, out WindowConfiguration? window)
    {
        window = null;
        var match = Form().Match(text);
        if (!match.Success) return false;
        var (start, end) = (Minutes(match, 1), Minutes(match, 3));
        var zone = match.Groups[5].Success ? match.Groups[5].Value : "UTC";
        if (start is null || end is null || start == end || !TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _)) return false;
        window = new WindowConfiguration(start.Value, end.Value, zone);
        return true;
    }

    private static int? Minutes(Match match, int group)
    {
        var hour = int.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture);
        var minute = int.Parse(match.Groups[group + 1].ValueSpan, CultureInfo.InvariantCulture);
        return hour < 24 && minute < 60 ? (hour * 60) + minute : null;
    }

    [GeneratedRegex("^([0-9]{2}):([0-9]{2})-([0-9]{2}):([0-9]{2})(?: ([A-Za-z0-9_+/-]{1,64}))?$", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
