using System.Text;
using System.Text.Json;

namespace Operator.Evals.Suites;

/// <summary>A JSON value that knows where it stands in its line, so that errors can point at it.</summary>
internal sealed class LocatedJson
{
    private const int DeepestNesting = 64;
    private static readonly IReadOnlyList<LocatedMember> NoMembers = [];
    private static readonly IReadOnlyList<LocatedJson> NoItems = [];

    private LocatedJson(JsonValueKind kind, int column, string text = "")
    {
        Kind = kind;
        Column = column;
        Text = text;
    }

    /// <summary>What it is.</summary>
    public JsonValueKind Kind { get; }

    /// <summary>The column at which it begins, in characters, from 1.</summary>
    public int Column { get; }

    /// <summary>A string's content, or a number as it is written.</summary>
    public string Text { get; }

    /// <summary>An object's members, in their order.</summary>
    public IReadOnlyList<LocatedMember> Members { get; private init; } = NoMembers;

    /// <summary>An array's items.</summary>
    public IReadOnlyList<LocatedJson> Items { get; private init; } = NoItems;

    /// <summary>The member of a name, or null.</summary>
    public LocatedJson? Find(string name)
    {
        foreach (var member in Members)
        {
            if (member.Name == name) return member.Value;
        }
        return null;
    }

    /// <summary>Reads a line.</summary>
    /// <param name="line">A whole JSON value in UTF-8.</param>
    /// <param name="error">What is wrong, with its column; null when the line was read.</param>
    public static LocatedJson? Parse(ReadOnlySpan<byte> line, out (int Column, string Message)? error)
    {
        var reader = new Utf8JsonReader(line, new JsonReaderOptions { MaxDepth = DeepestNesting });
        try
        {
            reader.Read();
            var value = Read(ref reader, line, out error);
            if (error is null && reader.Read()) error = (ColumnOf(line, reader.TokenStartIndex), "one JSON object a line is expected, and this follows it");
            return error is null ? value : null;
        }
        catch (JsonException exception)
        {
            error = (ColumnOf(line, exception.BytePositionInLine ?? reader.TokenStartIndex), "not JSON: " + Reason(exception));
        }
        catch (InvalidOperationException)
        {
            // The reader's answer to text that is no Unicode, such as half of a surrogate pair.
            error = (ColumnOf(line, reader.TokenStartIndex), "not JSON: the text is not valid Unicode");
        }
        return null;
    }

    /// <summary>Writes the value with sorted members and no blanks: equal for all spellings of equal content.</summary>
    public void WriteCanonical(Utf8JsonWriter writer)
    {
        switch (Kind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var member in Members.OrderBy(m => m.Name, StringComparer.Ordinal))
                {
                    writer.WritePropertyName(member.Name);
                    member.Value.WriteCanonical(writer);
                }
                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in Items) item.WriteCanonical(writer);
                writer.WriteEndArray();
                break;
            case JsonValueKind.String:
                writer.WriteStringValue(Text);
                break;
            case JsonValueKind.Number:
                writer.WriteRawValue(Text);
                break;
            case JsonValueKind.True or JsonValueKind.False:
                writer.WriteBooleanValue(Kind == JsonValueKind.True);
                break;
            default:
                writer.WriteNullValue();
                break;
        }
    }

    /// <summary>The canonical text in UTF-8.</summary>
    public byte[] ToCanonicalBytes()
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream)) WriteCanonical(writer);
        return stream.ToArray();
    }

    private static LocatedJson? Read(ref Utf8JsonReader reader, ReadOnlySpan<byte> line, out (int, string)? error)
    {
        error = null;
        var column = ColumnOf(line, reader.TokenStartIndex);
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                return ReadObject(ref reader, line, column, out error);
            case JsonTokenType.StartArray:
                var items = new List<LocatedJson>();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    if (Read(ref reader, line, out error) is not { } item) return null;
                    items.Add(item);
                }
                return new LocatedJson(JsonValueKind.Array, column) { Items = items };
            case JsonTokenType.String:
                return new LocatedJson(JsonValueKind.String, column, reader.GetString()!);
            case JsonTokenType.Number:
                return new LocatedJson(JsonValueKind.Number, column, Encoding.UTF8.GetString(reader.ValueSpan));
            case JsonTokenType.True:
                return new LocatedJson(JsonValueKind.True, column);
            case JsonTokenType.False:
                return new LocatedJson(JsonValueKind.False, column);
            default:
                return new LocatedJson(JsonValueKind.Null, column);
        }
    }

    private static LocatedJson? ReadObject(ref Utf8JsonReader reader, ReadOnlySpan<byte> line, int column, out (int, string)? error)
    {
        error = null;
        var members = new List<LocatedMember>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var at = ColumnOf(line, reader.TokenStartIndex);
            var name = reader.GetString()!;
            if (!names.Add(name))
            {
                error = (at, $"the field '{SuiteError.Quote(name)}' stands here twice");
                return null;
            }
            reader.Read();
            if (Read(ref reader, line, out error) is not { } value) return null;
            members.Add(new LocatedMember(name, at, value));
        }
        return new LocatedJson(JsonValueKind.Object, column) { Members = members };
    }

    private static int ColumnOf(ReadOnlySpan<byte> line, long position) =>
        Encoding.UTF8.GetCharCount(line[..(int)Math.Clamp(position, 0, line.Length)]) + 1;

    // The reader's own sentence ends in its own line and byte count, which mean nothing inside of a ConfigMap.
    private static string Reason(JsonException exception)
    {
        var end = exception.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return SuiteError.Quote(end < 0 ? exception.Message : exception.Message[..end]);
    }
}

/// <summary>A member of an object.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Column">The column of its name.</param>
/// <param name="Value">Its value.</param>
internal sealed record LocatedMember(string Name, int Column, LocatedJson Value);
