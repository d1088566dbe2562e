using System.Text.Json;
using Anthropic;
using Anthropic.Exceptions;
using Anthropic.Models.Messages;
using Anthropic.Models.Messages.Batches;
using Operator.MockClaude.Answers;
using Operator.MockClaude.Faults;
using Operator.MockClaude.Ledger;

namespace Operator.MockClaude.Tests.Clients;

/// <summary>The official client, as it is, against the mock.</summary>
public sealed class OfficialClientTests
{
    private static AnthropicClient Client(MockHost host, int retries = 2) =>
        new() { BaseUrl = host.Server.Address.ToString().TrimEnd('/'), ApiKey = MockClaudeOptions.DefaultKey, MaxRetries = retries };

    private static MessageCreateParams Hello(string model = "claude-sonnet-5-5") =>
        new() { Model = model, MaxTokens = 256, Messages = [new UserMessageParam("Hello")] };

    [Fact]
    public async Task A_plain_message_is_understood_and_its_usage_is_what_the_ledger_charged()
    {
        await using var host = await MockHost.StartAsync();
        var message = await Client(host).Messages.Create(Hello());

        var booked = Assert.Single(host.Server.Ledger.Entries);
        Assert.Equal(RequestOutcome.Answered, booked.Outcome);
        Assert.Equal(booked.Usage.Input, message.Usage.InputTokens);
        Assert.Equal(booked.Usage.Output, message.Usage.OutputTokens);
        Assert.Equal("end_turn", message.StopReason?.Raw());
        Assert.Contains(message.Content, block => block.TryPickText(out var text) && text.Text.Length > 0);
    }

    [Fact]
    public async Task A_stream_is_understood_and_its_pieces_add_up()
    {
        await using var host = await MockHost.StartAsync(new MockClaudeOptions { Answers = [new MockAnswer("Hello", "Grüß \"Gott\",\n世界 🌍!")] });
        var text = "";
        long output = 0;
        await foreach (var item in Client(host).Messages.CreateStreaming(Hello("claude-opus-5-5")))
        {
            if (item.TryPickContentBlockDelta(out var delta) && delta.Delta.TryPickText(out var piece)) text += piece.Text;
            if (item.TryPickDelta(out var end)) output = end.Usage.OutputTokens;
        }
        Assert.Equal("Grüß \"Gott\",\n世界 🌍!", text);
        Assert.Equal(Assert.Single(host.Server.Ledger.Entries).Usage.Output, output);
    }

    [Fact]
    public async Task A_tool_goes_round_and_the_result_is_answered()
    {
        await using var host = await MockHost.StartAsync();
        var client = Client(host);
        var tool = new Tool
        {
            Name = "get_weather",
            InputSchema = new InputSchema
            {
                Properties = new Dictionary<string, JsonElement> { ["city"] = JsonSerializer.SerializeToElement(new { type = "string" }) },
                Required = ["city"],
            },
        };
        var first = await client.Messages.Create(Hello("claude-haiku-4-5") with { Tools = [tool] });
        Assert.Equal("tool_use", first.StopReason?.Raw());
        ToolUseBlock? use = null;
        Assert.Contains(first.Content, block => block.TryPickToolUse(out use));
        Assert.Equal("get_weather", use!.Name);

        var second = await client.Messages.Create(Hello("claude-haiku-4-5") with
        {
            Tools = [tool],
            Messages =
            [
                new UserMessageParam("Hello"),
                new AssistantMessageParam(new List<ContentBlockParam> { new ToolUseBlockParam { ID = use.ID, Name = use.Name, Input = use.Input } }),
                new UserMessageParam(new List<ContentBlockParam> { new ToolResultBlockParam(use.ID) { Content = "sunny" } }),
            ],
        });
        Assert.Equal("end_turn", second.StopReason?.Raw());
    }

