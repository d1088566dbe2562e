using System.Text.Json.Nodes;
using Operator.MockClaude.Accounts;

namespace Operator.MockClaude.Tests.Messages;

public sealed class ThinkingBindingTests
{
    private static async Task<JsonObject> FollowUpAsync(MockHost host, string model)
    {
        var body = MockHost.Message(model);
        body["system"] = "Be brief.";
        body["thinking"] = new JsonObject { ["type"] = "adaptive" };
        var first = await host.MessagesAsync(body, "2026-10-21");
        Assert.Equal("thinking", (string?)first.Json["content"]![0]!["type"]);
        Assert.True((int)first.Json["usage"]!["output_tokens_details"]!["thinking_tokens"]! > 0);
        var content = first.Json["content"]!.DeepClone().AsArray();
        foreach (var block in content) block!.AsObject().Remove("citations");
        body["messages"]!.AsArray().Add(new JsonObject { ["role"] = "assistant", ["content"] = content });
        body["messages"]!.AsArray().Add(new JsonObject { ["role"] = "user", ["content"] = "Go on." });
        return body;
    }

    [Theory]
    [InlineData("claude-fable-5-2", true, 400)]
    [InlineData("claude-fable-5-2", false, 400)]
    [InlineData("claude-fable-5-1", true, 400)]
    [InlineData("claude-fable-5-1", false, 200)]
    [InlineData("claude-fable-5", true, 200)]
    public async Task A_changed_prefix_is_refused_where_blocks_are_bound(string model, bool account, int status)
    {
        var key = new MockKey(MockClaudeOptions.DefaultKey);
        await using var host = await MockHost.StartAsync(new MockClaudeOptions
        {
            Organizations = [new MockOrganization("org") { BindsThinking = account, Keys = [key] }],
        });
        var body = await FollowUpAsync(host, model);
        Assert.Equal(200, (await host.MessagesAsync(body, "2026-10-21")).Status);
        body["system"] = "Be very brief.";
        var changed = await host.MessagesAsync(body, "2026-10-21");
        Assert.Equal(status, changed.Status);
        if (status == 400) Assert.Contains("is bound to a different conversation", changed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cache_breakpoint_is_no_change_and_a_changed_message_is()
    {
        await using var host = await MockHost.StartAsync();
        var body = await FollowUpAsync(host, "claude-fable-5-2");
        body["system"] = new JsonArray(new JsonObject { ["type"] = "text", ["text"] = "Be brief.", ["cache_control"] = new JsonObject { ["type"] = "ephemeral" } });
        Assert.Equal(200, (await host.MessagesAsync(body, "2026-10-21")).Status);
        body["messages"]![0]!["content"] = "Hello!";
        Assert.Equal(400, (await host.MessagesAsync(body, "2026-10-21")).Status);
    }

    [Fact]
    public async Task Blocks_can_be_dropped_instead_and_foreign_ones_always_are()
    {
        await using var host = await MockHost.StartAsync();
        var body = await FollowUpAsync(host, "claude-fable-5-2");
        body["system"] = "Changed.";
        body["thinking"]!["block_binding"] = new JsonObject { ["prefix_mismatch_behavior"] = "drop_block" };
        Assert.Equal(400, (await host.MessagesAsync(body, "2026-10-21")).Status);
        var dropped = await host.SendAsync(
            HttpMethod.Post, "/v1/messages", body.ToJsonString(), "2026-10-21", headers: ("anthropic-beta", "thinking-binding-controls-2026-08-01"));
        Assert.True(dropped.Status == 200, dropped.Text);
        body["thinking"]!.AsObject().Remove("block_binding");
        body["model"] = "claude-opus-5-5";
        Assert.Equal(200, (await host.MessagesAsync(body, "2026-10-21")).Status);
        body["model"] = "claude-fable-5-2";
        var thinking = body["messages"]![1]!["content"]![0]!;
        thinking["signature"] = "bm90IG91cnM=";
        Assert.Equal(200, (await host.MessagesAsync(body, "2026-10-21")).Status);
    }

    [Fact]
    public async Task A_forged_signature_is_refused()
    {
        await using var host = await MockHost.StartAsync();
        var body = await FollowUpAsync(host, "claude-opus-5");
        var thinking = body["messages"]![1]!["content"]![0]!;
        var bytes = Convert.FromBase64String((string)thinking["signature"]!);
        bytes[^1] = (byte)(bytes[^1] == (byte)'0' ? '1' : '0');
        thinking["signature"] = Convert.ToBase64String(bytes);
        Assert.Contains("Invalid `signature`", (await host.MessagesAsync(body, "2026-10-21")).Message, StringComparison.Ordinal);
    }
}
