using System.Globalization;
using System.Text.Json.Serialization;

namespace Operator.Api;

/// <summary>An amount of money as users write it: a whole number or a decimal string such as <c>"12.50"</c>.</summary>
/// <param name="Text">The text.</param>
[JsonConverter(typeof(ScalarTextConverter<Money>))]
public readonly record struct Money(string Text) : IScalarText<Money>
{
    /// <summary>The pattern of the string form: up to twelve digits before and six behind the point.</summary>
    public const string Pattern = @"^[0-9]{1,12}(\.[0-9]{1,6})?$";

    /// <summary>Money from an amount, rounded to six decimals.</summary>
    public static Money FromAmount(decimal amount) => new(amount.ToString("0.######", CultureInfo.InvariantCulture));

    static Money IScalarText<Money>.FromText(string text) => new(text);

    /// <summary>The amount in units of the currency.</summary>
    /// <returns>False when the text is no amount from 0 up to a trillion.</returns>
    public bool TryGetAmount(out decimal amount) =>
        decimal.TryParse(Text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out amount)
        && amount is >= 0 and < 1_000_000_000_000m;

    /// <summary>The text.</summary>
    public override string ToString() => Text ?? "";
}
