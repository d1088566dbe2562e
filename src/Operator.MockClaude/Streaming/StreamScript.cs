using System.Buffers;
using Operator.MockClaude.Answers;
using Operator.MockClaude.Messages;

namespace Operator.MockClaude.Streaming;

/// <summary>One event that was just written to the buffer.</summary>
/// <param name="Tokens">How many output tokens it carries.</param>
/// <param name="Kind">What it is for the one who sends it.</param>
internal readonly record struct StreamStep(int Tokens, StepKind Kind);

/// <summary>What an event is for the one who sends it.</summary>
internal enum StepKind
{
    /// <summary>The first event.</summary>
    Start,

    /// <summary>Content.</summary>
    Content,

    /// <summary>The event with the final usage: the request is booked before it leaves.</summary>
    Usage,

    /// <summary>The last event.</summary>
    Stop,
}

/// <summary>Turns an answer into events, one at a time.</summary>
internal static class StreamScript
{
    private static readonly StreamStep Silent = new(0, StepKind.Content);

    /// <summary>Writes one event into the buffer at each step.</summary>
    public static IEnumerable<StreamStep> Run(ArrayBufferWriter<byte> output, MessageWriter.Envelope e, bool newTokenizer, int tokensPerEvent)
    {
        SseFrames.Write(output, "message_start"u8, e, MessageWriter.WriteStart);
        yield return new StreamStep(0, StepKind.Start);
        var index = 0;
        var left = e.Plan.OutputTokens;
        if (e.Plan.Signature is { } signature)
        {
            SseFrames.BlockStart(output, index, "{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"\"}"u8);
            yield return Silent;
            output.Write(SseFrames.Ping);
            yield return Silent;
            foreach (var (piece, tokens) in Pieces(e.Plan.Thinking, newTokenizer, tokensPerEvent))
            {
                SseFrames.Delta(output, index, "{\"type\":\"thinking_delta\",\"thinking\":\""u8, piece.Span);
                left -= tokens;
                yield return new StreamStep(tokens, StepKind.Content);
            }
            SseFrames.Delta(output, index, "{\"type\":\"signature_delta\",\"signature\":\""u8, System.Text.Encoding.ASCII.GetBytes(signature));
            yield return Silent;
            SseFrames.BlockStop(output, index++);
            yield return Silent;
        }
        if (!e.Plan.Text.IsEmpty)
        {
            SseFrames.BlockStart(output, index, "{\"type\":\"text\",\"text\":\"\",\"citations\":null}"u8);
            yield return Silent;
            if (index == 0)
            {
                output.Write(SseFrames.Ping);
                yield return Silent;
            }
            foreach (var (piece, tokens) in Pieces(e.Plan.Text, newTokenizer, tokensPerEvent))
            {
                SseFrames.Delta(output, index, "{\"type\":\"text_delta\",\"text\":\""u8, piece.Span);
                left -= tokens;
                yield return new StreamStep(tokens, StepKind.Content);
            }
            SseFrames.BlockStop(output, index++);
            yield return Silent;
        }
        if (e.Plan.Tool is { } tool)
        {
            SseFrames.Write(output, "content_block_start"u8, (index, e.ToolId, tool.Name), static (json, s) =>
            {
                json.WriteStartObject();
                json.WriteString("type"u8, "content_block_start"u8);
                json.WriteNumber("index"u8, s.index);
                json.WriteStartObject("content_block"u8);
                json.WriteString("type"u8, "tool_use"u8);
                json.WriteString("id"u8, s.ToolId);
                json.WriteString("name"u8, s.Name);
                json.WriteStartObject("input"u8);
                json.WriteEndObject();
                json.WriteEndObject();
                json.WriteEndObject();
            });
            yield return Silent;
            foreach (var (piece, tokens) in Pieces(tool.Input, newTokenizer, tokensPerEvent))
            {
                SseFrames.Delta(output, index, "{\"type\":\"input_json_delta\",\"partial_json\":\""u8, piece.Span);
                left -= tokens;
                yield return new StreamStep(tokens, StepKind.Content);
            }
            SseFrames.BlockStop(output, index);
            yield return Silent;
        }
        // What no delta carries (a tool's name, the token of a refusal) is counted with the final usage.
        SseFrames.Write(output, "message_delta"u8, e, MessageWriter.WriteDelta);
        yield return new StreamStep(left, StepKind.Usage);
        output.Write(SseFrames.MessageStop);
        yield return new StreamStep(0, StepKind.Stop);
    }

    // The tokens of the pieces add up to those of the whole.
    private static IEnumerable<(ReadOnlyMemory<byte> Piece, int Tokens)> Pieces(ReadOnlyMemory<byte> text, bool newTokenizer, int tokensPerEvent)
    {
        var bytes = Math.Max(4, TokenCounter.BytesFor(tokensPerEvent, newTokenizer));
        int from = 0, counted = 0;
        while (from < text.Length)
        {
            var to = Utf8Cut.Before(text.Span, from + bytes);
            if (to <= from) to = text.Length;
            var tokens = TokenCounter.OfBytes(to, newTokenizer);
            yield return (text[from..to], tokens - counted);
            counted = tokens;
            from = to;
        }
    }
}
