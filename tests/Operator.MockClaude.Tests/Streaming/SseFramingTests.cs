using System.Text.Json.Nodes;
using Operator.MockClaude.Answers;

namespace Operator.MockClaude.Tests.Streaming;

public sealed class SseFramingTests
{
    [Theory]
    [InlineData("claude-haiku-4-5", 1)]
    [InlineData("claude-sonnet-5", 3)]
    [InlineData("claude-fable-5-2", 8)]
    public async Task Events_come_in_the_order_of_the_API_and_usage_is_that_of_the_ledger(string model, int tokensPerEvent)
    {
        await using var host = await MockHost.StartAsync(new MockClaudeOptions { TokensPerEvent = tokensPerEvent });
        var reply = await host.MessagesAsync(MockHost.Message(model, stream: true));
        Assert.Equal("text/event-stream", reply.ContentType);
        var events = reply.Events;
        Assert.All(events, e => Assert.Equal(e.Name, (string?)e.Json["type"]));
        Assert.Equal("message_start", events[0].Name);
        Assert.Equal("message_delta", events[^2].Name);
        Assert.Equal("message_stop", events[^1].Name);
        Assert.Contains(events, e => e.Name == "ping");
        Assert.DoesNotContain("[DONE]", reply.Text, StringComparison.Ordinal);

        var start = events[0].Json["message"]!;
        Assert.Null(start["stop_reason"]);
        Assert.Empty(start["content"]!.AsArray());
        Assert.NotNull(start["usage"]!["cache_creation"]);
        var end = events[^2].Json;
        Assert.False(end["usage"]!.AsObject().ContainsKey("cache_creation"));
        var booked = Assert.Single(host.Server.Ledger.Entries).Usage;
        Assert.Equal(booked.Output, (int)end["usage"]!["output_tokens"]!);
        Assert.Equal(booked.Input, (int)end["usage"]!["input_tokens"]!);
        Assert.Equal(booked.Input, (int)start["usage"]!["input_tokens"]!);
        Assert.InRange((int)start["usage"]!["output_tokens"]!, 1, 3);

        var open = -1;
        var next = 0;
        foreach (var e in events)
        {
            switch (e.Name)
            {
                case "content_block_start":
                    Assert.Equal(-1, open);
                    Assert.Equal(next++, open = (int)e.Json["index"]!);
                    break;
                case "content_block_delta":
                    Assert.Equal(open, (int)e.Json["index"]!);
                    break;
                case "content_block_stop":
                    Assert.Equal(open, (int)e.Json["index"]!);
                    open = -1;
                    break;
            }
        }
        Assert.Equal(-1, open);
        Assert.Equal(model == "claude-fable-5-2" ? 2 : 1, next);
    }

    [Fact]
    public async Task A_stream_and_a_plain_answer_say_the_same()
    {
        const string Text = "Quotes \" and \\ and\nlines and \u0001 and 日本語 and 🎉.";
        var options = new MockClaudeOptions { Answers = [new MockAnswer("Hello", Text)], TokensPerEvent = 1 };
        await using var host = await MockHost.StartAsync(options);
        var plain = await host.MessagesAsync(MockHost.Message());
        var stream = await host.MessagesAsync(MockHost.Message(stream: true));
        var pieces = stream.Events.Where(e => e.Name == "content_block_delta" && (string?)e.Json["delta"]!["type"] == "text_delta");
        Assert.Equal(Text, string.Concat(pieces.Select(p => (string)p.Json["delta"]!["text"]!)));
        Assert.Equal(Text, plain.Json["content"]!.AsArray().Select(b => (string?)b!["text"]).Single(t => t is not null));
        Assert.Equal(plain.Usage("output_tokens"), (int)stream.Events[^2].Json["usage"]!["output_tokens"]!);
    }

    [Fact]
    public async Task The_input_of_a_tool_comes_in_pieces_that_make_JSON()
    {
        await using var host = await MockHost.StartAsync(new MockClaudeOptions { TokensPerEvent = 1 });
        var body = MockHost.Message(stream: true);
        body["tools"] = new JsonArray(new JsonObject
        {
            ["name"] = "search",
            ["input_schema"] = JsonNode.Parse("""{"type":"object","properties":{"query":{"type":"string"},"n":{"type":"integer"}}}"""),
        });
        var events = (await host.MessagesAsync(body)).Events;
        var input = string.Concat(events.Where(e => (string?)e.Json["delta"]?["type"] == "input_json_delta")
            .Select(e => (string)e.Json["delta"]!["partial_json"]!));
        Assert.Equal("sample", (string?)JsonNode.Parse(input)!["query"]);
        Assert.Equal("tool_use", (string?)events[^2].Json["delta"]!["stop_reason"]);
    }
}
