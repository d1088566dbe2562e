using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Operator.Contract;
using Operator.Limiter.Telemetry;
using Operator.MockClaude;
using Operator.MockClaude.Accounts;
using Operator.MockClaude.Faults;
using Operator.MockClaude.Ledger;

namespace Operator.Limiter.Tests.Hosting;

public class MessagesEndToEndTests
{
    [Theory]
    [InlineData(RunningLimiter.Body)]
    [InlineData(RunningLimiter.StreamBody)]
    public async Task A_message_is_answered_and_counted_to_the_token(string body)
    {
        await using var limiter = await RunningLimiter.StartAsync();
        var (status, text, response) = await limiter.SendAsync(body);
        Assert.True(status == HttpStatusCode.OK, text);
        Assert.Equal(Sample.StableId, response.Headers.GetValues(RequestHeaders.Revision).Single());
        var counts = await limiter.SettledAsync();
        Assert.Equal(1, counts.Total(CallOutcome.Forwarded));
        AssertSameAsLedger(limiter);
        Assert.Equal(1, Assert.Single(limiter.State.Meters.Read()).Latency.Total);
        Assert.Equal("claude-sonnet-5-5", Assert.Single(limiter.Mock!.Ledger.Entries).Model);
        Assert.True(limiter.State.Ledger.Unacknowledged().Sum(d => d.Amount) > 0);
    }

    [Fact]
    public async Task The_injected_prompt_reaches_the_api_and_its_cache_is_counted()
    {
        var prompt = string.Concat(Enumerable.Repeat("Answer in a friendly tone, briefly and truthfully. ", 200));
        var configuration = Sample.Deployment() with { Stable = Sample.Revision(Sample.StableId) with { SystemPrompt = prompt, MaxTokens = 30 } };
        await using var limiter = await RunningLimiter.StartAsync(configuration);
        for (var i = 0; i < 2; i++)
        {
            var (status, text, _) = await limiter.SendAsync(RunningLimiter.Body);
            Assert.True(status == HttpStatusCode.OK, text);
        }
        await limiter.SettledAsync();
        AssertSameAsLedger(limiter);
        Assert.True(limiter.State.Meters.Read()[0].CacheReadTokens > 0);
    }

    [Theory]
    [InlineData(FaultKind.Overloaded)]
    [InlineData(FaultKind.InternalError)]
    [InlineData(FaultKind.ConnectionReset)]
    [InlineData(FaultKind.HtmlAnswer)]
    [InlineData(FaultKind.RateLimited)]
    public async Task A_passing_fault_is_retried(FaultKind fault)
    {
        await using var limiter = await RunningLimiter.StartAsync();
        limiter.Mock!.Faults.Next(fault);
        var (status, text, _) = await limiter.SendAsync(RunningLimiter.Body);
        Assert.True(status == HttpStatusCode.OK, text);
        var counts = await limiter.SettledAsync();
        Assert.Equal(1, counts.Retries);
        AssertSameAsLedger(limiter);
    }

    [Theory]
    [InlineData(FaultKind.SpendCapReached, HttpStatusCode.TooManyRequests)]
    [InlineData(FaultKind.ContractSpendLimitReached, HttpStatusCode.TooManyRequests)]
    [InlineData(FaultKind.OwnSpendLimitReached, HttpStatusCode.BadRequest)]
    public async Task A_spend_limit_is_told_once_and_stops_the_group(FaultKind fault, HttpStatusCode expected)
    {
        await using var limiter = await RunningLimiter.StartAsync();
        limiter.Mock!.Faults.Next(fault);
        var (status, _, response) = await limiter.SendAsync(RunningLimiter.Body);
        Assert.Equal((expected, "false"), (status, response.Headers.GetValues("x-should-retry").Single()));
        var (again, _, refusal) = await limiter.SendAsync(RunningLimiter.Body);
        Assert.Equal((HttpStatusCode.TooManyRequests, "false"), (again, refusal.Headers.GetValues("x-should-retry").Single()));
        Assert.Equal("frozen; team/tools/g", refusal.Headers.GetValues(RequestHeaders.Limit).Single());
        Assert.Equal(1, limiter.Mock.Ledger.Started);
        await limiter.SettledAsync();
    }

