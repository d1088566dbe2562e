using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Operator.Contract;
using Operator.Limiter.Telemetry;
using Operator.Limiter.Tests.Hosting;
using Operator.MockClaude;
using Operator.MockClaude.Faults;
using Operator.MockClaude.Ledger;
using Operator.Testing;

namespace Operator.Limiter.Tests.Clients.TypeScript;

/// <summary>The official TypeScript client, as it is, with nothing but <c>ANTHROPIC_BASE_URL</c> set: a limiter stands between it and the API.</summary>
public sealed class TypeScriptClientTests(TypeScriptClient client) : IClassFixture<TypeScriptClient>
{
    /// <summary>Waits longest: a clock that is ten times as fast leaves a loaded machine its time.</summary>
    private static DeploymentConfiguration Patient => Sample.Deployment() with { Lane = Lane.Bulk };

    [Fact]
    public async Task A_plain_message_is_served_by_the_revision_and_counted_to_the_token()
    {
        await using var limiter = await RunningLimiter.StartAsync();
        var message = await client.RunAsync("plain", limiter);
        Assert.Equal(("claude-sonnet-5-5", "end_turn"), ((string?)message["model"], (string?)message["stop"]));
        await limiter.AssertSameAsChargedAsync(1);
        AssertTold(limiter, message);
    }

    [Fact]
    public async Task A_stream_comes_whole_and_is_counted_to_the_token()
    {
        await using var limiter = await RunningLimiter.StartAsync();
        var message = await client.RunAsync("streaming", limiter);
        var pieces = message["pieces"]!.AsArray().Select(p => (string?)p).ToArray();
        Assert.True(pieces.Length > 1, $"The text came in {pieces.Length} piece.");
        Assert.Equal((string?)message["text"], string.Concat(pieces));
        Assert.Equal("end_turn", (string?)message["stop"]);
        await limiter.AssertSameAsChargedAsync(1);
        AssertTold(limiter, message);
    }

    [Fact]
    public async Task A_tool_goes_round_and_both_halves_are_counted()
    {
        await using var limiter = await RunningLimiter.StartAsync();
        var told = await client.RunAsync("tools", limiter);
        Assert.Equal(("tool_use", "end_turn"), ((string?)told["first"]!["stop"], (string?)told["second"]!["stop"]));
        Assert.Equal("get_weather", (string?)told["tool"]);
        Assert.IsType<string>((string?)told["input"]!["city"]);
        await limiter.AssertSameAsChargedAsync(2);
        AssertTold(limiter, told["first"]!, told["second"]!);
    }

    [Fact]
    public async Task Counted_tokens_are_those_of_the_message_and_cost_nothing()
    {
        await using var limiter = await RunningLimiter.StartAsync(
            Sample.Deployment() with { Stable = Sample.Revision(Sample.StableId) with { SystemPrompt = "Be brief and friendly." } });
        var count = await client.RunAsync("count_tokens", limiter);
        await limiter.SettledAsync();
        Assert.Empty(limiter.State.Meters.Read());
        Assert.Empty(limiter.State.Ledger.Unacknowledged());
        var message = await client.RunAsync("plain", limiter);
        Assert.Equal((long)message["usage"]!["input_tokens"]!, (long)count["input_tokens"]!);
        await limiter.AssertSameAsChargedAsync(1);
    }

    [Fact]
    public async Task A_batch_is_created_ends_and_gives_its_results_through_the_limiter()
    {
        await using var limiter = await RunningLimiter.StartAsync(mock: new MockClaudeOptions { BatchDuration = TimeSpan.Zero });
        var told = await client.RunAsync("batches", limiter);
        Assert.Equal("ended", (string?)told["status"]);
        Assert.Equal((1, 1), ((int)told["counts"]!["succeeded"]!, (int)told["counts"]!["errored"]!));
        Assert.Equal([(string?)told["id"]], told["listed"]!.AsArray().Select(i => (string?)i));
        Assert.Equal(("succeeded", "errored"), ((string?)told["results"]!["one"], (string?)told["results"]!["two"]));
        // The client follows the address that the batch tells: that is the limiter's too, for the API does not know the caller's key.
        Assert.All(Calls(told), c => Assert.Equal(limiter.Host.Address.Authority, (string?)c["host"]));
        // A batch is charged by the API when it ends, to nobody's request: no revision's measurement has it.
        Assert.Equal(Calls(told).Count, (await limiter.SettledAsync()).Total(CallOutcome.Forwarded));
        Assert.Empty(limiter.State.Meters.Read());
    }

