using System.Globalization;
using System.Text;
using System.Text.Json.Serialization;

namespace Operator.Api;

/// <summary>A duration in Go's form, as Kubernetes users write it: <c>90s</c>, <c>5m</c>, <c>1h30m</c>, <c>250ms</c>.</summary>
/// <param name="Text">The text.</param>
[JsonConverter(typeof(ScalarTextConverter<GoDuration>))]
public readonly record struct GoDuration(string Text) : IScalarText<GoDuration>
{
    /// <summary>The pattern of the string form: hours, minutes, seconds, milliseconds, in this order, at least one of them.</summary>
    public const string Pattern = @"^([0-9]{1,6}(\.[0-9]{1,3})?(h|m|s|ms)){1,4}$";

    private static readonly TimeSpan Longest = TimeSpan.FromDays(3650);

    /// <summary>Writes a duration in Go's form, without units that are zero.</summary>
    /// <param name="duration">Zero or more; cut to whole milliseconds.</param>
    public static GoDuration From(TimeSpan duration)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(duration, TimeSpan.Zero);
        var text = new StringBuilder();
        var hours = (long)duration.TotalHours;
        if (hours > 0) text.Append(CultureInfo.InvariantCulture, $"{hours}h");
        if (duration.Minutes > 0) text.Append(CultureInfo.InvariantCulture, $"{duration.Minutes}m");
        if (duration.Seconds > 0) text.Append(CultureInfo.InvariantCulture, $"{duration.Seconds}s");
        if (duration.Milliseconds > 0) text.Append(CultureInfo.InvariantCulture, $"{duration.Milliseconds}ms");
        return new GoDuration(text.Length == 0 ? "0s" : text.ToString());
    }

    static GoDuration IScalarText<GoDuration>.FromText(string text) => new(text);

    /// <summary>The duration.</summary>
    /// <returns>False when the text has another form, or means more than ten years.</returns>
    public bool TryGetTimeSpan(out TimeSpan duration)
    {
        duration = TimeSpan.Zero;
        var rest = (Text ?? "").AsSpan();
        if (rest.IsEmpty) return false;
        if (rest is "0") return true;
        while (!rest.IsEmpty)
        {
            var digits = 0;
            while (digits < rest.Length && (char.IsAsciiDigit(rest[digits]) || rest[digits] == '.')) digits++;
            if (!decimal.TryParse(rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)) return false;
            rest = rest[digits..];
            var (length, seconds) = Unit(rest);
            if (length == 0) return false;
            rest = rest[length..];
            // Before the sum: what is far too long would not fit into a TimeSpan.
            if (value > 1_000_000_000_000m || value * seconds > (decimal)Longest.TotalSeconds) return false;
            duration += TimeSpan.FromTicks((long)(value * seconds * TimeSpan.TicksPerSecond));
            if (duration > Longest) return false;
        }
        return true;
    }

    /// <summary>The text.</summary>
    public override string ToString() => Text ?? "";

    private static (int Length, decimal Seconds) Unit(ReadOnlySpan<char> text) =>
        text.StartsWith("ms") ? (2, 0.001m)
        : text.StartsWith("h") ? (1, 3600m)
        : text.StartsWith("m") ? (1, 60m)
        : text.StartsWith("s") ? (1, 1m)
        : (0, 0m);
}
