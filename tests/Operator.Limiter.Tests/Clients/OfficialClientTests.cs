using System.Text.Json;
using Anthropic;
using Anthropic.Exceptions;
using Anthropic.Models.Messages;
using Anthropic.Models.Messages.Batches;
using Operator.Limiter.Telemetry;
using Operator.Limiter.Tests.Hosting;
using Operator.MockClaude;
using Operator.MockClaude.Faults;
using Operator.MockClaude.Ledger;

namespace Operator.Limiter.Tests.Clients;

/// <summary>The official client, as it is, with nothing but its base address changed: a limiter stands between it and the API.</summary>
public sealed class OfficialClientTests
{
    private static AnthropicClient Client(RunningLimiter limiter, int retries = 2) =>
        new() { BaseUrl = limiter.Host.Address.ToString().TrimEnd('/'), ApiKey = "not-a-real-key", MaxRetries = retries };

    private static MessageCreateParams Hello(string model = "triage") =>
        new() { Model = model, MaxTokens = 256, Messages = [new UserMessageParam("Hello")] };

    [Fact]
    public async Task A_plain_message_is_served_by_the_revision_and_counted_to_the_token()
    {
        await using var limiter = await RunningLimiter.StartAsync();
        var message = await Client(limiter).Messages.Create(Hello());
        Assert.Equal("claude-sonnet-5-5", message.Model.Raw());
        Assert.Equal("end_turn", message.StopReason?.Raw());
        await limiter.AssertSameAsChargedAsync(1);
        Assert.Equal(limiter.Meter().OutputTokens, message.Usage.OutputTokens);
    }

    [Fact]
    public async Task A_stream_comes_whole_and_is_counted_to_the_token()
    {
        await using var limiter = await RunningLimiter.StartAsync();
        var plain = await Client(limiter).Messages.Create(Hello());
        Assert.Contains(plain.Content, block => block.TryPickText(out _));
        var (text, output, stops) = ("", 0L, 0);
        await foreach (var item in Client(limiter).Messages.CreateStreaming(Hello()))
        {
            if (item.TryPickContentBlockDelta(out var delta) && delta.Delta.TryPickText(out var piece)) text += piece.Text;
            if (item.TryPickDelta(out var end)) output = end.Usage.OutputTokens;
            if (item.TryPickStop(out _)) stops++;
        }
        Assert.NotEmpty(text);
        Assert.Equal(1, stops);
        await limiter.AssertSameAsChargedAsync(2);
        Assert.Equal(limiter.Meter().OutputTokens, plain.Usage.OutputTokens + output);
    }

    [Fact]
    public async Task A_tool_goes_round_and_both_halves_are_counted()
    {
        await using var limiter = await RunningLimiter.StartAsync();
        var client = Client(limiter);
        var tool = new Tool
        {
            Name = "get_weather",
            InputSchema = new InputSchema
            {
                Properties = new Dictionary<string, JsonElement> { ["city"] = JsonDocument.Parse("""{"type":"string"}""").RootElement },
                Required = ["city"],
            },
        };
        var first = await client.Messages.Create(Hello() with { Tools = [tool] });
        Assert.Equal("tool_use", first.StopReason?.Raw());
        ToolUseBlock? use = null;
        Assert.Contains(first.Content, block => block.TryPickToolUse(out use));
        var second = await client.Messages.Create(Hello() with
        {
            Tools = [tool],
            Messages =
            [
                new UserMessageParam("Hello"),
                new AssistantMessageParam(new List<ContentBlockParam> { new ToolUseBlockParam { ID = use!.ID, Name = use.Name, Input = use.Input } }),
                new UserMessageParam(new List<ContentBlockParam> { new ToolResultBlockParam(use.ID) { Content = "sunny" } }),
            ],
        });
        Assert.Equal("end_turn", second.StopReason?.Raw());
        await limiter.AssertSameAsChargedAsync(2);
    }

    [Fact]
    public async Task Counted_tokens_are_those_of_the_message_and_cost_nothing()
    {
        await using var limiter = await RunningLimiter.StartAsync(
            Sample.Deployment() with { Stable = Sample.Revision(Sample.StableId) with { SystemPrompt = "Be brief and friendly." } });
        var count = await Client(limiter).Messages.CountTokens(new() { Model = "triage", Messages = Hello().Messages });
        await limiter.SettledAsync();
        Assert.Empty(limiter.State.Meters.Read());
        Assert.Empty(limiter.State.Ledger.Unacknowledged());
        var message = await Client(limiter).Messages.Create(Hello());
        Assert.Equal(message.Usage.InputTokens, count.InputTokens);
        await limiter.AssertSameAsChargedAsync(1);
    }

    [Fact]
    public async Task A_batch_is_created_ends_and_gives_its_results()
    {
        await using var limiter = await RunningLimiter.StartAsync(mock: new MockClaudeOptions { BatchDuration = TimeSpan.Zero });
        var client = Client(limiter);
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
        Assert.Equal((1, 1), (batch.RequestCounts.Succeeded, batch.RequestCounts.Errored));
        var ids = new List<string>();
        await foreach (var result in client.Messages.Batches.ResultsStreaming(created.ID)) ids.Add(result.CustomID);
        Assert.Equal(["one", "two"], ids.Order());
        // A batch is charged by the API when it ends, to nobody's request: no revision's measurement has it.
        Assert.Equal(3, (await limiter.SettledAsync()).Total(CallOutcome.Forwarded));
        Assert.Empty(limiter.State.Meters.Read());
    }

