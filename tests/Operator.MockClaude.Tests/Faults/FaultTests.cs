using System.Net;
using System.Text.Json;
using Operator.MockClaude.Faults;
using Operator.MockClaude.Ledger;
using Operator.Testing;

namespace Operator.MockClaude.Tests.Faults;

public sealed class FaultTests
{
    [Theory]
    [InlineData(FaultKind.RateLimited, 429, "rate_limit_error", null, "7")]
    [InlineData(FaultKind.RampLimited, 429, "rate_limit_error", "ramp_limit_exceeded", "7")]
    [InlineData(FaultKind.SpendCapReached, 429, "rate_limit_error", "enforced_spend_limit_reached", null)]
    [InlineData(FaultKind.ContractSpendLimitReached, 429, "rate_limit_error", "contract_spend_limit_reached", null)]
    [InlineData(FaultKind.OwnSpendLimitReached, 400, "invalid_request_error", null, null)]
    [InlineData(FaultKind.Overloaded, 529, "overloaded_error", null, null)]
    [InlineData(FaultKind.InternalError, 500, "api_error", null, null)]
    [InlineData(FaultKind.Timeout, 504, "timeout_error", null, null)]
    public async Task An_error_fault_has_its_own_shape_and_charges_nothing(FaultKind kind, int status, string type, string? code, string? retryAfter)
    {
        await using var host = await MockHost.StartAsync();
        using var rule = host.Server.Faults.Add(new FaultRule(kind) { RetryAfter = 7 });
        var reply = await host.MessagesAsync(MockHost.Message(stream: true));
        Assert.Equal((status, type, code, retryAfter), (reply.Status, reply.ErrorType, reply.ErrorCode, reply.Header("retry-after")));
        var booked = Assert.Single(host.Server.Ledger.Entries);
        Assert.Equal(kind, booked.Fault);
        Assert.Equal(0, booked.Usage.Prompt + booked.Usage.Output);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(9)]
    public async Task A_stream_breaks_after_so_many_events(int events)
    {
        await using var host = await MockHost.StartAsync();
        using var rule = host.Server.Faults.Add(new FaultRule(FaultKind.BreakAfterEvents) { Events = events });
        var text = await ReadUntilBrokenAsync(host);
        Assert.Equal(events, SseEvent.Parse(text).Count);
        Assert.EndsWith("\n\n", text, StringComparison.Ordinal);
        Assert.Equal(RequestOutcome.Broken, Assert.Single(host.Server.Ledger.Entries).Outcome);
    }

    [Fact]
    public async Task A_stream_breaks_inside_an_event_and_pays_for_what_left()
    {
        await using var host = await MockHost.StartAsync();
        using var rule = host.Server.Faults.Add(new FaultRule(FaultKind.HalfEvent) { Events = 5 });
        var text = await ReadUntilBrokenAsync(host);
        Assert.Equal(5, SseEvent.Parse(text).Count);
        Assert.False(text.EndsWith("\n\n", StringComparison.Ordinal));
        // message_start, block start, ping and two deltas of eight tokens.
        Assert.Equal(16, Assert.Single(host.Server.Ledger.Entries).Usage.Output);
    }

    [Fact]
    public async Task An_error_event_ends_a_stream_whose_status_is_200()
    {
        await using var host = await MockHost.StartAsync();
        using var rule = host.Server.Faults.Add(new FaultRule(FaultKind.ErrorEvent) { Events = 4 });
        var reply = await host.MessagesAsync(MockHost.Message("claude-haiku-4-5", stream: true));
        Assert.Equal(200, reply.Status);
        Assert.Equal(5, reply.Events.Count);
        Assert.Equal("error", reply.Events[^1].Name);
        Assert.Equal("overloaded_error", (string?)reply.Events[^1].Json["error"]!["type"]);
        var booked = Assert.Single(host.Server.Ledger.Entries);
        Assert.Equal((200, RequestOutcome.Broken, "overloaded_error"), (booked.Status, booked.Outcome, booked.ErrorType));
    }

    [Fact]
    public async Task A_reset_gives_no_answer()
    {
        await using var host = await MockHost.StartAsync();
        host.Server.Faults.Next(FaultKind.ConnectionReset);
        await Assert.ThrowsAsync<HttpRequestException>(() => host.MessagesAsync(MockHost.Message()));
        Assert.Equal((0, RequestOutcome.Broken), (host.Server.Ledger.Entries[0].Status, host.Server.Ledger.Entries[0].Outcome));
        Assert.Equal(200, (await host.MessagesAsync(MockHost.Message())).Status);
    }

