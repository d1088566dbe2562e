using Operator.Contract;

namespace Operator.Limiter.Lanes;

/// <summary>The fixed rules of the lanes.</summary>
internal static class LanePolicy
{
    /// <summary>How many lanes there are.</summary>
    public const int Count = 3;

    /// <summary>How many requests may wait in one lane of one group.</summary>
    public const int MaxLength = 1_000;

    /// <summary>The share of each bucket that bulk leaves to others, beside their reserves: it lives from headroom.</summary>
    public const double BulkFloor = 0.2;

    /// <summary>How long a request may wait: below the patience of those who wait for it.</summary>
    public static TimeSpan Patience(Lane lane) => lane switch
    {
        Lane.Interactive => TimeSpan.FromSeconds(15),
        Lane.Standard => TimeSpan.FromSeconds(45),
        _ => TimeSpan.FromSeconds(240),
    };

    /// <summary>Tokens that a lane gets in one round.</summary>
    public static double Quantum(Lane lane) => lane == Lane.Interactive ? 32_768 : 8_192;

    /// <summary>A lane as a header spells it; null for none that exists.</summary>
    public static Lane? Parse(string value) => value switch
    {
        "interactive" => Lane.Interactive,
        "standard" => Lane.Standard,
        "bulk" => Lane.Bulk,
        _ => null,
    };

    /// <summary>How long until a window opens; zero while it is open.</summary>
    public static TimeSpan UntilOpen(WindowConfiguration? window, DateTimeOffset now)
    {
        if (window is null || window.StartMinute == window.EndMinute) return TimeSpan.Zero;
        var local = TimeZoneInfo.ConvertTime(now, TimeZoneInfo.FindSystemTimeZoneById(window.TimeZone));
        var minute = local.TimeOfDay.TotalMinutes;
        var open = window.StartMinute < window.EndMinute
            ? minute >= window.StartMinute && minute < window.EndMinute
            : minute >= window.StartMinute || minute < window.EndMinute;
        if (open) return TimeSpan.Zero;
        var left = window.StartMinute - minute;
        return TimeSpan.FromMinutes(left > 0 ? left : left + 1440);
    }
}
