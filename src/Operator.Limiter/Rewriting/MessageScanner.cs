using System.Text.Json;
using Operator.Limiter.Refusals;

namespace Operator.Limiter.Rewriting;

/// <summary>Looks over a request's body once, without building a document.</summary>
internal static class MessageScanner
{
    /// <summary>How deep a body may nest.</summary>
    public const int MaxDepth = 128;

    /// <summary>How many top-level members a body may have.</summary>
    public const int MaxMembers = 256;

    private static readonly JsonReaderOptions Options = new() { MaxDepth = MaxDepth };

    /// <summary>Scans a body.</summary>
    /// <returns>The scan, or the refusal of a body that is no JSON object, is cut off, nests too deep or repeats a key.</returns>
    public static (MessageScan? Scan, Refusal? Refusal) Scan(ReadOnlySpan<byte> body)
    {
        try
        {
            var reader = new Utf8JsonReader(body, Options);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return (null, NotAnObject);
            var scan = new MessageScan { Inside = (int)reader.TokenStartIndex + 1 };
            if (Members(ref reader, scan) is { } wrong) return (null, wrong);
            // Anything but white space behind the object throws here.
            return reader.Read() ? (null, NotAnObject) : (scan, null);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The reader's own message may quote the body: only the place is told. Unpaired surrogates surface as the second kind.
            var where = e is JsonException { BytePositionInLine: { } at, LineNumber: { } line } ? $" at line {line + 1}, byte {at}" : "";
            return (null, Refusal.BadRequest($"The request body is not valid JSON{where}.", "bad-json"));
        }
    }

    private static Refusal NotAnObject { get; } = Refusal.BadRequest("The request body is not a JSON object.", "bad-json");

    private static Refusal? Members(ref Utf8JsonReader reader, MessageScan scan)
    {
        var seen = KnownField.Other;
        HashSet<string>? others = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (scan.Members.Count == MaxMembers)
            {
                return Refusal.BadRequest($"The request body has more than {MaxMembers} members.", "bad-json");
            }
            var nameStart = (int)reader.TokenStartIndex;
            var field = FieldNames.Of(ref reader);
            if (field == KnownField.Other ? !(others ??= new(StringComparer.Ordinal)).Add(reader.GetString()!) : (seen & field) != 0)
            {
                return Duplicate("the request body");
            }
            seen |= field;
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            if (Value(ref reader, field, scan) is { } wrong) return wrong;
            scan.Members.Add(new JsonMember(field, nameStart, new JsonSpan(start, (int)reader.BytesConsumed)));
        }
        return null;
    }

    private static Refusal? Value(ref Utf8JsonReader reader, KnownField field, MessageScan scan)
    {
        switch (field)
        {
            case KnownField.Model:
                scan.Model = Text(ref reader);
                return null;
            case KnownField.Speed:
                scan.Speed = Text(ref reader);
                return null;
            case KnownField.MaxTokens:
                if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var max)) scan.MaxTokens = max;
                else reader.Skip();
                return null;
            case KnownField.Stream:
                scan.Stream = reader.TokenType == JsonTokenType.True;
                reader.Skip();
                return null;
            case KnownField.Messages when reader.TokenType == JsonTokenType.StartArray:
                return MessageListScanner.Scan(ref reader, scan);
            case KnownField.OutputConfig or KnownField.Thinking or KnownField.Metadata or KnownField.ToolChoice
                when reader.TokenType == JsonTokenType.StartObject:
                return Nested(ref reader, field, scan);
            default:
                BreakpointScanner.Skip(ref reader, scan, field == KnownField.CacheControl);
                return null;
        }
    }

    private static Refusal? Nested(ref Utf8JsonReader reader, KnownField field, MessageScan scan)
    {
        HashSet<string>? names = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            if (!(names ??= new(StringComparer.Ordinal)).Add(name)) return Duplicate(FieldNames.Name(field));
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            switch (field, name)
            {
                case (KnownField.OutputConfig, "effort"):
                    scan.EffortText = Text(ref reader);
                    scan.Effort = new JsonSpan(start, (int)reader.BytesConsumed);
                    break;
                case (KnownField.Thinking, "type"):
                    scan.ThinkingType = Text(ref reader);
                    break;
                case (KnownField.Thinking, "display"):
                    reader.Skip();
                    scan.ThinkingDisplay = new JsonSpan(start, (int)reader.BytesConsumed);
                    break;
                case (KnownField.Thinking, "block_binding"):
                    reader.Skip();
                    scan.ThinkingBinding = true;
                    break;
                case (KnownField.Metadata, "user_id"):
                    scan.UserId = Text(ref reader);
                    break;
                case (KnownField.ToolChoice, "type"):
                    scan.ToolChoiceType = Text(ref reader);
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }
        return null;
    }

    internal static Refusal Duplicate(string where) => Refusal.BadRequest($"A key appears twice in {where}.", "duplicate-key");

    internal static string? Text(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.String) return reader.GetString();
        reader.Skip();
        return null;
    }
}
