using System.Text.Json.Nodes;
using Operator.MockClaude.Ledger;
using Operator.Testing;

namespace Operator.MockClaude.Tests.Batches;

public sealed class BatchTests
{
    private static string Body(params (string Id, string Model)[] requests) => new JsonObject
    {
        ["requests"] = new JsonArray([.. requests.Select(r => new JsonObject { ["custom_id"] = r.Id, ["params"] = MockHost.Message(r.Model) })]),
    }.ToJsonString();

    private static Task<MockHost.Reply> CreateAsync(MockHost host, string body) => host.SendAsync(HttpMethod.Post, "/v1/messages/batches", body);

    [Fact]
    public async Task A_batch_waits_ends_and_is_charged_half()
    {
        var time = new ManualTimeProvider();
        await using var host = await MockHost.StartAsync(new MockClaudeOptions { Time = time, BatchDuration = TimeSpan.FromMinutes(10) });
        var created = (await CreateAsync(host, Body(("a", "claude-sonnet-5-5"), ("b", "claude-x"), ("c", "claude-opus-5")))).Json;
        var path = $"/v1/messages/batches/{(string?)created["id"]}";
        Assert.Equal("in_progress", (string?)created["processing_status"]);
        Assert.Equal(3, (int)created["request_counts"]!["processing"]!);
        Assert.Null(created["results_url"]);
        Assert.Equal(400, (await host.GetAsync($"{path}/results")).Status);
        Assert.Equal(400, (await host.SendAsync(HttpMethod.Delete, path, null)).Status);

        time.Advance(TimeSpan.FromMinutes(10));
        var ended = (await host.GetAsync(path)).Json;
        Assert.Equal("ended", (string?)ended["processing_status"]);
        Assert.Equal((2, 1), ((int)ended["request_counts"]!["succeeded"]!, (int)ended["request_counts"]!["errored"]!));
        var results = await host.GetAsync(new Uri((string)ended["results_url"]!).PathAndQuery);
        Assert.Equal("application/x-jsonl", results.ContentType);
        var lines = results.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonNode.Parse(l)!).ToDictionary(l => (string)l["custom_id"]!);
        Assert.Equal("batch", (string?)lines["a"]["result"]!["message"]!["usage"]!["service_tier"]);
        Assert.Equal("not_found_error", (string?)lines["b"]["result"]!["error"]!["error"]!["type"]);

        var plain = await host.MessagesAsync(MockHost.Message());
        Assert.Equal(200, plain.Status);
        var single = host.Server.Ledger.Entries[^1];
        var batched = host.Server.Ledger.Entries.Single(e => e.Endpoint == MockEndpoint.BatchRequest && e.Model == "claude-sonnet-5-5");
        Assert.Equal(single.Cost, batched.Cost * 2);
        Assert.Equal("1000", plain.Header("anthropic-ratelimit-requests-limit"));
        Assert.Equal("999", plain.Header("anthropic-ratelimit-requests-remaining"));

        Assert.Equal("message_batch_deleted", (string?)(await host.SendAsync(HttpMethod.Delete, path, null)).Json["type"]);
        Assert.Equal(404, (await host.GetAsync(path)).Status);
    }

    [Fact]
    public async Task A_canceled_batch_cancels_what_waits()
    {
        var time = new ManualTimeProvider();
        await using var host = await MockHost.StartAsync(new MockClaudeOptions { Time = time, BatchDuration = TimeSpan.FromHours(1) });
        var path = $"/v1/messages/batches/{(string?)(await CreateAsync(host, Body(("a", "claude-opus-5")))).Json["id"]}";
        Assert.Equal("canceling", (string?)(await host.SendAsync(HttpMethod.Post, $"{path}/cancel", "")).Json["processing_status"]);
        time.Advance(TimeSpan.FromSeconds(1));
        var ended = (await host.GetAsync(path)).Json;
        Assert.Equal(("ended", 1), ((string?)ended["processing_status"], (int)ended["request_counts"]!["canceled"]!));
        Assert.Equal(0, host.Server.Ledger.Totals(k => k.Endpoint == MockEndpoint.BatchRequest).Requests);
    }

    [Fact]
    public async Task A_batch_expires_after_a_day_and_its_results_after_twenty_nine()
    {
        var time = new ManualTimeProvider();
        await using var host = await MockHost.StartAsync(new MockClaudeOptions { Time = time, BatchDuration = TimeSpan.FromDays(2) });
        var path = $"/v1/messages/batches/{(string?)(await CreateAsync(host, Body(("a", "claude-opus-5")))).Json["id"]}";
        time.Advance(TimeSpan.FromHours(24));
        Assert.Equal(1, (int)(await host.GetAsync(path)).Json["request_counts"]!["expired"]!);
        Assert.Equal(200, (await host.GetAsync($"{path}/results")).Status);
        time.Advance(TimeSpan.FromDays(28));
        Assert.Equal(404, (await host.GetAsync($"{path}/results")).Status);
        Assert.NotNull((await host.GetAsync(path)).Json["archived_at"]);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("{\"requests\":[]}")]
    [InlineData("{\"requests\":[{\"custom_id\":\"a b\",\"params\":{}}]}")]
    [InlineData("{\"requests\":[{\"custom_id\":\"a\"}]}")]
    [InlineData("{\"requests\":[{\"custom_id\":\"a\",\"params\":{}},{\"custom_id\":\"a\",\"params\":{}}]}")]
    [InlineData("{\"requests\":[{\"custom_id\":\"a\",\"params\":{\"stream\":true}}]}")]
    [InlineData("{\"requests\":[{\"custom_id\":\"a\",\"params\":{\"max_tokens\":0}}]}")]
    [InlineData("{\"requests\":")]
    public async Task A_malformed_batch_is_400(string body)
    {
        await using var host = await MockHost.StartAsync();
        Assert.Equal(400, (await CreateAsync(host, body)).Status);
    }

    [Fact]
    public async Task Lists_are_paged_newest_first()
    {
        await using var host = await MockHost.StartAsync();
        var ids = new List<string>();
        for (var i = 0; i < 3; i++) ids.Insert(0, (string)(await CreateAsync(host, Body(("a", "claude-opus-5")))).Json["id"]!);
        var page = (await host.GetAsync("/v1/messages/batches?limit=2")).Json;
        Assert.Equal(ids[..2], page["data"]!.AsArray().Select(b => (string)b!["id"]!));
        page = (await host.GetAsync($"/v1/messages/batches?limit=2&after_id={ids[1]}")).Json;
        Assert.Equal(ids[2], (string?)Assert.Single(page["data"]!.AsArray())!["id"]);
    }
}
