using System.Globalization;
using System.Text.Json.Nodes;
using Operator.MockClaude.Accounts;
using Operator.MockClaude.Answers;
using Operator.MockClaude.Ledger;
using Operator.MockClaude.Limits;
using Operator.Testing;

namespace Operator.MockClaude.Tests.Limits;

public sealed class RateLimitTests
{
    private static MockOrganization Organization(MockWorkspace? workspace = null, GroupLimits? limits = null) => new("org")
    {
        Limits = new Dictionary<string, GroupLimits> { ["sonnet-5-5"] = limits ?? new GroupLimits(1000, 100_000, 20_000) },
        Workspaces = workspace is null ? [] : [workspace],
        Keys =
        [
            new MockKey(MockClaudeOptions.DefaultKey) { Workspace = workspace?.Id ?? MockOrganization.DefaultWorkspace },
            new MockKey(MockClaudeOptions.DefaultAdminKey) { Admin = true, Workspace = null },
        ],
    };

    private static Task<MockHost> StartAsync(ManualTimeProvider time, MockOrganization organization) =>
        MockHost.StartAsync(new MockClaudeOptions { Time = time, Organizations = [organization] });

    [Fact]
    public async Task Headers_tell_limits_rounded_rests_and_the_time_of_full_replenishment()
    {
        var time = new ManualTimeProvider();
        await using var host = await StartAsync(time, Organization());
        var reply = await host.MessagesAsync(MockHost.Message(text: new string('x', 13_000)));
        Assert.Equal("1000", reply.Header("anthropic-ratelimit-requests-limit"));
        Assert.Equal("999", reply.Header("anthropic-ratelimit-requests-remaining"));
        Assert.Equal("100000", reply.Header("anthropic-ratelimit-input-tokens-limit"));
        var left = 100_000 - host.Server.Ledger.Totals().LimitedInput;
        Assert.Equal(
            (Math.Round(left / 1000.0) * 1000).ToString(CultureInfo.InvariantCulture), reply.Header("anthropic-ratelimit-input-tokens-remaining"));
        Assert.Equal("20000", reply.Header("anthropic-ratelimit-output-tokens-limit"));
        Assert.Equal("120000", reply.Header("anthropic-ratelimit-tokens-limit"));
        Assert.Equal("2026-01-01T00:00:03Z", reply.Header("anthropic-ratelimit-input-tokens-reset"));
        Assert.Null(reply.Header("retry-after"));
    }

    [Fact]
    public async Task An_empty_bucket_answers_429_and_the_told_time_is_enough()
    {
        var time = new ManualTimeProvider();
        await using var host = await StartAsync(time, Organization(limits: new GroupLimits(2, 100_000, 20_000)));
        await host.MessagesAsync(MockHost.Message());
        await host.MessagesAsync(MockHost.Message());
        var refused = await host.MessagesAsync(MockHost.Message());
        Assert.Equal(429, refused.Status);
        Assert.Equal("rate_limit_error", refused.ErrorType);
        Assert.Equal("30", refused.Header("retry-after"));
        Assert.Equal("0", refused.Header("anthropic-ratelimit-requests-remaining"));
        time.Advance(TimeSpan.FromSeconds(29));
        Assert.Equal(429, (await host.MessagesAsync(MockHost.Message())).Status);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(200, (await host.MessagesAsync(MockHost.Message())).Status);
        Assert.Equal(2, host.Server.Ledger.Totals(k => k.Outcome == RequestOutcome.RateLimited).Requests);
        Assert.Equal(0, host.Server.Ledger.Totals(k => k.Outcome == RequestOutcome.RateLimited).LimitedInput);
    }

    [Fact]
    public async Task Groups_do_not_share_buckets_and_the_models_of_a_group_do()
    {
        var time = new ManualTimeProvider();
        var organization = Organization() with { Limits = new Dictionary<string, GroupLimits> { ["opus-4"] = new GroupLimits(1, 100_000, 20_000) } };
        await using var host = await StartAsync(time, organization);
        Assert.Equal(200, (await host.MessagesAsync(MockHost.Message("claude-opus-4-8"))).Status);
        Assert.Equal(429, (await host.MessagesAsync(MockHost.Message("claude-opus-4-6"))).Status);
        Assert.Equal(200, (await host.MessagesAsync(MockHost.Message("claude-opus-5"))).Status);
    }

