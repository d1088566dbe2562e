using System.Text.Json;

namespace Operator.MockClaude.Answers;

/// <summary>Writes a value that fits a JSON schema: of every choice the first, of every list one item, of every object all properties.</summary>
internal static class SchemaSample
{
    private const int Deepest = 16;

    /// <summary>Writes the value.</summary>
    public static void Write(Utf8JsonWriter json, JsonElement schema, int depth = 0)
    {
        if (schema.ValueKind != JsonValueKind.Object || depth > Deepest)
        {
            json.WriteNullValue();
            return;
        }
        if (schema.TryGetProperty("const"u8, out var constant))
        {
            constant.WriteTo(json);
            return;
        }
        if (First(schema, "enum"u8) is { } choice)
        {
            choice.WriteTo(json);
            return;
        }
        if ((First(schema, "anyOf"u8) ?? First(schema, "oneOf"u8) ?? First(schema, "allOf"u8)) is { } branch)
        {
            Write(json, branch, depth + 1);
            return;
        }
        switch (Type(schema))
        {
            case "string":
                json.WriteStringValue("sample"u8);
                break;
            case "integer" or "number":
                if (schema.TryGetProperty("minimum"u8, out var minimum) && minimum.ValueKind == JsonValueKind.Number) minimum.WriteTo(json);
                else json.WriteNumberValue(1);
                break;
            case "boolean":
                json.WriteBooleanValue(true);
                break;
            case "array":
                json.WriteStartArray();
                if (schema.TryGetProperty("items"u8, out var items)) Write(json, items, depth + 1);
                json.WriteEndArray();
                break;
            case "null":
                json.WriteNullValue();
                break;
            default:
                json.WriteStartObject();
                if (schema.TryGetProperty("properties"u8, out var properties) && properties.ValueKind == JsonValueKind.Object)
                {
                    foreach (var property in properties.EnumerateObject())
                    {
                        json.WritePropertyName(property.Name);
                        Write(json, property.Value, depth + 1);
                    }
                }
                json.WriteEndObject();
                break;
        }
    }

    private static string? Type(JsonElement schema)
    {
        if (!schema.TryGetProperty("type"u8, out var type)) return null;
        if (type.ValueKind == JsonValueKind.Array && type.GetArrayLength() > 0) type = type[0];
        return type.ValueKind == JsonValueKind.String ? type.GetString() : null;
    }

    private static JsonElement? First(JsonElement schema, ReadOnlySpan<byte> name) =>
        schema.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array && list.GetArrayLength() > 0 ? list[0] : null;
}
