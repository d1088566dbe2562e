using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Operator.MockClaude.Http;

namespace Operator.MockClaude.Streaming;

/// <summary>Writes single server-sent events.</summary>
internal static class SseFrames
{
    private static readonly SearchValues<byte> Escaped = SearchValues.Create(
        [.. Enumerable.Range(0, 32).Select(b => (byte)b), (byte)'"', (byte)'\\']);

    /// <summary>A ping.</summary>
    public static ReadOnlySpan<byte> Ping => "event: ping\ndata: {\"type\":\"ping\"}\n\n"u8;

    /// <summary>The end.</summary>
    public static ReadOnlySpan<byte> MessageStop => "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n"u8;

    /// <summary>Any event.</summary>
    public static void Write<T>(IBufferWriter<byte> output, ReadOnlySpan<byte> name, T state, Action<Utf8JsonWriter, T> data)
    {
        output.Write("event: "u8);
        output.Write(name);
        output.Write("\ndata: "u8);
        output.Write(JsonAnswer.Compose(state, data));
        output.Write("\n\n"u8);
    }

    /// <summary>The start of a text or thinking block.</summary>
    public static void BlockStart(IBufferWriter<byte> output, int index, ReadOnlySpan<byte> block)
    {
        output.Write("event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":"u8);
        Digit(output, index);
        output.Write(",\"content_block\":"u8);
        output.Write(block);
        output.Write("}\n\n"u8);
    }

    /// <summary>A piece of a block.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="index">The block.</param>
    /// <param name="head">The delta up to the opening quotation mark of its text.</param>
    /// <param name="text">The text, not yet escaped.</param>
    public static void Delta(IBufferWriter<byte> output, int index, ReadOnlySpan<byte> head, ReadOnlySpan<byte> text)
    {
        output.Write("event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":"u8);
        Digit(output, index);
        output.Write(",\"delta\":"u8);
        output.Write(head);
        Text(output, text);
        output.Write("\"}}\n\n"u8);
    }

    /// <summary>The end of a block.</summary>
    public static void BlockStop(IBufferWriter<byte> output, int index)
    {
        output.Write("event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":"u8);
        Digit(output, index);
        output.Write("}\n\n"u8);
    }

    private static void Digit(IBufferWriter<byte> output, int index)
    {
        output.GetSpan(1)[0] = (byte)('0' + index);
        output.Advance(1);
    }

    private static void Text(IBufferWriter<byte> output, ReadOnlySpan<byte> text)
    {
        if (text.IndexOfAny(Escaped) < 0) output.Write(text);
        else output.Write(JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes);
    }
}