    [Fact]
    public async Task A_stream_that_the_client_leaves_is_charged_for_what_passed()
    {
        await using var limiter = await RunningLimiter.StartAsync();
        limiter.Mock!.Faults.Add(new FaultRule(FaultKind.StallAfterEvents) { Events = 6, Times = 1 });
        await foreach (var item in Client(limiter).Messages.CreateStreaming(Hello()))
        {
            if (item.TryPickContentBlockDelta(out _)) break;
        }
        var counts = await limiter.SettledAsync();
        Assert.Equal([(CallOutcome.Failed, "caller-left")], counts.Ended.Keys);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await limiter.Mock.Ledger.WaitForIdleAsync(patience.Token);
        var charged = Assert.Single(limiter.Mock.Ledger.Entries);
        Assert.Equal(RequestOutcome.ClientGone, charged.Outcome);
        Assert.Equal(charged.Usage.Input, limiter.Meter().InputTokens);
        // Nobody is told the output of a stream that was left: the content that passed tells about how many.
        Assert.InRange(limiter.Meter().OutputTokens, charged.Usage.Output * 0.7, charged.Usage.Output * 1.3);
        Assert.Equal(limiter.Meter().Cost, limiter.State.Ledger.Unacknowledged().Sum(d => d.Amount));
    }

    [Theory]
    [InlineData(FaultKind.RateLimited)]
    [InlineData(FaultKind.Overloaded)]
    public async Task A_passing_refusal_of_the_api_is_healed_before_the_client_sees_it(FaultKind fault)
    {
        await using var limiter = await RunningLimiter.StartAsync();
        limiter.Mock!.Faults.Next(fault);
        await Client(limiter, retries: 0).Messages.Create(Hello());
        Assert.Equal(1, (await limiter.SettledAsync()).Retries);
        Assert.Equal(2, limiter.Mock.Ledger.Started);
        await limiter.AssertSameAsChargedAsync(1);
    }

    [Fact]
    public async Task A_rate_limit_that_lasts_longer_than_the_lane_waits_is_told_with_its_pause()
    {
        await using var limiter = await RunningLimiter.StartAsync();
        using var rule = limiter.Mock!.Faults.Add(new FaultRule(FaultKind.RateLimited) { RetryAfter = 900 });
        await Assert.ThrowsAsync<AnthropicRateLimitException>(() => Client(limiter, retries: 0).Messages.Create(Hello()));
        // What comes now is held back: the API is not asked again.
        await Assert.ThrowsAsync<AnthropicRateLimitException>(() => Client(limiter).Messages.Create(Hello()));
        Assert.Equal(1, limiter.Mock.Ledger.Started);
        Assert.Equal((1, 1), ((await limiter.SettledAsync()).Total(CallOutcome.Forwarded), limiter.State.Counts.Total(CallOutcome.Refused)));
        var (_, _, answer) = await limiter.SendAsync(RunningLimiter.Body);
        Assert.InRange(answer.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 600, 900);
        await limiter.AssertSameAsChargedAsync(0);
    }

    [Theory]
    [InlineData(FaultKind.SpendCapReached)]
    [InlineData(FaultKind.ContractSpendLimitReached)]
    [InlineData(FaultKind.OwnSpendLimitReached)]
    public async Task A_spend_limit_makes_no_storm_of_retries(FaultKind fault)
    {
        await using var limiter = await RunningLimiter.StartAsync();
        using var rule = limiter.Mock!.Faults.Add(new FaultRule(fault));
        var client = Client(limiter, retries: 5);
        for (var i = 0; i < 5; i++) await Assert.ThrowsAnyAsync<AnthropicServiceException>(() => client.Messages.Create(Hello()));
        Assert.Equal(1, limiter.Mock.Ledger.Started);
        Assert.Equal(5, (await limiter.SettledAsync()).Received);
        await limiter.AssertSameAsChargedAsync(0);
    }

    [Fact]
    public async Task An_error_event_in_a_stream_reaches_the_client_and_what_passed_is_charged()
    {
        await using var limiter = await RunningLimiter.StartAsync();
        limiter.Mock!.Faults.Next(FaultKind.ErrorEvent);
        await Assert.ThrowsAnyAsync<AnthropicException>(async () =>
        {
            await foreach (var _ in Client(limiter).Messages.CreateStreaming(Hello()))
            {
            }
        });
        await limiter.SettledAsync();
        Assert.Equal(RequestOutcome.Broken, Assert.Single(limiter.Mock.Ledger.Entries).Outcome);
        // Not the revision's fault, so not its measurement; the money is spent all the same.
        Assert.Equal((0, 1), (limiter.Meter().Requests, limiter.Meter().Throttled));
        Assert.Equal((long)(limiter.Mock.Ledger.Totals().Cost * 1_000_000_000m), limiter.State.Ledger.Unacknowledged().Sum(d => d.Amount));
    }
}
