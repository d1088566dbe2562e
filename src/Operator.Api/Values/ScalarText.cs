using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Operator.Api;

/// <summary>A value that users write as a string or a number and that keeps its text.</summary>
/// <typeparam name="T">The value type itself.</typeparam>
public interface IScalarText<T>
    where T : struct, IScalarText<T>
{
    /// <summary>The text as it was written.</summary>
    string Text { get; }

    /// <summary>Makes the value from its text; never fails.</summary>
    static abstract T FromText(string text);
}

/// <summary>
/// Reads strings, numbers and booleans as their text, so that a value of the wrong form reaches validation, where it gets an error
/// with its path, and does not break the reading of a whole list. Whole numbers are written back as numbers.
/// </summary>
/// <typeparam name="T">The value type.</typeparam>
public sealed class ScalarTextConverter<T> : JsonConverter<T>
    where T : struct, IScalarText<T>
{
    /// <inheritdoc />
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String) return T.FromText(reader.GetString()!);
        if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
        {
            using var document = JsonDocument.ParseValue(ref reader);
            return T.FromText(document.RootElement.ValueKind == JsonValueKind.Object ? "{…}" : "[…]");
        }
        return T.FromText(Encoding.UTF8.GetString(reader.HasValueSequence ? System.Buffers.BuffersExtensions.ToArray(reader.ValueSequence) : reader.ValueSpan.ToArray()));
    }

    /// <inheritdoc />
    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        var text = value.Text ?? "";
        if (text.Length is > 0 and <= 18 && text.All(char.IsAsciiDigit) && (text.Length == 1 || text[0] != '0')) writer.WriteRawValue(text);
        else writer.WriteStringValue(text);
    }
}
