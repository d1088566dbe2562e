using System.CommandLine;
using System.Globalization;
using Operator.Api;

namespace Operator.Cli.Cluster;

/// <summary>Durations as arguments.</summary>
internal static class Durations
{
    /// <summary>An option that takes a duration in Go's form, or whole seconds.</summary>
    public static Option<TimeSpan> Option(string name, string description, TimeSpan fallback) => new(name)
    {
        Description = description,
        DefaultValueFactory = _ => fallback,
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)) return TimeSpan.FromSeconds(seconds);
            if (new GoDuration(text).TryGetTimeSpan(out var duration)) return duration;
            result.AddError($"{name}: '{text}' is no duration; write one such as 90s, 5m or 1h30m");
            return default;
        },
    };
}
