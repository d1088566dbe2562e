using System.Globalization;

namespace Operator.Api.Validation;

/// <summary>A time of day in a time zone, written <c>HH:MM-HH:MM Area/City</c>; it may cross midnight.</summary>
/// <param name="StartMinute">Minutes after midnight, 0 to 1439.</param>
/// <param name="EndMinute">Minutes after midnight; smaller than the start when the window crosses midnight.</param>
/// <param name="TimeZone">The IANA name.</param>
public sealed record LaneWindow(int StartMinute, int EndMinute, string TimeZone)
{
    /// <summary>The pattern of the text.</summary>
    public const string Pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9] [A-Za-z][A-Za-z0-9_+/-]{0,63}$";

    /// <summary>Reads a window.</summary>
    /// <param name="text">The text.</param>
    /// <param name="window">The window; null when there is a problem.</param>
    /// <returns>What is wrong with the text and what to do; null when nothing is.</returns>
    public static string? Parse(string? text, out LaneWindow? window)
    {
        window = null;
        const string form = "write HH:MM-HH:MM and a time zone, such as \"20:00-06:00 Europe/Berlin\"";
        if (text is not { Length: >= 13 and <= 80 } || text[5] != '-' || text[11] != ' ') return $"{FindingCollector.Quote(text)} is no window; {form}";
        if (Minute(text.AsSpan(0, 5)) is not { } start || Minute(text.AsSpan(6, 5)) is not { } end) return $"{FindingCollector.Quote(text)} is no window; {form}";
        if (start == end) return "begins and ends at the same time, so it is never open; leave the window out for a lane that is always open";
        var zone = text[12..];
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var found) || (!found.HasIanaId && zone != "UTC"))
            return $"{FindingCollector.Quote(zone)} is no time zone; give an IANA name, such as Europe/Berlin or UTC";
        window = new LaneWindow(start, end, zone);
        return null;
    }

    /// <summary>The local time of day at an instant, in minutes after midnight.</summary>
    public int LocalMinute(DateTimeOffset now) =>
        (int)TimeZoneInfo.ConvertTime(now, TimeZoneInfo.FindSystemTimeZoneById(TimeZone)).TimeOfDay.TotalMinutes;

    /// <summary>Whether the window is open at an instant.</summary>
    public bool IsOpen(DateTimeOffset now)
    {
        var minute = LocalMinute(now);
        return StartMinute < EndMinute ? minute >= StartMinute && minute < EndMinute : minute >= StartMinute || minute < EndMinute;
    }

    private static int? Minute(ReadOnlySpan<char> text) =>
        text[2] == ':'
        && int.TryParse(text[..2], NumberStyles.None, CultureInfo.InvariantCulture, out var hours) && hours < 24
        && int.TryParse(text[3..], NumberStyles.None, CultureInfo.InvariantCulture, out var minutes) && minutes < 60
            ? (hours * 60) + minutes
            : null;
}
