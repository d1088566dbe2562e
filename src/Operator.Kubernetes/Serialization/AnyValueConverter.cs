using System.Text.Json;
using System.Text.Json.Serialization;

namespace Operator.Kubernetes.Serialization;

/// <summary>Any JSON value, null among them: an absent field is no value, a field that is null is the value null.</summary>
public sealed class AnyValueConverter : JsonConverter<JsonElement?>
{
    /// <inheritdoc />
    public override bool HandleNull => true;

    /// <inheritdoc />
    public override JsonElement? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        JsonElement.ParseValue(ref reader);

    /// <inheritdoc />
    public override void Write(Utf8JsonWriter writer, JsonElement? value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        if (value is { } element) element.WriteTo(writer);
        else writer.WriteNullValue();
    }
}
