using System.Text.Json;
using Operator.Limiter.Refusals;

namespace Operator.Limiter.Rewriting;

/// <summary>Walks the list of messages: who speaks first and last, and where the first words of the user stand.</summary>
internal static class MessageListScanner
{
    /// <summary>Scans from the opening bracket to the closing one.</summary>
    public static Refusal? Scan(ref Utf8JsonReader reader, MessageScan scan)
    {
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            scan.EndsWithAssistant = false;
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                reader.Skip();
                continue;
            }
            if (Message(ref reader, scan) is { } wrong) return wrong;
        }
        return null;
    }

    private static Refusal? Message(ref Utf8JsonReader reader, MessageScan scan)
    {
        var (role, content) = (false, default(JsonSpan));
        var user = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("role"u8))
            {
                if (role) return MessageScanner.Duplicate("a message");
                role = true;
                reader.Read();
                user = reader.TokenType == JsonTokenType.String && reader.ValueTextEquals("user"u8);
                scan.EndsWithAssistant = reader.TokenType == JsonTokenType.String && reader.ValueTextEquals("assistant"u8);
                reader.Skip();
                continue;
            }
            var isContent = reader.ValueTextEquals("content"u8);
            if (isContent && content.Exists) return MessageScanner.Duplicate("a message");
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            BreakpointScanner.Skip(ref reader, scan, false);
            if (isContent) content = new JsonSpan(start, (int)reader.BytesConsumed);
        }
        if (user && !scan.FirstUserContent.Exists) scan.FirstUserContent = content;
        return null;
    }
}
