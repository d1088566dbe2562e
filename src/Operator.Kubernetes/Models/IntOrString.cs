using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Operator.Kubernetes.Models;

/// <summary>A number or a text, such as a port by number or name, or a count or a percentage.</summary>
[JsonConverter(typeof(IntOrStringConverter))]
public readonly record struct IntOrString
{
    private readonly string? _text;
    private readonly int _number;

    /// <summary>A number.</summary>
    public IntOrString(int value) => _number = value;

    /// <summary>A text.</summary>
    public IntOrString(string value) => _text = value ?? throw new ArgumentNullException(nameof(value));

    /// <summary>The text; null when it is a number.</summary>
    public string? Text => _text;

    /// <summary>The number; null when it is a text.</summary>
    public int? Number => _text is null ? _number : null;

    /// <summary>A number.</summary>
    public static implicit operator IntOrString(int value) => new(value);

    /// <summary>A text.</summary>
    public static implicit operator IntOrString(string value) => new(value);

    /// <summary>A number.</summary>
    public static IntOrString FromInt32(int value) => new(value);

    /// <summary>A text.</summary>
    public static IntOrString FromString(string value) => new(value);

    /// <summary>The value as text.</summary>
    public override string ToString() => _text ?? _number.ToString(CultureInfo.InvariantCulture);
}

/// <summary>Reads and writes a number as a JSON number and a text as a JSON string.</summary>
public sealed class IntOrStringConverter : JsonConverter<IntOrString>
{
    /// <inheritdoc />
    public override IntOrString Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
    {
        JsonTokenType.Number => new IntOrString(reader.GetInt32()),
        JsonTokenType.String => new IntOrString(reader.GetString()!),
        _ => throw new JsonException($"expected an integer or a string, found {reader.TokenType}"),
    };

    /// <inheritdoc />
    public override void Write(Utf8JsonWriter writer, IntOrString value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        if (value.Number is { } number) writer.WriteNumberValue(number);
        else writer.WriteStringValue(value.Text);
    }
}
