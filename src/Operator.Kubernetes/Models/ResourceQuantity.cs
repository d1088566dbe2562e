using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Operator.Kubernetes.Models;

/// <summary>
/// An amount such as <c>250m</c> or <c>1Gi</c>. It keeps the text it was read from: <c>1024Mi</c> and <c>1Gi</c> are the same amount and
/// different values.
/// </summary>
[JsonConverter(typeof(ResourceQuantityConverter))]
public readonly record struct ResourceQuantity
{
    private readonly string? _text;

    /// <summary>An amount in the API's own form.</summary>
    public ResourceQuantity(string value) => _text = value ?? throw new ArgumentNullException(nameof(value));

    /// <summary>The amount in the API's own form.</summary>
    public string Value => _text ?? "0";

    /// <summary>An amount in the API's own form.</summary>
    public static implicit operator ResourceQuantity(string value) => new(value);

    /// <summary>An amount in the API's own form.</summary>
    public static ResourceQuantity FromString(string value) => new(value);

    /// <summary>The amount as a number in base units (cores, bytes).</summary>
    /// <exception cref="FormatException">The text is not a quantity, or the number is too large.</exception>
    public decimal ToDecimal() =>
        TryToDecimal(out var number) ? number : throw new FormatException($"'{Value}' is not a quantity such as 250m or 1Gi");

    /// <summary>The amount as a number in base units. Returns false where the text is not a quantity.</summary>
    public bool TryToDecimal(out decimal number)
    {
        number = 0;
        var text = Value;
        var end = text.Length;
        while (end > 0 && !char.IsAsciiDigit(text[end - 1]) && text[end - 1] != '.') end--;
        var suffix = text[end..];
        var mantissa = text.AsSpan(0, end);
        const NumberStyles Plain = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;
        // Without a suffix the digits may end in an exponent.
        var style = suffix.Length == 0 ? Plain | NumberStyles.AllowExponent : Plain;
        if (Factor(suffix) is not { } factor || !decimal.TryParse(mantissa, style, CultureInfo.InvariantCulture, out var value)) return false;
        try
        {
            number = value * factor;
            return true;
        }
        catch (OverflowException)
        {
            return false;
        }
    }

    /// <summary>The text.</summary>
    public override string ToString() => Value;

    private static decimal? Factor(string suffix) => suffix switch
    {
        "" => 1m,
        "n" => 0.000000001m,
        "u" => 0.000001m,
        "m" => 0.001m,
        "k" => 1000m,
        "M" => 1000_000m,
        "G" => 1000_000_000m,
        "T" => 1000_000_000_000m,
        "P" => 1000_000_000_000_000m,
        "E" => 1000_000_000_000_000_000m,
        "Ki" => 1024m,
        "Mi" => 1024m * 1024,
        "Gi" => 1024m * 1024 * 1024,
        "Ti" => 1024m * 1024 * 1024 * 1024,
        "Pi" => 1024m * 1024 * 1024 * 1024 * 1024,
        "Ei" => 1024m * 1024 * 1024 * 1024 * 1024 * 1024,
        _ => null,
    };
}

/// <summary>Reads a quantity from a string, or from a number as people write it, and writes it as a string.</summary>
public sealed class ResourceQuantityConverter : JsonConverter<ResourceQuantity>
{
    /// <inheritdoc />
    public override ResourceQuantity Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
    {
        JsonTokenType.String => new ResourceQuantity(reader.GetString()!),
        JsonTokenType.Number => new ResourceQuantity(Encoding.UTF8.GetString(reader.ValueSpan)),
        _ => throw new JsonException($"expected a quantity, found {reader.TokenType}"),
    };

    /// <inheritdoc />
    public override void Write(Utf8JsonWriter writer, ResourceQuantity value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStringValue(value.Value);
    }
}
