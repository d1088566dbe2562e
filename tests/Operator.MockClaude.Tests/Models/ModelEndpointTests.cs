using Operator.MockClaude.Models;

namespace Operator.MockClaude.Tests.Models;

public sealed class ModelEndpointTests
{
    [Fact]
    public async Task The_list_leaves_out_what_is_retired_unless_asked()
    {
        await using var host = await MockHost.StartAsync();
        var usual = (await host.GetAsync("/v1/models?limit=1000")).Json["data"]!.AsArray();
        Assert.All(usual, m => Assert.NotEqual("retired", (string?)m!["lifecycle"]));
        Assert.Contains(usual, m => (string?)m!["lifecycle"] == "deprecated");
        var retired = (await host.GetAsync("/v1/models?limit=1000&lifecycle%5B%5D=retired")).Json["data"]!.AsArray();
        Assert.Contains(retired, m => (string?)m!["id"] == "claude-opus-4-1-20250805");
        Assert.All(retired, m => Assert.Equal("retired", (string?)m!["lifecycle"]));
        Assert.Equal(400, (await host.GetAsync("/v1/models?lifecycle[]=legacy")).Status);
        Assert.Equal(400, (await host.GetAsync("/v1/models?limit=0")).Status);
    }

    [Fact]
    public async Task Pages_give_every_model_once_in_both_directions()
    {
        await using var host = await MockHost.StartAsync();
        var all = (await host.GetAsync("/v1/models?limit=1000")).Json["data"]!.AsArray().Select(m => (string)m!["id"]!).ToList();
        var seen = new List<string>();
        var page = (await host.GetAsync("/v1/models?limit=4")).Json;
        while (true)
        {
            seen.AddRange(page["data"]!.AsArray().Select(m => (string)m!["id"]!));
            if (!(bool)page["has_more"]!) break;
            page = (await host.GetAsync($"/v1/models?limit=4&after_id={(string?)page["last_id"]}")).Json;
        }
        Assert.Equal(all, seen);
        var before = (await host.GetAsync($"/v1/models?limit=3&before_id={all[5]}")).Json;
        Assert.Equal(all[2..5], before["data"]!.AsArray().Select(m => (string)m!["id"]!));
        Assert.True((bool)before["has_more"]!);
    }

    [Fact]
    public async Task One_model_is_found_by_id_and_alias()
    {
        await using var host = await MockHost.StartAsync();
        var model = (await host.GetAsync("/v1/models/claude-sonnet-4-5")).Json;
        Assert.Equal("claude-sonnet-4-5-20250929", (string?)model["id"]);
        Assert.Equal("deprecated", (string?)model["lifecycle"]);
        Assert.Equal("2026-11-30T00:00:00Z", (string?)model["retires_at"]);
        Assert.Equal("sonnet", (string?)model["line"]);
        Assert.Equal(200_000, (int)model["max_input_tokens"]!);
        Assert.Equal(404, (await host.GetAsync("/v1/models/claude-x")).Status);
    }

    [Fact]
    public async Task A_model_that_retires_while_the_server_runs_answers_404()
    {
        await using var host = await MockHost.StartAsync();
        Assert.Equal(200, (await host.MessagesAsync(MockHost.Message("claude-sonnet-4-5"))).Status);
        host.Server.Models.SetLifecycle("claude-sonnet-4-5", ModelLifecycle.Retired);
        Assert.Equal(404, (await host.MessagesAsync(MockHost.Message("claude-sonnet-4-5"))).Status);
        Assert.Equal("retired", (string?)(await host.GetAsync("/v1/models/claude-sonnet-4-5")).Json["lifecycle"]);
    }

    [Fact]
    public void Every_model_has_a_group_a_price_and_a_smallest_prefix()
    {
        var groups = EmbeddedData.Read("groups.json", EmbeddedData.Default.GroupEntryArray).Select(g => g.Name).ToHashSet();
        Assert.All(new ModelCatalogue().Entries, model =>
        {
            Assert.Contains(model.Group, groups);
            Assert.True(model.Price.Input > 0 && model.Price.Output > model.Price.Input && model.Price.Read < model.Price.Input);
            Assert.InRange(model.MinimumCacheable, 512, 4096);
        });
    }
}
