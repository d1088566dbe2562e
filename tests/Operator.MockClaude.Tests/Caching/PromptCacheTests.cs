using System.Text.Json.Nodes;
using Operator.MockClaude.Accounts;
using Operator.Testing;

namespace Operator.MockClaude.Tests.Caching;

public sealed class PromptCacheTests
{
    private const string Long = "A long instruction that stands at the front of every prompt and never changes. ";

    private static JsonObject Body(string model = "claude-sonnet-5-5", string? ttl = null, int repeat = 100, string text = "Hello", string tail = "")
    {
        var control = new JsonObject { ["type"] = "ephemeral" };
        if (ttl is not null) control["ttl"] = ttl;
        var body = MockHost.Message(model, text);
        body["system"] = new JsonArray(new JsonObject
        {
            ["type"] = "text", ["text"] = string.Concat(Enumerable.Repeat(Long, repeat)) + tail, ["cache_control"] = control,
        });
        return body;
    }

    [Fact]
    public async Task The_first_request_writes_and_the_second_reads_the_same_number_of_tokens()
    {
        await using var host = await MockHost.StartAsync();
        var first = await host.MessagesAsync(Body());
        var second = await host.MessagesAsync(Body(text: "Something else"));
        Assert.True(first.Usage("cache_creation_input_tokens") > 1024);
        Assert.Equal(first.Usage("cache_creation_input_tokens"), (int)first.Json["usage"]!["cache_creation"]!["ephemeral_5m_input_tokens"]!);
        Assert.Equal(0, first.Usage("cache_read_input_tokens"));
        Assert.Equal(first.Usage("cache_creation_input_tokens"), second.Usage("cache_read_input_tokens"));
        Assert.Equal(0, second.Usage("cache_creation_input_tokens"));
    }

    [Theory]
    [InlineData("5m", 299, true)]
    [InlineData("5m", 301, false)]
    [InlineData("1h", 3599, true)]
    [InlineData("1h", 3601, false)]
    public async Task An_entry_lives_as_long_as_it_was_asked_to(string ttl, int seconds, bool hit)
    {
        var time = new ManualTimeProvider();
        await using var host = await MockHost.StartAsync(new MockClaudeOptions { Time = time });
        await host.MessagesAsync(Body(ttl: ttl));
        time.Advance(TimeSpan.FromSeconds(seconds));
        Assert.Equal(hit, (await host.MessagesAsync(Body(ttl: ttl))).Usage("cache_read_input_tokens") > 0);
    }

    [Fact]
    public async Task A_use_refreshes_the_entry()
    {
        var time = new ManualTimeProvider();
        await using var host = await MockHost.StartAsync(new MockClaudeOptions { Time = time });
        for (var i = 0; i < 4; i++)
        {
            Assert.Equal(i > 0, (await host.MessagesAsync(Body())).Usage("cache_read_input_tokens") > 0);
            time.Advance(TimeSpan.FromMinutes(4));
        }
    }

    [Fact]
    public async Task What_is_too_short_or_changed_or_another_models_is_not_read()
    {
        await using var host = await MockHost.StartAsync();
        Assert.Equal(0, (await host.MessagesAsync(Body(repeat: 10))).Usage("cache_creation_input_tokens"));
        await host.MessagesAsync(Body());
        Assert.Equal(0, (await host.MessagesAsync(Body(tail: "."))).Usage("cache_read_input_tokens"));
        Assert.Equal(0, (await host.MessagesAsync(Body("claude-sonnet-5"))).Usage("cache_read_input_tokens"));
    }

    [Fact]
    public async Task Workspaces_share_no_cache()
    {
        await using var host = await MockHost.StartAsync(new MockClaudeOptions
        {
            Organizations =
            [
                new MockOrganization("org")
                {
                    Workspaces = [new MockWorkspace("wrkspc_a"), new MockWorkspace("wrkspc_b")],
                    Keys = [new MockKey("a") { Workspace = "wrkspc_a" }, new MockKey("b") { Workspace = "wrkspc_b" }],
                },
            ],
        });
        await host.MessagesAsync(Body(), key: "a");
        Assert.Equal(0, (await host.MessagesAsync(Body(), key: "b")).Usage("cache_read_input_tokens"));
        Assert.True((await host.MessagesAsync(Body(), key: "a")).Usage("cache_read_input_tokens") > 0);
    }

    [Fact]
    public async Task A_growing_conversation_reads_what_the_last_turn_wrote()
    {
        await using var host = await MockHost.StartAsync();
        var body = MockHost.Message("claude-sonnet-5-5", string.Concat(Enumerable.Repeat(Long, 100)));
        body["cache_control"] = new JsonObject { ["type"] = "ephemeral" };
        var first = await host.MessagesAsync(body);
        body["messages"]!.AsArray().Add(new JsonObject { ["role"] = "assistant", ["content"] = "An answer." });
        body["messages"]!.AsArray().Add(new JsonObject { ["role"] = "user", ["content"] = "Go on." });
        var second = await host.MessagesAsync(body);
        Assert.Equal(first.Usage("cache_creation_input_tokens"), second.Usage("cache_read_input_tokens"));
        Assert.True(second.Usage("cache_creation_input_tokens") > 0);
        Assert.Equal(0, second.Usage("input_tokens") - first.Usage("input_tokens"));
    }

    [Fact]
    public async Task A_look_back_ends_after_twenty_blocks()
    {
        await using var host = await MockHost.StartAsync();
        var body = MockHost.Message("claude-sonnet-5-5", string.Concat(Enumerable.Repeat(Long, 100)));
        body["cache_control"] = new JsonObject { ["type"] = "ephemeral" };
        await host.MessagesAsync(body);
        var messages = body["messages"]!.AsArray();
        for (var i = 0; i < 19; i++) messages.Add(new JsonObject { ["role"] = "user", ["content"] = $"{i}" });
        var near = (JsonObject)body.DeepClone();
        messages.Add(new JsonObject { ["role"] = "user", ["content"] = "one more" });
        Assert.Equal(0, (await host.MessagesAsync(body)).Usage("cache_read_input_tokens"));
        Assert.True((await host.MessagesAsync(near)).Usage("cache_read_input_tokens") > 0);
    }

    [Fact]
    public async Task An_escape_in_the_text_changes_no_count()
    {
        await using var host = await MockHost.StartAsync();
        const string Head = "{\"model\":\"claude-haiku-4-5\",\"messages\":[{\"role\":\"user\",\"content\":\"";
        var plain = await host.SendAsync(HttpMethod.Post, "/v1/messages/count_tokens", Head + "é世🎉/abcdefghijk\"}]}");
        var escaped = await host.SendAsync(
            HttpMethod.Post, "/v1/messages/count_tokens", Head + "\\u00e9\\u4e16\\ud83c\\udf89\\/abcdefghij\\u006b\"}]}");
        Assert.Equal((int)plain.Json["input_tokens"]!, (int)escaped.Json["input_tokens"]!);
        Assert.Equal(3 + 3 + (2 + 3 + 4 + 1 + 11 + 3) / 4, (int)plain.Json["input_tokens"]!);
    }
}
