using System.Buffers;
using System.Text.Json;

namespace Operator.Limiter.Usage;

/// <summary>Reads the parts of the API's JSON that carry accounting.</summary>
internal static class UsageJson
{
    /// <summary>More than any answer can use: sums over all requests stay far from their bounds.</summary>
    private const long MaxTokens = 1_000_000_000;

    private const int MaxWord = 64;

    private static readonly JsonReaderOptions Options = new() { MaxDepth = 256 };
    private static readonly SearchValues<char> WordCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_");

    /// <summary>Reads a whole answer or the data of one event.</summary>
    /// <returns>The value of <c>type</c>; null when the text is no JSON object.</returns>
    public static string? Read(ReadOnlySpan<byte> json, AnswerFacts facts)
    {
        try
        {
            var reader = new Utf8JsonReader(json, Options);
            return reader.Read() && reader.TokenType == JsonTokenType.StartObject ? Object(ref reader, facts, 0) : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>An answer, a <c>message</c> in an event, or a <c>delta</c>.</summary>
    private static string? Object(ref Utf8JsonReader reader, AnswerFacts facts, int level)
    {
        string? type = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("type"u8)) type = Text(ref reader) ?? type;
            else if (reader.ValueTextEquals("model"u8)) facts.Model = Text(ref reader) ?? facts.Model;
            else if (reader.ValueTextEquals("stop_reason"u8)) facts.StopReason = Word(ref reader) ?? facts.StopReason;
            else if (reader.ValueTextEquals("usage"u8)) Usage(ref reader, facts);
            else if (reader.ValueTextEquals("error"u8)) Error(ref reader, facts);
            else if (level == 0 && (reader.ValueTextEquals("message"u8) || reader.ValueTextEquals("delta"u8)))
            {
                if (Enter(ref reader)) Object(ref reader, facts, level + 1);
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }
        return type;
    }

    private static void Usage(ref Utf8JsonReader reader, AnswerFacts facts)
    {
        if (!Enter(ref reader)) return;
        ref var usage = ref facts.Usage;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("input_tokens"u8)) facts.InputKnown |= Number(ref reader, ref usage.Input);
            else if (reader.ValueTextEquals("cache_creation_input_tokens"u8)) Number(ref reader, ref usage.CacheWrite);
            else if (reader.ValueTextEquals("cache_read_input_tokens"u8)) Number(ref reader, ref usage.CacheRead);
            else if (reader.ValueTextEquals("output_tokens"u8)) facts.OutputKnown |= Number(ref reader, ref usage.Output);
            else if (reader.ValueTextEquals("cache_creation"u8))
            {
                if (!Enter(ref reader)) continue;
                while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                {
                    if (reader.ValueTextEquals("ephemeral_1h_input_tokens"u8)) Number(ref reader, ref usage.CacheWrite1h);
                    else Pass(ref reader);
                }
            }
            else Pass(ref reader);
        }
    }

    private static void Error(ref Utf8JsonReader reader, AnswerFacts facts)
    {
        if (!Enter(ref reader)) return;
        facts.ErrorType ??= "error";
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("type"u8)) facts.ErrorType = Word(ref reader) ?? facts.ErrorType;
            else if (reader.ValueTextEquals("message"u8)) facts.OwnSpendLimit = IsOwnSpendLimit(Text(ref reader));
            else if (reader.ValueTextEquals("details"u8))
            {
                if (!Enter(ref reader)) continue;
                while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                {
                    if (reader.ValueTextEquals("error_code"u8)) facts.ErrorCode = Word(ref reader) ?? facts.ErrorCode;
                    else Pass(ref reader);
                }
            }
            else Pass(ref reader);
        }
    }

    private static bool IsOwnSpendLimit(string? message) =>
        message is not null
        && (message.StartsWith("You have reached your specified API usage limits", StringComparison.Ordinal)
            || message.StartsWith("You have reached your specified workspace API usage limits", StringComparison.Ordinal));

    /// <summary>Steps to the value; true when it is an object to be walked, otherwise it is passed.</summary>
    private static bool Enter(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.StartObject) return true;
        reader.Skip();
        return false;
    }

    private static void Pass(ref Utf8JsonReader reader)
    {
        reader.Read();
        reader.Skip();
    }

    private static string? Text(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.String) return reader.GetString();
        reader.Skip();
        return null;
    }

    /// <summary>A word of the API's vocabulary: it goes to logs, where no other text may.</summary>
    private static string? Word(ref Utf8JsonReader reader) =>
        Text(ref reader) is { Length: > 0 and <= MaxWord } text && !text.AsSpan().ContainsAnyExcept(WordCharacters) ? text : null;

    /// <summary>Null and nonsense leave the last value: the last non-null one holds.</summary>
    private static bool Number(ref Utf8JsonReader reader, ref long value)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var number) && number is >= 0 and <= MaxTokens)
        {
            value = number;
            return true;
        }
        reader.Skip();
        return false;
    }
}