    [Fact]
    public async Task A_workspace_limit_counts_cache_reads_and_refuses_what_the_organization_would_admit()
    {
        var workspace = new MockWorkspace("wrkspc_a")
        {
            Limits = new Dictionary<string, WorkspaceLimits> { ["sonnet-5-5"] = new(InputWithCacheReads: 4_000) },
        };
        var time = new ManualTimeProvider();
        await using var host = await StartAsync(time, Organization(workspace));
        var body = MockHost.Message();
        body["system"] = new JsonArray(new JsonObject
        {
            ["type"] = "text", ["text"] = new string('s', 5_000), ["cache_control"] = new JsonObject { ["type"] = "ephemeral" },
        });
        Assert.Equal(200, (await host.MessagesAsync(body)).Status);
        var second = await host.MessagesAsync(body);
        Assert.True(second.Usage("cache_read_input_tokens") > 1500);
        Assert.Equal("4000", second.Header("anthropic-ratelimit-tokens-limit"));
        var third = await host.MessagesAsync(body);
        Assert.Equal(429, third.Status);
        Assert.Contains("workspace", third.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Spending_up_to_the_cap_answers_429_without_a_time_until_the_month_turns()
    {
        var time = new ManualTimeProvider();
        await using var host = await StartAsync(time, Organization() with { SpendCap = 0.000001m });
        Assert.Equal(200, (await host.MessagesAsync(MockHost.Message())).Status);
        var refused = await host.MessagesAsync(MockHost.Message());
        Assert.Equal((429, "enforced_spend_limit_reached"), (refused.Status, refused.ErrorCode));
        Assert.Null(refused.Header("retry-after"));
        Assert.Equal(1, host.Server.Ledger.Totals(k => k.Outcome == RequestOutcome.SpendLimited).Requests);
        time.Advance(TimeSpan.FromDays(31));
        Assert.Equal(200, (await host.MessagesAsync(MockHost.Message())).Status);
    }

    [Theory]
    [InlineData(false, "You have reached your specified API usage limits")]
    [InlineData(true, "You have reached your specified workspace API usage limits")]
    public async Task An_own_spend_limit_answers_400(bool ofWorkspace, string message)
    {
        var organization = Organization(new MockWorkspace("wrkspc_a") { SpendLimit = ofWorkspace ? 0.000001m : null });
        if (!ofWorkspace) organization = organization with { SpendLimit = 0.000001m };
        await using var host = await StartAsync(new ManualTimeProvider(), organization);
        Assert.Equal(200, (await host.MessagesAsync(MockHost.Message())).Status);
        var refused = await host.MessagesAsync(MockHost.Message());
        Assert.Equal((400, "invalid_request_error"), (refused.Status, refused.ErrorType));
        Assert.StartsWith(message, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Streams_meter_output_while_they_run()
    {
        var time = new ManualTimeProvider();
        var options = new MockClaudeOptions
        {
            Time = time,
            Organizations = [Organization()],
            Behaviour = new Behaviour { TokenTime = new Lognormal(0.125), OutputTokens = new Lognormal(64), ThinkingTokens = 0 },
        };
        await using var host = await MockHost.StartAsync(options);
        var stream = host.MessagesAsync(MockHost.Message(stream: true));
        while (!stream.IsCompleted)
        {
            if (!time.AdvanceToNextTimer()) await Task.Delay(1, TestContext.Current.CancellationToken);
        }
        var reply = await stream;
        Assert.Equal(64, (int)reply.Events[^2].Json["usage"]!["output_tokens"]!);
        Assert.Equal(8, (time.GetUtcNow() - new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)).TotalSeconds, 3);
    }

    [Fact]
    public async Task Token_counting_has_a_limit_of_its_own()
    {
        var time = new ManualTimeProvider();
        await using var host = await MockHost.StartAsync(new MockClaudeOptions { Time = time, BurstSeconds = 0.03 });
        var body = MockHost.Message().ToJsonString();
        Assert.Equal(200, (await host.SendAsync(HttpMethod.Post, "/v1/messages/count_tokens", body)).Status);
        var refused = await host.SendAsync(HttpMethod.Post, "/v1/messages/count_tokens", body);
        Assert.Equal(429, refused.Status);
        Assert.Equal("1", refused.Header("retry-after"));
    }

    [Theory]
    [InlineData("2023-06-01")]
    [InlineData("2026-10-21")]
    public async Task The_administration_endpoint_tells_groups_limits_and_models_in_the_shape_of_its_version(string version)
    {
        await using var host = await StartAsync(new ManualTimeProvider(), Organization());
        var reply = await host.GetAsync("/v1/organizations/rate_limits?model=claude-sonnet-5-5", version, MockClaudeOptions.DefaultAdminKey);
        var entry = Assert.Single(reply.Json["data"]!.AsArray())!;
        Assert.Null(reply.Json["next_page"]);
        Assert.Equal("rate_limit", (string?)entry["type"]);
        Assert.Equal("model_group", (string?)(version == "2023-06-01" ? entry["group_type"] : entry["group"]!["type"]));
        Assert.Equal(version == "2026-10-21", entry.AsObject().ContainsKey("id"));
        Assert.Equal(["claude-sonnet-5-5"], entry["models"]!.AsArray().Select(m => (string?)m));
        Assert.Equal(100_000, (int)entry["limits"]!.AsArray().Single(l => (string?)l!["type"] == "input_tokens_per_minute_cache_aware")!["value"]!);
        Assert.Null(reply.Header("anthropic-workspace-id"));
    }

    [Fact]
    public async Task Aliases_are_listed_pages_follow_and_an_unknown_model_is_404()
    {
        await using var host = await StartAsync(new ManualTimeProvider(), Organization());
        const string Path = "/v1/organizations/rate_limits";
        var all = (await host.GetAsync(Path, "2026-10-21", MockClaudeOptions.DefaultAdminKey)).Json["data"]!.AsArray();
        Assert.Contains(all, e => e!["models"]?.AsArray().Any(m => (string?)m == "claude-haiku-4-5") == true);
        var seen = new List<string?>();
        string? page = null;
        do
        {
            var reply = await host.GetAsync($"{Path}?limit=4{(page is null ? "" : $"&page={page}")}", "2026-10-21", MockClaudeOptions.DefaultAdminKey);
            seen.AddRange(reply.Json["data"]!.AsArray().Select(e => (string?)e!["id"]));
            page = (string?)reply.Json["next_page"];
        }
        while (page is not null);
        Assert.Equal(all.Select(e => (string?)e!["id"]), seen);
        Assert.Equal(404, (await host.GetAsync($"{Path}?model=claude-x", "2026-10-21", MockClaudeOptions.DefaultAdminKey)).Status);
        Assert.Equal(403, (await host.GetAsync(Path)).Status);
    }

    [Fact]
    public async Task A_workspace_limit_can_be_set_and_is_enforced()
    {
        await using var host = await StartAsync(new ManualTimeProvider(), Organization(new MockWorkspace("wrkspc_a")));
        const string Path = "/v1/organizations/workspaces/wrkspc_a/rate_limits";
        var entries = (await host.GetAsync($"{Path}?include_inherited=true", "2026-10-21", MockClaudeOptions.DefaultAdminKey)).Json["data"]!.AsArray();
        var id = (string?)entries.Single(e => e!["models"]?.AsArray().Any(m => (string?)m == "claude-sonnet-5-5") == true)!["rate_limit_id"];
        var set = await host.SendAsync(
            HttpMethod.Post, $"{Path}/{id}", """{"limits":[{"type":"requests_per_minute","value":1}]}""", "2026-10-21", MockClaudeOptions.DefaultAdminKey);
        Assert.True(set.Status == 200, set.Text);
        Assert.Equal(200, (await host.MessagesAsync(MockHost.Message())).Status);
        Assert.Equal(429, (await host.MessagesAsync(MockHost.Message())).Status);
        var own = (await host.GetAsync(Path, "2026-10-21", MockClaudeOptions.DefaultAdminKey)).Json["data"]!.AsArray();
        Assert.Equal("workspace", (string?)Assert.Single(own)!["limits"]![0]!["source"]!["type"]);
    }

    [Fact]
    public async Task Somebody_elses_use_shows_in_the_headers()
    {
        await using var host = await StartAsync(new ManualTimeProvider(), Organization());
        host.Server.Limits.Consume("org", "sonnet-5-5", 50_000, 0);
        Assert.Equal("50000", (await host.MessagesAsync(MockHost.Message())).Header("anthropic-ratelimit-input-tokens-remaining"));
    }
}