    [Fact]
    public async Task A_stream_that_the_client_aborts_is_charged_for_what_passed()
    {
        await using var limiter = await RunningLimiter.StartAsync();
        limiter.Mock!.Faults.Add(new FaultRule(FaultKind.StallAfterEvents) { Events = 6, Times = 1 });
        var told = await client.RunAsync("abort", limiter);
        Assert.True((int)told["deltas"]! >= 1);
        Assert.Null(told["error"]);
        Assert.Single(Calls(told));
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
        await using var limiter = await RunningLimiter.StartAsync(Patient, time: new FastClock(10));
        limiter.Mock!.Faults.Next(fault);
        var message = await client.RunAsync("plain", limiter, new() { ["maxRetries"] = 0 });
        Assert.Single(Calls(message));
        Assert.Equal(1, (await limiter.SettledAsync()).Retries);
        Assert.Equal(2, limiter.Mock.Ledger.Started);
        await limiter.AssertSameAsChargedAsync(1);
        AssertTold(limiter, message);
    }

    /// <summary>A refusal that outlasts the limiter's own retries: the first attempt and four more.</summary>
    [Theory]
    [InlineData(FaultKind.RateLimited, 429, "1", 0.99)]
    [InlineData(FaultKind.Overloaded, 529, null, 0)]
    public async Task A_longer_refusal_is_healed_by_the_client_which_waits_as_it_is_told(FaultKind fault, int status, string? retryAfter, double seconds)
    {
        await using var limiter = await RunningLimiter.StartAsync(Patient, time: new FastClock(10));
        limiter.Mock!.Faults.Next(fault, times: 5);
        var message = await client.RunAsync("plain", limiter);
        var calls = Calls(message);
        Assert.Equal([status, 200], calls.Select(c => (int)c["status"]!));
        Assert.Equal(retryAfter, (string?)calls[0]["retryAfter"]);
        var pause = ((double)calls[1]["at"]! - (double)calls[0]["at"]!) / 1000;
        Assert.True(pause >= seconds, $"The client came again after {pause.ToString(CultureInfo.InvariantCulture)} s.");
        Assert.Equal([0, 0, 0, 0, 0, 1], limiter.Mock.Ledger.Entries.Select(e => e.RetryCount));
        Assert.Equal(2, (await limiter.SettledAsync()).Received);
        await limiter.AssertSameAsChargedAsync(1);
        AssertTold(limiter, message);
    }

    [Theory]
    [InlineData(FaultKind.SpendCapReached, "EnforcedSpendLimitReachedError", 429)]
    [InlineData(FaultKind.ContractSpendLimitReached, "ContractSpendLimitReachedError", 429)]
    [InlineData(FaultKind.OwnSpendLimitReached, "BadRequestError", 400)]
    public async Task A_spend_limit_makes_no_storm_of_retries(FaultKind fault, string kind, int status)
    {
        await using var limiter = await RunningLimiter.StartAsync();
        using var rule = limiter.Mock!.Faults.Add(new FaultRule(fault));
        var first = await client.RunAsync("refused", limiter, new() { ["maxRetries"] = 5 });
        Assert.Equal((kind, status), ((string?)first["error"]!["kind"], (int)first["error"]!["status"]!));
        Assert.Equal("false", (string?)Assert.Single(Calls(first))["shouldRetry"]);
        Assert.Equal((1, 1), ((await limiter.SettledAsync()).Received, limiter.Mock.Ledger.Started));
        // What comes now is held back: the API is not asked again.
        var second = await client.RunAsync("refused", limiter, new() { ["maxRetries"] = 5 });
        Assert.Equal("RateLimitError", (string?)second["error"]!["kind"]);
        Assert.Equal("false", (string?)Assert.Single(Calls(second))["shouldRetry"]);
        Assert.Equal((2, 1), ((await limiter.SettledAsync()).Received, limiter.Mock.Ledger.Started));
        await limiter.AssertSameAsChargedAsync(0);
    }

