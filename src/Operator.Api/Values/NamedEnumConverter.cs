using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Operator.Api;

/// <summary>Reads and writes enums by the names of the schema; numbers are no values. The error names those that are.</summary>
/// <typeparam name="T">The enum.</typeparam>
public sealed class NamedEnumConverter<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicFields)] T> : JsonConverter<T>
    where T : struct, Enum
{
    private static readonly (string Name, T Value)[] Names =
    [
        .. typeof(T).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(f => (f.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()?.Name ?? f.Name, (T)f.GetValue(null)!)),
    ];

    // A value that was not given has no name: it is written as null and read back as not given, for validation to report.
    private static readonly T NotGiven = (T)Enum.ToObject(typeof(T), -1);

    /// <inheritdoc />
    public override bool HandleNull => true;

    /// <inheritdoc />
    /// <exception cref="JsonException">The value is none of the names.</exception>
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.Null) return NotGiven;
        if (reader.TokenType == JsonTokenType.String)
        {
            foreach (var (name, value) in Names)
            {
                if (reader.ValueTextEquals(name)) return value;
            }
        }
        throw new JsonException($"has a value that there is not; write {string.Join(", ", Names.Select(n => n.Name))}");
    }

    /// <inheritdoc />
    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        var index = Array.FindIndex(Names, n => EqualityComparer<T>.Default.Equals(n.Value, value));
        if (index < 0) writer.WriteNullValue();
        else writer.WriteStringValue(Names[index].Name);
    }
}
