using System.Globalization;
using System.Text.RegularExpressions;

namespace Operator.Api.Validation;

/// <summary>Ranges of shares, durations, amounts and counts.</summary>
internal static partial class ValueRules
{
    /// <summary>A share within bounds, in hundredths of a percent; null when it is not given or was noted as wrong.</summary>
    /// <param name="found">Takes what is wrong.</param>
    /// <param name="path">The field.</param>
    /// <param name="value">The value.</param>
    /// <param name="least">The least, in hundredths of a percent.</param>
    /// <param name="most">The most, in hundredths of a percent.</param>
    /// <param name="bare">Whether it may be a whole number: of weights only. Elsewhere 0.25 could be meant as a quarter.</param>
    public static int? Percent(FindingCollector found, string path, Percent? value, int least = 0, int most = 10_000, bool bare = false)
    {
        if (value is not { } given) return null;
        if (!ShareForm().IsMatch(given.Text ?? "") || !given.TryGetBasisPoints(out var points))
        {
            found.Invalid(path,
                $"{FindingCollector.Quote(given.Text)} is no share; write a percentage with at most two decimals, such as \"2.5%\"");
            return null;
        }
        if (!bare && !given.Text!.EndsWith('%'))
        {
            found.Invalid(path, $"{given.Text} has no unit; write \"{given.Text}%\" if percent is meant");
            return null;
        }
        if (points >= least && points <= most) return points;
        found.Invalid(path, $"{given.Text} is out of range; it must lie between {Text(least)} and {Text(most)}");
        return null;
    }

    /// <summary>A duration within bounds; null when it is not given or was noted as wrong.</summary>
    public static TimeSpan? Duration(FindingCollector found, string path, GoDuration? value, TimeSpan least, TimeSpan most)
    {
        if (value is not { } given) return null;
        // A text without a unit would be ambiguous and a longer one is no duration that a person wrote.
        if (given.Text is not { Length: <= 40 } || !DurationForm().IsMatch(given.Text) || !given.TryGetTimeSpan(out var duration))
        {
            found.Invalid(path,
                $"{FindingCollector.Quote(given.Text)} is no duration; write numbers with units, such as \"90s\", \"5m\" or \"1h30m\"");
            return null;
        }
        if (duration >= least && duration <= most) return duration;
        found.Invalid(path, $"{given.Text} is out of range; it must lie between {GoDuration.From(least)} and {GoDuration.From(most)}");
        return null;
    }

    /// <summary>An amount above 0; null when it is not given or was noted as wrong.</summary>
    public static decimal? Amount(FindingCollector found, string path, Money? value)
    {
        if (value is not { } given) return null;
        if (given.Text is not { Length: <= 19 } || !AmountForm().IsMatch(given.Text) || !given.TryGetAmount(out var amount) || decimal.Round(amount, 6) != amount)
        {
            found.Invalid(path,
                $"{FindingCollector.Quote(given.Text)} is no amount; write a whole number or a decimal string with at most six decimals, such as \"12.50\"");
            return null;
        }
        if (amount > 0) return amount;
        found.Invalid(path, "must be above 0");
        return null;
    }

    /// <summary>A whole number within bounds.</summary>
    public static void Count(FindingCollector found, string path, long? value, long least, long most)
    {
        if (value is { } given && (given < least || given > most))
        {
            found.Invalid(path,
                string.Create(CultureInfo.InvariantCulture, $"{given} is out of range; it must lie between {least} and {most}"));
        }
    }

    private static Percent Text(int points) => Api.Percent.FromBasisPoints(points);

    // The patterns of the schemas, but for a line break at the end, which "$" lets pass.
    [GeneratedRegex(@"\A(100(\.0{1,2})?|[0-9]{1,2}(\.[0-9]{1,2})?)%?\z", RegexOptions.NonBacktracking)]
    private static partial Regex ShareForm();

    [GeneratedRegex(@"\A([0-9]{1,6}(\.[0-9]{1,3})?(h|m|s|ms)){1,4}\z", RegexOptions.NonBacktracking)]
    private static partial Regex DurationForm();

    [GeneratedRegex(@"\A[0-9]{1,12}(\.[0-9]{1,6})?\z", RegexOptions.NonBacktracking)]
    private static partial Regex AmountForm();
}
