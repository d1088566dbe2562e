using System.Globalization;

namespace Operator.Runtime.Admission;

/// <summary>How long the API server waits for a review, from the <c>timeout</c> of its request.</summary>
internal static class ReviewTimeout
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The time that a webhook has: a little less than the API server waits, so that an answer that says so still arrives.
    /// </summary>
    /// <param name="value">A Go duration such as <c>10s</c> or <c>1m30s</c>; null when not given.</param>
    /// <param name="fallback">The time when none, or none that makes sense, is given.</param>
    public static TimeSpan Parse(string? value, TimeSpan fallback)
    {
        var given = Read(value) is { } parsed && parsed > TimeSpan.Zero ? parsed : fallback;
        if (given > Longest) given = Longest;
        var reserve = given / 10;
        var most = TimeSpan.FromMilliseconds(250);
        return given - (reserve < most ? reserve : most);
    }

    private static TimeSpan? Read(string? value)
    {
        if (string.IsNullOrEmpty(value) || value.Length > 32) return null;
        var total = 0.0;
        for (var at = 0; at < value.Length;)
        {
            var digits = at;
            while (digits < value.Length && (char.IsAsciiDigit(value[digits]) || value[digits] == '.')) digits++;
            var unit = digits;
            while (unit < value.Length && char.IsAsciiLetter(value[unit])) unit++;
            if (!double.TryParse(value.AsSpan(at, digits - at), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
                return null;
            double? seconds = value[digits..unit] switch { "h" => 3600, "m" => 60, "s" => 1, "ms" => 1e-3, "us" => 1e-6, "ns" => 1e-9, _ => null };
            if (seconds is null) return null;
            total += number * seconds.Value;
            at = unit;
        }

        return total < TimeSpan.MaxValue.TotalSeconds / 2 ? TimeSpan.FromSeconds(total) : null;
    }
}
