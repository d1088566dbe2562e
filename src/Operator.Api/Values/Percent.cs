using System.Globalization;
using System.Text.Json.Serialization;

namespace Operator.Api;

/// <summary>
/// A share as users write it: a string such as <c>"0.5%"</c>, or a whole number of percent where the schema allows one. The text is
/// kept as it came, so that reading never fails; <see cref="TryGetBasisPoints"/> tells what it means.
/// </summary>
/// <param name="Text">The text, such as <c>2.5%</c> or <c>10</c>.</param>
[JsonConverter(typeof(ScalarTextConverter<Percent>))]
public readonly record struct Percent(string Text) : IScalarText<Percent>
{
    /// <summary>The pattern of a percent string: up to 100 %, with at most two decimals.</summary>
    public const string Pattern = @"^(100(\.0{1,2})?|[0-9]{1,2}(\.[0-9]{1,2})?)%?$";

    /// <summary>A percent from hundredths of a percent.</summary>
    /// <param name="basisPoints">0 to 10 000.</param>
    public static Percent FromBasisPoints(int basisPoints) =>
        new((basisPoints / 100m).ToString("0.##", CultureInfo.InvariantCulture) + "%");

    static Percent IScalarText<Percent>.FromText(string text) => new(text);

    /// <summary>The value in hundredths of a percent: 0 to 10 000.</summary>
    /// <returns>False when the text is no percent between 0 and 100 with at most two decimals.</returns>
    public bool TryGetBasisPoints(out int basisPoints)
    {
        basisPoints = 0;
        var digits = (Text ?? "").EndsWith('%') ? Text![..^1] : Text;
        if (!decimal.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent)) return false;
        if (percent is < 0 or > 100) return false;
        var scaled = percent * 100;
        if (scaled != decimal.Truncate(scaled)) return false;
        basisPoints = (int)scaled;
        return true;
    }

    /// <summary>The text.</summary>
    public override string ToString() => Text ?? "";
}
