using System.Text;
using Operator.Limiter.Usage;

namespace Operator.Limiter.Tests.Usage;

public class SseUsageReaderTests
{
    private const string Stream = """
        event: message_start
        data: {"type":"message_start","message":{"id":"m","model":"claude-x","usage":{"input_tokens":10,"cache_creation_input_tokens":20,"cache_read_input_tokens":30,"cache_creation":{"ephemeral_5m_input_tokens":5,"ephemeral_1h_input_tokens":15},"output_tokens":1}}}

        event: ping
        data: {"type":"ping"}

        : a comment
        event: content_block_delta
        data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"\"usage\":{\"output_tokens\":999}"}}

        event: never_heard_of
        data: {"type":"never_heard_of","usage":null}

        event: message_delta
        data: {"type":"message_delta","delta":{"stop_reason":"tool_use"},"usage":{"output_tokens":40,"input_tokens":null}}

        event: message_delta
        data: {"type":"message_delta",
        data: "delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":42,"input_tokens":12,"cache_read_input_tokens":null}}

        event: message_stop
        data: {"type":"message_stop"}


        """;

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    [InlineData("\r")]
    public void The_last_known_figures_win_for_any_line_ends_and_any_chunks(string lineEnd)
    {
        var bytes = Encoding.UTF8.GetBytes(Stream.ReplaceLineEndings(lineEnd));
        for (var chunk = 1; chunk <= 70; chunk++)
        {
            var facts = new AnswerFacts();
            using var reader = new SseUsageReader(facts);
            for (var at = 0; at < bytes.Length; at += chunk) reader.Feed(bytes.AsSpan(at, Math.Min(chunk, bytes.Length - at)));
            Assert.Equal(
                (12, 20, 15, 30, 42), (facts.Usage.Input, facts.Usage.CacheWrite, facts.Usage.CacheWrite1h, facts.Usage.CacheRead, facts.Usage.Output));
            Assert.Equal(("end_turn", "claude-x", true, true), (facts.StopReason, facts.Model, facts.Ended, facts.OutputKnown));
            Assert.Null(facts.ErrorType);
        }
    }

    [Fact]
    public void Half_an_event_counts_for_nothing()
    {
        var facts = Read(Stream.ReplaceLineEndings("\n")[..Stream.IndexOf("event: message_stop", StringComparison.Ordinal)].TrimEnd());
        Assert.Equal((40, false), (facts.Usage.Output, facts.Ended));
    }

    [Fact]
    public void The_placeholder_of_the_beginning_is_no_final_figure()
    {
        var facts = Read("data: {\"type\":\"message_start\",\"message\":{\"usage\":{\"input_tokens\":1,\"output_tokens\":3}}}\n\n");
        Assert.Equal((true, false), (facts.InputKnown, facts.OutputKnown));
    }

    [Fact]
    public void An_error_after_200_is_seen()
    {
        var facts = Read("event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"m\"}}\n\n");
        Assert.Equal("overloaded_error", facts.ErrorType);
    }

    [Fact]
    public void Fuzzed_streams_never_throw()
    {
        var random = new Random(11);
        var good = Encoding.UTF8.GetBytes(Stream);
        for (var i = 0; i < 5_000; i++)
        {
            var copy = good.ToArray();
            for (var n = random.Next(1, 8); n > 0; n--) copy[random.Next(copy.Length)] = (byte)random.Next(256);
            using var reader = new SseUsageReader(new AnswerFacts());
            var cut = random.Next(copy.Length);
            reader.Feed(copy.AsSpan(0, cut));
            reader.Feed(copy.AsSpan(cut));
        }
    }

    [Fact]
    public void A_line_without_end_is_not_kept()
    {
        var facts = new AnswerFacts();
        using var reader = new SseUsageReader(facts);
        reader.Feed("data: "u8);
        var block = new byte[64 * 1024];
        Array.Fill(block, (byte)'x');
        for (var i = 0; i < 100; i++) reader.Feed(block);
        reader.Feed("\n\n"u8);
        reader.Feed("data: {\"type\":\"message_stop\"}\n\n"u8);
        Assert.True(facts.Ended);
    }

    [Theory]
    [InlineData("""{"type":"error","error":{"type":"rate_limit_error","details":{"error_code":"enforced_spend_limit_reached"}}}""", "enforced_spend_limit_reached", false)]
    [InlineData("""{"type":"error","error":{"type":"invalid_request_error","message":"You have reached your specified API usage limits. More."}}""", null, true)]
    [InlineData("<html>", null, false)]
    public void Errors_tell_their_kind(string body, string? code, bool own)
    {
        var facts = new AnswerFacts();
        UsageJson.Read(Encoding.UTF8.GetBytes(body), facts);
        Assert.Equal((code, own), (facts.ErrorCode, facts.OwnSpendLimit));
    }

    [Fact]
    public void Words_that_are_none_and_figures_beyond_any_answer_are_not_taken()
    {
        var facts = Read(
            "data: {\"type\":\"message_start\",\"message\":{\"usage\":{\"input_tokens\":7,\"output_tokens\":3}}}\n\n"
            + "data: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"Some text of a prompt\"},\"usage\":{\"input_tokens\":9000000000000000000}}\n\n"
            + "data: {\"type\":\"error\",\"error\":{\"type\":\"Text again\"}}\n\n");
        Assert.Equal((7, 0, null, "error"), (facts.Usage.Input, facts.Usage.Output, facts.StopReason, facts.ErrorType));
    }

    [Theory]
    [InlineData("text_delta", "text")]
    [InlineData("thinking_delta", "thinking")]
    [InlineData("input_json_delta", "partial_json")]
    public void The_content_of_a_delta_is_counted_without_its_frame(string type, string field)
    {
        var facts = Read($"data: {{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{{\"type\":\"{type}\",\"{field}\":\"twelve bytes\"}}}}\n\n");
        Assert.Equal(12, facts.ContentBytes);
    }

    private static AnswerFacts Read(string text)
    {
        var facts = new AnswerFacts();
        using var reader = new SseUsageReader(facts);
        reader.Feed(Encoding.UTF8.GetBytes(text));
        return facts;
    }
}
