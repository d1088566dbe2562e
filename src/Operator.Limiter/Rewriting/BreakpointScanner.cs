using System.Text.Json;

namespace Operator.Limiter.Rewriting;

/// <summary>Skips a value and counts the cache breakpoints in it: the API takes four, and those of an hour must come first.</summary>
internal static class BreakpointScanner
{
    /// <summary>The most breakpoints that the API takes.</summary>
    public const int Max = 4;

    /// <summary>Skips the value at which the reader stands.</summary>
    /// <param name="reader">The reader, on the value's first token.</param>
    /// <param name="scan">Where breakpoints are counted.</param>
    /// <param name="isBreakpoint">Whether the value itself is a breakpoint.</param>
    public static void Skip(ref Utf8JsonReader reader, MessageScan scan, bool isBreakpoint)
    {
        if (isBreakpoint) Count(ref reader, scan);
        if (reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray)) return;
        var depth = reader.CurrentDepth;
        while (reader.Read() && reader.CurrentDepth > depth)
        {
            if (reader.TokenType != JsonTokenType.PropertyName || !reader.ValueTextEquals("cache_control"u8)) continue;
            reader.Read();
            Count(ref reader, scan);
        }
    }

    private static void Count(ref Utf8JsonReader reader, MessageScan scan)
    {
        if (reader.TokenType != JsonTokenType.StartObject) return;
        scan.Breakpoints++;
        var depth = reader.CurrentDepth;
        while (reader.Read() && reader.CurrentDepth > depth)
        {
            if (reader.TokenType == JsonTokenType.String && reader.ValueTextEquals("1h"u8)) scan.HourBreakpoint = true;
        }
    }
}