    [Fact]
    public async Task Counted_tokens_are_the_tokens_that_are_charged()
    {
        await using var host = await MockHost.StartAsync();
        var client = Client(host);
        var count = await client.Messages.CountTokens(new() { Model = "claude-sonnet-5-5", Messages = Hello().Messages });
        var message = await client.Messages.Create(Hello());
        Assert.Equal(message.Usage.InputTokens, count.InputTokens);
    }

    [Fact]
    public async Task A_batch_is_created_ends_and_gives_its_results()
    {
        await using var host = await MockHost.StartAsync(new MockClaudeOptions { BatchDuration = TimeSpan.Zero });
        var client = Client(host);
        var created = await client.Messages.Batches.Create(new()
        {
            Requests =
            [
                new() { CustomID = "one", Params = new() { Model = "claude-sonnet-5-5", MaxTokens = 16, Messages = Hello().Messages } },
                new() { CustomID = "two", Params = new() { Model = "claude-none", MaxTokens = 16, Messages = Hello().Messages } },
            ],
        });
        var batch = await client.Messages.Batches.Retrieve(created.ID);
        Assert.Equal("ended", batch.ProcessingStatus.Raw());
        Assert.Equal(1, batch.RequestCounts.Succeeded);
        Assert.Equal(1, batch.RequestCounts.Errored);
        var ids = new List<string>();
        await foreach (var result in client.Messages.Batches.ResultsStreaming(created.ID)) ids.Add(result.CustomID);
        Assert.Equal(["one", "two"], ids.Order());
    }

    [Fact]
    public async Task Models_are_listed_with_their_lifecycle()
    {
        await using var host = await MockHost.StartAsync();
        var page = await Client(host).Models.List(new() { Limit = 1000 });
        Assert.Contains(page.Items, model => model.ID == "claude-opus-5-5");
        var one = await Client(host).Models.Retrieve("claude-haiku-4-5");
        Assert.Equal("claude-haiku-4-5-20251001", one.ID);
    }

    [Fact]
    public async Task An_overload_is_retried_until_it_is_over()
    {
        await using var host = await MockHost.StartAsync();
        host.Server.Faults.Next(FaultKind.Overloaded, 2);
        await Client(host).Messages.Create(Hello());
        Assert.Equal(
            [RequestOutcome.Overloaded, RequestOutcome.Overloaded, RequestOutcome.Answered], host.Server.Ledger.Entries.Select(e => e.Outcome));
        Assert.Equal([0, 1, 2], host.Server.Ledger.Entries.Select(e => e.RetryCount));
    }

    [Fact]
    public async Task A_rate_limit_is_an_exception_of_its_own_when_retries_are_used_up()
    {
        await using var host = await MockHost.StartAsync();
        using var rule = host.Server.Faults.Add(new FaultRule(FaultKind.RateLimited));
        await Assert.ThrowsAsync<AnthropicRateLimitException>(() => Client(host, retries: 1).Messages.Create(Hello()));
        Assert.Equal(2, host.Server.Ledger.Totals(k => k.Outcome == RequestOutcome.RateLimited).Requests);
    }

    [Fact]
    public async Task A_spend_cap_is_known_by_its_code()
    {
        await using var host = await MockHost.StartAsync();
        using var rule = host.Server.Faults.Add(new FaultRule(FaultKind.SpendCapReached));
        var error = await Assert.ThrowsAnyAsync<AnthropicServiceException>(() => Client(host, retries: 0).Messages.Create(Hello()));
        Assert.Equal("enforced_spend_limit_reached", error.ErrorCode?.ToString().Trim('"'));
    }

    [Fact]
    public async Task An_error_event_in_a_stream_is_raised()
    {
        await using var host = await MockHost.StartAsync();
        host.Server.Faults.Next(FaultKind.ErrorEvent);
        await Assert.ThrowsAnyAsync<AnthropicException>(async () =>
        {
            await foreach (var _ in Client(host).Messages.CreateStreaming(Hello()))
            {
            }
        });
        Assert.Equal(RequestOutcome.Broken, Assert.Single(host.Server.Ledger.Entries).Outcome);
    }
}
