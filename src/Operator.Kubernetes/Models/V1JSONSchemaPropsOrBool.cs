using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Operator.Kubernetes.Models;

/// <summary>What properties without a schema of their own may be: anything, nothing, or what a schema says.</summary>
/// <param name="Schema">The schema; null where <paramref name="IsAllowed"/> says it all.</param>
/// <param name="IsAllowed">Whether there may be such properties.</param>
[JsonConverter(typeof(V1JSONSchemaPropsOrBoolConverter))]
public sealed record V1JSONSchemaPropsOrBool(V1JSONSchemaProps? Schema, bool IsAllowed = true);

/// <summary>Reads and writes a schema, or true, or false.</summary>
public sealed class V1JSONSchemaPropsOrBoolConverter : JsonConverter<V1JSONSchemaPropsOrBool>
{
    /// <inheritdoc />
    public override V1JSONSchemaPropsOrBool Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType is JsonTokenType.True or JsonTokenType.False) return new V1JSONSchemaPropsOrBool(null, reader.GetBoolean());
        return new V1JSONSchemaPropsOrBool(JsonSerializer.Deserialize(ref reader, SchemaType(options)));
    }

    /// <inheritdoc />
    public override void Write(Utf8JsonWriter writer, V1JSONSchemaPropsOrBool value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(value);
        if (value.Schema is null) writer.WriteBooleanValue(value.IsAllowed);
        else JsonSerializer.Serialize(writer, value.Schema, SchemaType(options));
    }

    private static JsonTypeInfo<V1JSONSchemaProps> SchemaType(JsonSerializerOptions? options) =>
        (JsonTypeInfo<V1JSONSchemaProps>)(options ?? throw new ArgumentNullException(nameof(options))).GetTypeInfo(typeof(V1JSONSchemaProps));
}