    [Fact]
    public async Task An_overloaded_model_is_replaced_by_its_fallback()
    {
        var configuration = Sample.Deployment() with { Fallback = ["claude-haiku-5-5"] };
        await using var limiter = await RunningLimiter.StartAsync(configuration);
        limiter.Mock!.Faults.Add(new FaultRule(FaultKind.Overloaded) { Model = "claude-sonnet-5-5" });
        var (status, text, _) = await limiter.SendAsync(RunningLimiter.Body);
        Assert.True(status == HttpStatusCode.OK, text);
        Assert.Equal("claude-haiku-5-5", (string?)JsonNode.Parse(text)!["model"]);
        await limiter.SettledAsync();
        var measured = Assert.Single(limiter.State.Meters.Read());
        Assert.Equal((0, 1), (measured.Requests, measured.Throttled));
    }

    [Theory]
    [InlineData(FaultKind.BreakAfterEvents)]
    [InlineData(FaultKind.HalfEvent)]
    public async Task A_stream_that_breaks_is_broken_for_the_caller_too_and_never_retried(FaultKind fault)
    {
        await using var limiter = await RunningLimiter.StartAsync();
        limiter.Mock!.Faults.Next(fault);
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => limiter.SendAsync(RunningLimiter.StreamBody));
        var counts = await limiter.SettledAsync();
        Assert.Equal((1, 0), (counts.Total(CallOutcome.Failed), counts.Retries));
        Assert.True(limiter.State.Meters.Read()[0].InputTokens > 0);
    }

    [Fact]
    public async Task An_error_after_200_is_passed_on_and_counts_as_throttling()
    {
        await using var limiter = await RunningLimiter.StartAsync();
        limiter.Mock!.Faults.Next(FaultKind.ErrorEvent);
        var (status, text, _) = await limiter.SendAsync(RunningLimiter.StreamBody);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Contains("event: error", text, StringComparison.Ordinal);
        Assert.Equal([(CallOutcome.Forwarded, "error-in-stream")], (await limiter.SettledAsync()).Ended.Keys);
        Assert.Equal(1, limiter.State.Meters.Read()[0].Throttled);
    }

    [Fact]
    public async Task A_caller_that_leaves_a_stream_is_charged_for_what_passed()
    {
        await using var limiter = await RunningLimiter.StartAsync();
        limiter.Mock!.Faults.Add(new FaultRule(FaultKind.StallAfterEvents) { Events = 6, Times = 1 });
        using (var request = new HttpRequestMessage(HttpMethod.Post, "/v1/messages") { Content = new StringContent(RunningLimiter.StreamBody) })
        {
            request.Content.Headers.ContentType = new("application/json");
            using var response = await limiter.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            await using var stream = await response.Content.ReadAsStreamAsync();
            var buffer = new byte[64];
            var seen = new StringBuilder();
            while (!seen.ToString().Contains("content_block_delta", StringComparison.Ordinal))
            {
                seen.Append(Encoding.UTF8.GetString(buffer, 0, await stream.ReadAsync(buffer)));
            }
        }
        var counts = await limiter.SettledAsync();
        Assert.Equal(1, counts.Total(CallOutcome.Failed));
        Assert.Contains((CallOutcome.Failed, "caller-left"), counts.Ended.Keys);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await limiter.Mock.Ledger.WaitForIdleAsync(patience.Token);
        Assert.Equal(RequestOutcome.ClientGone, limiter.Mock.Ledger.Entries.Single().Outcome);
        var measured = limiter.State.Meters.Read()[0];
        Assert.Equal(limiter.Mock.Ledger.Entries.Single().Usage.Input, measured.InputTokens);
        Assert.True(measured.OutputTokens > 0);
    }

    [Theory]
    [InlineData("", "bad-json")]
    [InlineData("not json", "bad-json")]
    [InlineData("{\"model\":\"a\",\"model\":\"b\"}", "duplicate-key")]
    [InlineData("{\"model\":\"a\",\"messages\":[", "bad-json")]
    [InlineData("[]", "bad-json")]
    [InlineData(null, "bad-json")]
    public async Task Garbage_is_refused_in_the_apis_shape_and_never_sent_on(string? body, string reason)
    {
        await using var limiter = await RunningLimiter.StartAsync();
        // Nested too deep, for null.
        var (status, text, response) = await limiter.SendAsync(body ?? $"{{\"a\":{new string('[', 200)}{new string(']', 200)}}}");
        Assert.Equal(HttpStatusCode.BadRequest, status);
        var error = JsonNode.Parse(text)!;
        Assert.Equal(("error", "invalid_request_error"), ((string?)error["type"], (string?)error["error"]!["type"]));
        Assert.Equal(response.Headers.GetValues("request-id").Single(), (string?)error["request_id"]);
        Assert.Equal("false", response.Headers.GetValues("x-should-retry").Single());
        Assert.Equal(0, limiter.Mock!.Ledger.Started);
        Assert.Equal([KeyValuePair.Create((CallOutcome.Refused, reason), 1L)], (await limiter.SettledAsync()).Ended);
    }

    [Fact]
    public async Task A_body_beyond_32_megabytes_is_refused()
    {
        await using var limiter = await RunningLimiter.StartAsync();
        using var content = new ByteArrayContent(new byte[(32 * 1024 * 1024) + 1]);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/messages") { Content = content };
        request.Headers.ExpectContinue = true;
        using var response = await limiter.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Assert.Contains("request_too_large", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rotated_key_is_taken_without_a_failed_request()
    {
        await using var limiter = await RunningLimiter.StartAsync();
        limiter.Mock!.Accounts.AddKey(MockClaudeOptions.DefaultOrganization, new MockKey("sk-ant-api03-new") { Name = "new" });
        for (var i = 0; i < 20; i++)
        {
            if (i == 10)
            {
                await File.WriteAllTextAsync(Path.Combine(limiter.Folder, LimiterPod.Keys, "triage"), "sk-ant-api03-new");
                limiter.Mock.Accounts.RevokeKey(MockClaudeOptions.DefaultKey);
            }
            var (status, text, _) = await limiter.SendAsync(RunningLimiter.Body);
            Assert.True(status == HttpStatusCode.OK, text);
        }
        Assert.Equal(10, limiter.Mock.Ledger.Totals(k => k.Key == "new" && k.Outcome == RequestOutcome.Answered).Requests);
    }

    [Fact]
    public async Task An_unknown_revision_model_deployment_and_lane_are_told()
    {
        await using var limiter = await RunningLimiter.StartAsync();
        Assert.Equal(404, (int)(await limiter.SendAsync(RunningLimiter.Body, (RequestHeaders.Revision, new string('e', 64)))).Status);
        Assert.Equal(404, (int)(await limiter.SendAsync(RunningLimiter.Body, (RequestHeaders.Revision, RequestHeaders.NoRevision))).Status);
        Assert.Equal(404, (int)(await limiter.SendAsync(RunningLimiter.Body, (RequestHeaders.Deployment, "other"))).Status);
        Assert.Equal(400, (int)(await limiter.SendAsync(RunningLimiter.Body, (RequestHeaders.Lane, "fast"))).Status);
        Assert.Equal(0, limiter.Mock!.Ledger.Started);
        Assert.Equal(
            ["unknown-deployment", "unknown-lane", "unknown-model", "unknown-revision"],
            (await limiter.SettledAsync()).Ended.Select(e => e.Value == 1 ? e.Key.Reason : $"{e}").Order(StringComparer.Ordinal));
        var passed = await limiter.SendAsync(
            RunningLimiter.Body.Replace("any", "claude-haiku-5-5", StringComparison.Ordinal), (RequestHeaders.Revision, RequestHeaders.NoRevision));
        Assert.Equal((HttpStatusCode.OK, "none"), (passed.Status, passed.Response.Headers.GetValues(RequestHeaders.Revision).Single()));
        Assert.Empty(limiter.State.Meters.Read());
    }

    [Fact]
    public async Task A_share_that_is_used_up_is_told_with_its_owner()
    {
        var boot = new Share(new(0.01, null, null), new(1, null, null));
        await using var limiter = await RunningLimiter.StartAsync(Sample.Deployment() with { Quota = Sample.Quota(boot) });
        Assert.Equal(HttpStatusCode.OK, (await limiter.SendAsync(RunningLimiter.Body)).Status);
        var (status, text, response) = await limiter.SendAsync(RunningLimiter.Body);
        Assert.Equal(HttpStatusCode.TooManyRequests, status);
        Assert.Contains("rate_limit_error", text, StringComparison.Ordinal);
        Assert.Equal("requests; team/tools/g", response.Headers.GetValues(RequestHeaders.Limit).Single());
        Assert.True(response.Headers.RetryAfter!.Delta > TimeSpan.FromSeconds(1));
        Assert.Equal(1, limiter.Mock!.Ledger.Started);
    }

    [Fact]
    public async Task Counting_models_batches_and_hello_pass()
    {
        await using var limiter = await RunningLimiter.StartAsync();
        using var count = new StringContent("""{"model":"any","messages":[{"role":"user","content":"Hello."}]}""", Encoding.UTF8, "application/json");
        using var counted = await limiter.Client.PostAsync("/v1/messages/count_tokens?beta=true", count);
        Assert.True(counted.IsSuccessStatusCode, await counted.Content.ReadAsStringAsync());
        Assert.Contains("data", await limiter.Client.GetStringAsync("/v1/models?limit=1000"), StringComparison.Ordinal);
        const string Batch = """{"requests":[{"custom_id":"a","params":{"model":"claude-sonnet-5-5","max_tokens":9,"messages":[{"role":"user","content":"Hi"}]}}]}""";
        using var batch = new StringContent(Batch, Encoding.UTF8, "application/json");
        using var created = await limiter.Client.PostAsync("/v1/messages/batches", batch);
        Assert.True(created.IsSuccessStatusCode, await created.Content.ReadAsStringAsync());
        using var hello = await limiter.Client.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/api/hello"));
        Assert.Equal(HttpStatusCode.OK, hello.StatusCode);
        using var unknown = await limiter.Client.GetAsync("/v1/organizations/rate_limits");
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
        await limiter.SettledAsync();
    }

    [Fact]
    public async Task Health_metrics_and_the_call_log_tell_without_content_or_keys()
    {
        var limiter = await RunningLimiter.StartAsync();
        await using (limiter)
        {
            var body = RunningLimiter.Body.Replace("Hello there.", "planted-prompt-text", StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.OK, (await limiter.SendAsync(body, (RequestHeaders.User, "planted-user"))).Status);
            await limiter.SettledAsync();
            using var client = new HttpClient { BaseAddress = limiter.Host.HealthAddress };
            Assert.Equal("ok", await client.GetStringAsync("/healthz"));
            Assert.Equal("ok", await client.GetStringAsync("/readyz"));
            var metrics = await client.GetStringAsync("/metrics");
            Assert.Contains("claude_limiter_requests_total{outcome=\"Forwarded\",reason=\"answered\"} 1", metrics, StringComparison.Ordinal);
            Assert.DoesNotContain("planted", metrics, StringComparison.Ordinal);
            await limiter.Host.StopAsync();
            var log = Encoding.UTF8.GetString(limiter.Calls.ToArray());
            var line = JsonNode.Parse(log.Split('\n', StringSplitOptions.RemoveEmptyEntries).Single())!;
            Assert.Equal((Sample.StableId, "Forwarded", 200), ((string?)line["revision"], (string?)line["outcome"], (int?)line["status"]));
            Assert.True((long)line["cost_nanodollars"]! > 0);
            Assert.DoesNotContain("planted", log, StringComparison.Ordinal);
            Assert.DoesNotContain("sk-ant", log, StringComparison.Ordinal);
            Assert.DoesNotContain("the-callers-own", log, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_new_configuration_holds_for_the_next_request()
    {
        await using var limiter = await RunningLimiter.StartAsync();
        var canary = Sample.Deployment(generation: 2) with { Canary = Sample.Revision(Sample.CanaryId, "claude-haiku-5-5"), CanaryWeight = 10_000 };
        await File.WriteAllBytesAsync(Path.Combine(limiter.Folder, LimiterPod.Deployments, "triage.json"), Sample.Json(canary));
        for (var i = 0; i < 600 && limiter.State.Configuration.Current.Only!.Configuration.Generation < 2; i++) await Task.Delay(50);
        var (_, _, response) = await limiter.SendAsync(RunningLimiter.Body);
        Assert.Equal(Sample.CanaryId, response.Headers.GetValues(RequestHeaders.Revision).Single());
    }

    [Theory]
    [InlineData(true, HttpStatusCode.TooManyRequests)]
    [InlineData(false, HttpStatusCode.OK)]
    public async Task A_user_beyond_the_budget_is_refused_or_only_counted(bool throttle, HttpStatusCode expected)
    {
        var quota = Sample.Quota() with { PerUser = new() { RequestsPerMinute = 1, Throttle = throttle } };
        await using var limiter = await RunningLimiter.StartAsync(Sample.Deployment() with { Quota = quota });
        Assert.Equal(HttpStatusCode.OK, (await limiter.SendAsync(RunningLimiter.Body, (RequestHeaders.User, "a"))).Status);
        Assert.Equal(expected, (await limiter.SendAsync(RunningLimiter.Body, (RequestHeaders.User, "a"))).Status);
        Assert.Equal(HttpStatusCode.OK, (await limiter.SendAsync(RunningLimiter.Body, (RequestHeaders.User, "b"))).Status);
        Assert.Equal(throttle ? 0 : 1, limiter.State.Counts.UsersOverBudget);
    }

    [Fact]
    public async Task A_stop_lets_streams_under_way_end()
    {
        await using var limiter = await RunningLimiter.StartAsync();
        limiter.Mock!.Faults.Add(new FaultRule(FaultKind.SlowStream) { Delay = TimeSpan.FromMilliseconds(50), Times = 1 });
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/messages") { Content = new StringContent(RunningLimiter.StreamBody) };
        using var response = await limiter.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        var stopping = limiter.Host.StopAsync();
        Assert.Contains("message_stop", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        await stopping;
        Assert.Equal(1, limiter.State.Counts.Total(CallOutcome.Forwarded));
    }

    [Fact]
    public async Task Many_at_once_add_up_to_the_token()
    {
        await using var limiter = await RunningLimiter.StartAsync();
        limiter.Mock!.Faults.Add(new FaultRule(FaultKind.Overloaded) { Probability = 0.1 });
        var all = Enumerable.Range(0, 200).Select(i => limiter.SendAsync(i % 2 == 0 ? RunningLimiter.Body : RunningLimiter.StreamBody)).ToList();
        await Task.WhenAll(all);
        var counts = await limiter.SettledAsync();
        Assert.Equal((200, 0), (counts.Received, counts.Total(CallOutcome.Failed)));
        var charged = limiter.Mock.Ledger.Totals(k => k.Outcome == RequestOutcome.Answered);
        var measured = limiter.State.Meters.Read()[0];
        Assert.Equal((charged.Requests, charged.Input, charged.Output), (measured.Requests, measured.InputTokens, measured.OutputTokens));
        Assert.Equal(charged.Cost, measured.Cost / 1e9m);
    }

    private static void AssertSameAsLedger(RunningLimiter limiter)
    {
        var charged = limiter.Mock!.Ledger.Totals(k => k.Outcome == RequestOutcome.Answered);
        var measured = Assert.Single(limiter.State.Meters.Read());
        Assert.Equal(
            (charged.Requests, charged.Input, charged.CacheWrite5m + charged.CacheWrite1h, charged.CacheRead, charged.Output),
            (measured.Requests, measured.InputTokens, measured.CacheWriteTokens, measured.CacheReadTokens, measured.OutputTokens));
    }
}
