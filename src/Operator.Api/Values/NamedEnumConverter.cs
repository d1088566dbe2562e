using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Operator.Api;

/// <summary>Reads and writes enums by the names of the schema; numbers are no values. The error names those that are.</summary>
/// <typeparam name="T">The enum.</typeparam>
public class NamedEnumConverter<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicFields)] T> : JsonConverter<T>
    where T : struct, Enum
{
    private static readonly (string Name, T Value)[] Names =
    [
        .. typeof(T).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(f => (f.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()?.Name ?? f.Name, (T)f.GetValue(null)!)),
    ];

    // A value that was not given has no name: it is written as null and read back as not given, for validation to report.
    private protected static readonly T NotGiven = (T)Enum.ToObject(typeof(T), -1);

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
        return Unknown(ref reader);
    }

    /// <inheritdoc />
    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        var index = Array.FindIndex(Names, n => EqualityComparer<T>.Default.Equals(n.Value, value));
        if (index < 0) writer.WriteNullValue();
        else writer.WriteStringValue(Names[index].Name);
    }

    /// <summary>What a value is read as that is none of the names; the reader stands on it.</summary>
    /// <exception cref="JsonException">It cannot be read.</exception>
    private protected virtual T Unknown(ref Utf8JsonReader reader) =>
        throw new JsonException($"has a value that there is not; write {string.Join(", ", Names.Select(n => n.Name))}");
}

/// <summary>
/// Reads and writes enums of a status. A name that this version does not know, which a later one may have written, is read as not
/// given: the object stays readable, and what it says is found out anew. Whoever keeps such a value looks at <see cref="EnumKnowledge"/>.
/// </summary>
/// <typeparam name="T">The enum.</typeparam>
public sealed class StatusEnumConverter<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicFields)] T> : NamedEnumConverter<T>
    where T : struct, Enum
{
    private protected override T Unknown(ref Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.String ? NotGiven : base.Unknown(ref reader);
}

/// <summary>Tells values that were read from those that were not given, or that this version does not know.</summary>
public static class EnumKnowledge
{
    /// <summary>The value; null where it was not given, or has a name that this version does not know.</summary>
    public static T? Known<T>(this T? value)
        where T : struct, Enum => value is { } given && Enum.IsDefined(given) ? given : null;

    /// <summary>The value, or another where it was not given, or has a name that this version does not know.</summary>
    public static T KnownOr<T>(this T value, T otherwise)
        where T : struct, Enum => Enum.IsDefined(value) ? value : otherwise;
}