    [Fact]
    public async Task A_hang_ends_when_the_caller_leaves()
    {
        await using var host = await MockHost.StartAsync();
        host.Server.Faults.Next(FaultKind.Hang);
        using var patience = new CancellationTokenSource();
        using var content = new StringContent(MockHost.Message().ToJsonString());
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/messages") { Content = content };
        request.Headers.Add("x-api-key", MockClaudeOptions.DefaultKey);
        request.Headers.Add("anthropic-version", "2023-06-01");
        var sent = host.Client.SendAsync(request, patience.Token);
        while (host.Server.Ledger.InFlight == 0) await Task.Delay(5, TestContext.Current.CancellationToken);
        Assert.False(sent.IsCompleted);
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sent);
        await host.Server.Ledger.WaitForIdleAsync(TestContext.Current.CancellationToken);
        Assert.Single(host.Server.Ledger.Entries);
    }

    [Fact]
    public async Task A_page_of_HTML_and_torn_JSON_are_no_answers_of_the_API()
    {
        await using var host = await MockHost.StartAsync();
        host.Server.Faults.Next(FaultKind.HtmlAnswer);
        var html = await host.MessagesAsync(MockHost.Message());
        Assert.Equal(((int)HttpStatusCode.BadGateway, "text/html"), (html.Status, html.ContentType));
        host.Server.Faults.Next(FaultKind.TruncatedJson);
        var torn = await host.MessagesAsync(MockHost.Message());
        Assert.Equal(200, torn.Status);
        Assert.ThrowsAny<JsonException>(() => torn.Json);
        host.Server.Faults.Next(FaultKind.HalfEvent);
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => host.MessagesAsync(MockHost.Message()));
        Assert.Equal(3, host.Server.Ledger.Totals(k => k.Outcome == RequestOutcome.Broken).Requests);
    }

    [Theory]
    [InlineData(FaultKind.SlowFirstToken, 5)]
    [InlineData(FaultKind.SlowStream, 65)]
    public async Task Slow_faults_take_the_time_they_are_given(FaultKind kind, double seconds)
    {
        var time = new ManualTimeProvider();
        await using var host = await MockHost.StartAsync(new MockClaudeOptions { Time = time });
        host.Server.Faults.Next(kind);
        var started = time.GetUtcNow();
        var reply = host.MessagesAsync(MockHost.Message("claude-haiku-4-5", stream: true));
        while (!reply.IsCompleted)
        {
            if (!time.AdvanceToNextTimer()) await Task.Delay(1, TestContext.Current.CancellationToken);
        }
        var events = (await reply).Events.Count;
        Assert.Equal(14, events);
        Assert.Equal(kind == FaultKind.SlowStream ? events * 5 : seconds, (time.GetUtcNow() - started).TotalSeconds);
    }

    [Fact]
    public void A_probability_is_kept_and_follows_from_the_seed()
    {
        static List<bool> Strikes(int seed)
        {
            var plan = new FaultPlan(seed);
            plan.Add(new FaultRule(FaultKind.Overloaded) { Probability = 0.3 });
            var request = new LedgerEntry { At = DateTimeOffset.UnixEpoch, RequestId = "", Endpoint = MockEndpoint.Messages };
            return [.. Enumerable.Range(0, 10_000).Select(_ => plan.Strike(request, request.At) is not null)];
        }
        Assert.Equal(Strikes(5), Strikes(5));
        Assert.NotEqual(Strikes(5), Strikes(6));
        Assert.InRange(Strikes(5).Count(s => s), 2_800, 3_200);
    }

    [Fact]
    public void A_rule_waits_counts_and_keeps_to_its_hours_and_its_match()
    {
        var plan = new FaultPlan(1);
        var noon = new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
        plan.Add(new FaultRule(FaultKind.Hang) { Skip = 1, Times = 1, Model = "m", From = noon, Until = noon.AddHours(1) });
        LedgerEntry Request(string model) => new() { At = noon, RequestId = "", Endpoint = MockEndpoint.Messages, Model = model };
        Assert.Null(plan.Strike(Request("m"), noon.AddMinutes(-1)));
        Assert.Null(plan.Strike(Request("other"), noon));
        Assert.Null(plan.Strike(Request("m"), noon));
        Assert.NotNull(plan.Strike(Request("m"), noon));
        Assert.Null(plan.Strike(Request("m"), noon));
        plan.Clear();
        var rule = plan.Add(new FaultRule(FaultKind.Hang));
        Assert.NotNull(plan.Strike(Request("m"), noon.AddHours(2)));
        rule.Dispose();
        Assert.Null(plan.Strike(Request("m"), noon));
    }

    private static async Task<string> ReadUntilBrokenAsync(MockHost host)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/messages");
        request.Content = new StringContent(MockHost.Message("claude-haiku-4-5", stream: true).ToJsonString());
        request.Headers.Add("x-api-key", MockClaudeOptions.DefaultKey);
        request.Headers.Add("anthropic-version", "2023-06-01");
        using var response = await host.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        await using var stream = await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        using var read = new MemoryStream();
        var buffer = new byte[4096];
        await Assert.ThrowsAnyAsync<IOException>(async () =>
        {
            while (true)
            {
                var count = await stream.ReadAsync(buffer, TestContext.Current.CancellationToken);
                if (count == 0) return;
                read.Write(buffer, 0, count);
            }
        });
        return System.Text.Encoding.UTF8.GetString(read.ToArray());
    }
}
