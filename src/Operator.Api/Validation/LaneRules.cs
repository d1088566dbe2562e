using System.Globalization;

namespace Operator.Api.Validation;

/// <summary>Rules for the lanes of a quota.</summary>
internal static class LaneRules
{
    public static void Check(FindingCollector found, string path, LanesSpec lanes, ValidationContext context)
    {
        found.Unknown(path, lanes);
        var reserved = Lane(found, path + ".interactive", lanes.Interactive, context)
            + Lane(found, path + ".standard", lanes.Standard, context)
            + Lane(found, path + ".bulk", lanes.Bulk, context);
        if (reserved > 10_000) found.Invalid(path, $"reserve {Text(reserved)} together, more than there is; lower them to 100% or less");
    }

    private static int Lane(FindingCollector found, string path, LaneRule? lane, ValidationContext context)
    {
        if (lane is null) return 0;
        found.Unknown(path, lane);
        var reserve = ValueRules.Percent(found, path + ".reserve", lane.Reserve);
        var most = ValueRules.Percent(found, path + ".max", lane.Max, least: 1);
        if (reserve > most) found.Invalid(path + ".max",
            $"is below the {Text(reserve.Value)} that are reserved for the lane and could never be used; raise it or lower the reserve");
        if (lane.Window is { } text)
        {
            if (LaneWindow.Parse(text, out var window) is { } problem) found.Invalid(path + ".window", problem);
            else if (context.Now is { } now) Closed(found, path + ".window", window!, now);
        }
        return reserve ?? 0;
    }

    private static void Closed(FindingCollector found, string path, LaneWindow window, DateTimeOffset now)
    {
        if (window.IsOpen(now)) return;
        var over = window.StartMinute < window.EndMinute && window.LocalMinute(now) >= window.EndMinute;
        var start = string.Create(CultureInfo.InvariantCulture, $"{window.StartMinute / 60:00}:{window.StartMinute % 60:00} {window.TimeZone}");
        found.Warn(path, over
            ? $"is over for today: requests of this lane wait until {start} tomorrow"
            : $"is closed now: requests of this lane wait until {start}");
    }

    private static string Text(int points) => (points / 100m).ToString("0.##", CultureInfo.InvariantCulture) + "%";
}
