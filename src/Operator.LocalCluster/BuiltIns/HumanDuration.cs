using System.Globalization;

namespace Operator.LocalCluster.BuiltIns;

/// <summary>Spans of time as <c>kubectl get</c> shows them: two units at most, fewer the longer the span.</summary>
internal static class HumanDuration
{
    /// <summary>How long ago something was; <c>&lt;unknown&gt;</c> when it is not known.</summary>
    public static string Since(DateTimeOffset? then, DateTimeOffset now) => then is { } time ? Of(now - time) : "<unknown>";

    /// <summary>The span as text.</summary>
    public static string Of(TimeSpan span)
    {
        var seconds = (long)span.TotalSeconds;
        if (seconds < -1)
            return "<invalid>";
        if (seconds < 0)
            return "0s";
        long minutes = seconds / 60, hours = seconds / 3600, days = hours / 24, years = days / 365;
        return (seconds, minutes, hours, days, years) switch
        {
            ( < 120, _, _, _, _) => Join(seconds, "s", 0, ""),
            (_, < 10, _, _, _) => Join(minutes, "m", seconds % 60, "s"),
            (_, < 180, _, _, _) => Join(minutes, "m", 0, ""),
            (_, _, < 8, _, _) => Join(hours, "h", minutes % 60, "m"),
            (_, _, < 48, _, _) => Join(hours, "h", 0, ""),
            (_, _, < 192, _, _) => Join(days, "d", hours % 24, "h"),
            (_, _, _, < 730, _) => Join(days, "d", 0, ""),
            (_, _, _, < 2920, _) => Join(years, "y", days % 365, "d"),
            _ => Join(years, "y", 0, ""),
        };
    }

    private static string Join(long first, string firstUnit, long second, string secondUnit) => second == 0
        ? first.ToString(CultureInfo.InvariantCulture) + firstUnit
        : string.Create(CultureInfo.InvariantCulture, $"{first}{firstUnit}{second}{secondUnit}");
}