    [Fact]
    public async Task A_budget_of_the_quota_that_is_spent_is_one_refusal_and_no_call_of_the_api()
    {
        var quota = Sample.Quota() with { Spend = [new() { Quota = "team/tools", Monthly = 1, OnExhausted = OnExhausted.Stop }] };
        await using var limiter = await RunningLimiter.StartAsync(Sample.Deployment() with { Quota = quota });
        await client.RunAsync("plain", limiter);
        var told = await client.RunAsync("refused", limiter, new() { ["maxRetries"] = 5 });
        Assert.Equal(("RateLimitError", 429), ((string?)told["error"]!["kind"], (int)told["error"]!["status"]!));
        Assert.StartsWith("req_", (string?)told["error"]!["requestId"], StringComparison.Ordinal);
        Assert.Equal("rate_limit_error", (string?)told["error"]!["body"]!["error"]!["type"]);
        Assert.Single(Calls(told));
        Assert.Equal(1, limiter.Mock!.Ledger.Started);
        await limiter.AssertSameAsChargedAsync(1);
    }

    [Fact]
    public async Task Models_are_listed_page_by_page()
    {
        await using var limiter = await RunningLimiter.StartAsync();
        var told = await client.RunAsync("models", limiter);
        var expected = JsonNode.Parse(await limiter.Client.GetStringAsync("/v1/models?limit=1000"))!["data"]!.AsArray().Select(m => (string?)m!["id"]).ToArray();
        Assert.True(expected.Length > 3, "One page holds all models: nothing is shown.");
        Assert.Equal(expected, told["ids"]!.AsArray().Select(i => (string?)i));
        Assert.Equal(expected[0], (string?)told["one"]);
        await limiter.AssertSameAsChargedAsync(0);
    }

    [Theory]
    [InlineData("apiKey")]
    [InlineData("authToken")]
    public async Task A_key_and_a_token_of_the_caller_are_replaced_by_the_mounted_key(string credential)
    {
        await using var limiter = await RunningLimiter.StartAsync();
        var message = await client.RunAsync("plain", limiter, new() { [credential] = TypeScriptClient.Secret });
        Assert.NotEmpty(Assert.Single(Calls(message))["credentials"]!.AsArray());
        await limiter.AssertSameAsChargedAsync(1);
        AssertTold(limiter, message);

        await using var upstream = new RawUpstream();
        const string Answer =
            """{"id":"msg_1","type":"message","role":"assistant","model":"claude-sonnet-5-5","content":[],"stop_reason":"end_turn","usage":{"input_tokens":7,"output_tokens":5}}""";
        upstream.Answer("raw", Encoding.UTF8.GetBytes($"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {Answer.Length}\r\n\r\n{Answer}"));
        await using var before = await RunningLimiter.StartAsync(upstream: upstream.Address);
        await client.RunAsync("plain", before, new() { [credential] = TypeScriptClient.Secret, ["defaultHeaders"] = new JsonObject { ["x-mark"] = "raw" } });
        var head = Assert.Single(upstream.Heads);
        Assert.Contains($"x-api-key: {MockClaudeOptions.DefaultKey}", head, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("authorization:", head, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(TypeScriptClient.Secret, head, StringComparison.Ordinal);
        await before.SettledAsync();
        Assert.Equal((7, 5), (before.Meter().InputTokens, before.Meter().OutputTokens));
    }

    private static List<JsonNode> Calls(JsonNode told) => [.. told["calls"]!.AsArray().Select(c => c!)];

    /// <summary>What the client was told of its usage is what the limiter measured.</summary>
    private static void AssertTold(RunningLimiter limiter, params JsonNode[] messages)
    {
        long Sum(string name) => messages.Sum(m => (long?)m["usage"]![name] ?? 0);
        var meter = limiter.Meter();
        Assert.Equal(
            (Sum("input_tokens"), Sum("cache_creation_input_tokens"), Sum("cache_read_input_tokens"), Sum("output_tokens")),
            (meter.InputTokens, meter.CacheWriteTokens, meter.CacheReadTokens, meter.OutputTokens));
    }
}
