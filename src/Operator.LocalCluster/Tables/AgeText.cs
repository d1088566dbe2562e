using System.Globalization;

namespace Operator.LocalCluster.Tables;

/// <summary>Shows ages as kubectl's users know them: <c>45s</c>, <c>3m12s</c>, <c>5h</c>, <c>12d</c>, <c>2y30d</c>.</summary>
internal static class AgeText
{
    /// <summary>The text of a time that is <paramref name="age"/> ago.</summary>
    public static string Of(TimeSpan age)
    {
        var seconds = (long)age.TotalSeconds;
        if (seconds < -1) return "<invalid>";
        if (seconds < 0) return "0s";
        if (seconds < 120) return Text($"{seconds}s");
        var minutes = seconds / 60;
        if (minutes < 10) return seconds % 60 == 0 ? Text($"{minutes}m") : Text($"{minutes}m{seconds % 60}s");
        if (minutes < 180) return Text($"{minutes}m");
        var hours = minutes / 60;
        if (hours < 8) return minutes % 60 == 0 ? Text($"{hours}h") : Text($"{hours}h{minutes % 60}m");
        if (hours < 48) return Text($"{hours}h");
        var days = hours / 24;
        if (hours < 192) return hours % 24 == 0 ? Text($"{days}d") : Text($"{days}d{hours % 24}h");
        if (hours < 24 * 365 * 2) return Text($"{days}d");
        var years = days / 365;
        if (hours < 24 * 365 * 8) return days % 365 == 0 ? Text($"{years}y") : Text($"{years}y{days % 365}d");
        return Text($"{years}y");
    }

    /// <summary>The age of a timestamp; null where it is none.</summary>
    public static string? Of(string timestamp, DateTimeOffset now) =>
        DateTimeOffset.TryParse(timestamp, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? Of(now - time) : null;

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}
