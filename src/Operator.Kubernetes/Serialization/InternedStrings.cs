using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Operator.Kubernetes.Serialization;

/// <summary>
/// A bounded, lossy table of short strings that come again and again on the wire (namespaces, kinds, label keys, manager names),
/// so that ten thousand cached objects share one copy of each. Slots are overwritten on collision; a race loses nothing but sharing.
/// </summary>
internal static class InternedStrings
{
    private const int Slots = 4096;
    private const int MaxBytes = 128;
    private static readonly string?[] Table = new string?[Slots];

    /// <summary>The string at the reader's position, from the table when it is there.</summary>
    public static string? Read(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Null) return null;
        if (reader.HasValueSequence || reader.ValueIsEscaped || reader.ValueSpan.Length > MaxBytes) return reader.GetString();
        if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.PropertyName)) return reader.GetString();
        return Get(reader.ValueSpan) ?? reader.GetString();
    }

    private static string? Get(ReadOnlySpan<byte> utf8)
    {
        if (utf8.IsEmpty) return "";
        var hash = new HashCode();
        hash.AddBytes(utf8);
        ref var slot = ref Table[(uint)hash.ToHashCode() % Slots];
        var present = slot;
        if (present is not null && IsEqual(present, utf8)) return present;
        // Only ASCII is shared: everything else takes the validating path of the reader.
        if (!Ascii.IsValid(utf8)) return null;
        return slot = Encoding.ASCII.GetString(utf8);
    }

    private static bool IsEqual(string text, ReadOnlySpan<byte> utf8) => text.Length == utf8.Length && Ascii.Equals(utf8, text);
}

/// <summary>Reads a string whose values repeat over many objects through a shared table; writes it as any string.</summary>
public sealed class InternedStringConverter : JsonConverter<string?>
{
    /// <inheritdoc />
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        InternedStrings.Read(ref reader);

    /// <inheritdoc />
    public override void Write(Utf8JsonWriter writer, string? value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        if (value is null) writer.WriteNullValue();
        else writer.WriteStringValue(value);
    }
}

/// <summary>Reads a map of strings, such as labels, whose keys (and short values) repeat over many objects.</summary>
public sealed class InternedMapConverter : JsonConverter<IDictionary<string, string>?>
{
    /// <inheritdoc />
    public override IDictionary<string, string>? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.Null) return null;
        if (reader.TokenType != JsonTokenType.StartObject) throw new JsonException($"expected an object of strings, found {reader.TokenType}");
        var map = new Dictionary<string, string>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var key = InternedStrings.Read(ref reader)!;
            reader.Read();
            // The API reads a null value as the empty string.
            map[key] = InternedStrings.Read(ref reader) ?? "";
        }
        return map;
    }

    /// <inheritdoc />
    public override void Write(Utf8JsonWriter writer, IDictionary<string, string>? value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        if (value is null)
        {
            writer.WriteNullValue();
            return;
        }
        writer.WriteStartObject();
        foreach (var (key, text) in value) writer.WriteString(key, text);
        writer.WriteEndObject();
    }
}
