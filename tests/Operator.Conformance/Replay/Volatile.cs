using System.Globalization;
using System.Text.RegularExpressions;

namespace Operator.Conformance.Replay;

/// <summary>Recognises values that no two runs share: times of the recording, times of this run, ages.</summary>
internal static partial class Volatile
{
    public const string Time = "<time>";
    public const string Age = "<age>";
    private static readonly DateTimeOffset RecordedFrom = new(2026, 11, 20, 22, 40, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset RecordedTo = new(2026, 11, 20, 22, 45, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset RunFrom = DateTimeOffset.UtcNow.AddMinutes(-10);

    /// <summary>Replaces every time of the recording; times that the requests themselves carry stay.</summary>
    public static string RecordedTimes(string text) => Times().Replace(text, m => Within(m.Value, RecordedFrom, RecordedTo) ? Shape(m.Value) : m.Value);

    /// <summary>Replaces every time that lies in this run.</summary>
    public static string LiveTimes(string text) =>
        Times().Replace(text, m => Within(m.Value, RunFrom, DateTimeOffset.UtcNow.AddMinutes(10)) ? Shape(m.Value) : m.Value);

    public static bool IsAge(string text) => AgeText().IsMatch(text);

    private static bool Within(string text, DateTimeOffset from, DateTimeOffset to) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) && time >= from && time <= to;

    // The number of fraction digits is part of the contract (Time has none, MicroTime six), their values are not.
    private static string Shape(string text) => Digits().Replace(text, "#") is var shape && text.Contains('T', StringComparison.Ordinal) ? shape : Time;

    [GeneratedRegex(@"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?( ?\+\d{4}|Z)?")]
    private static partial Regex Times();

    [GeneratedRegex(@"\d")]
    private static partial Regex Digits();

    [GeneratedRegex(@"^(\d+[smhdy]){1,2}$")]
    private static partial Regex AgeText();
}
