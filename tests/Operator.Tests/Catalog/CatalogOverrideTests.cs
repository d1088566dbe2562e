using System.Text;
using Operator.Api;
using Operator.Catalog;

namespace Operator.Tests.Catalog;

public class CatalogOverrideTests
{
    private const string NewModel = """
        {
          "groups": [{"id": "sonnet-6", "name": "Sonnet 6"}],
          "models": [
            {"id": "claude-sonnet-6", "line": "sonnet", "group": "sonnet-6",
             "lifecycle": {"released": "2026-12-01"},
             "prices": [{"input": 2, "cacheWrite5m": "2.50", "cacheWrite1h": 4, "cacheRead": "0.10", "output": 10}]}
          ]
        }
        """;

    [Fact]
    public void An_override_adds_models_and_changes_single_fields()
    {
        var catalog = Read("""{"models": [{"id": "claude-opus-4-5-20251101", "lifecycle": {"retires": "2027-01-20"}}]}""");
        var model = catalog.Find("claude-opus-4-5")!.Model;
        Assert.Equal(new DateOnly(2027, 1, 20), model.Lifecycle.Retires);
        Assert.Equal(new DateOnly(2025, 11, 24), model.Lifecycle.Released);
        Assert.Equal(5_000, model.Prices.Single().Input);

        var added = Read(NewModel);
        Assert.Equal(2_500, added.Find("claude-sonnet-6")!.Model.Prices[0].CacheWrite5m);
        Assert.NotNull(added.Find("claude-sonnet-5-5"));
    }

    [Fact]
    public void Limits_are_overridden_by_tier()
    {
        var catalog = Read("""{"groups": [{"id": "opus-5-5", "limits": {"Build": {"requestsPerMinute": 6000, "inputTokensPerMinute": 6, "outputTokensPerMinute": 7}}}]}""");
        Assert.Equal(new TierLimits(6000, 6, 7), catalog.FindGroup("opus-5-5")!.Limits[Tier.Build]);
        Assert.Equal(1000, catalog.FindGroup("opus-5-5")!.Limits[Tier.Start].Requests);
    }

    [Theory]
    [InlineData("{\n  \"models\": [\n    {\"id\": \"x\", \"line\": \"y\", \"group\": \"nowhere\"}\n  ]\n}", "models[0].group", 3)]
    [InlineData("{\n  \"models\": [{\"line\": \"y\"}]\n}", "models[0].id", 2)]
    [InlineData("{\n\"models\": [{\n\"id\": \"x\"\n}]}", "models[0].line", 2)]
    [InlineData("{\"models\": [{\"id\": \"claude-opus-5\"},\n{\"id\": \"claude-opus-5\"}]}", "models[1].id", 2)]
    [InlineData("{\n\"modles\": []\n}", "modles", 2)]
    [InlineData("{\"models\": [{\"id\": \"claude-opus-5\",\n\"lifecycle\": {\"retires\": \"soon\"}}]}", "models[0].lifecycle.retires", 2)]
    [InlineData("{\"models\": [{\"id\": \"claude-opus-5\",\n\"lifecycle\": {\"replacement\":\n\"claude-none\"}}]}", "models[0].lifecycle.replacement", 3)]
    [InlineData("{\"models\": [{\"id\": \"claude-opus-5\",\n\"rules\": {\"efforts\": [\"low\",\n\"huge\"]}}]}", "models[0].rules.efforts[1]", 3)]
    [InlineData("{\"models\": [{\"id\": \"claude-opus-5\",\n\"prices\": [{\"input\": 1}]}]}", "models[0].prices[0].output", 2)]
    [InlineData("{\"models\": [{\"id\": \"z\", \"line\": \"y\", \"group\": \"opus-5\",\n\"aliases\": [\"claude-opus-5\"]}]}", "models[0].aliases[0]", 2)]
    [InlineData("{\"groups\": [{\"id\": \"opus-5\",\n\"limits\": {\"Start\": {\"requestsPerMinute\": 0}}}]}", "groups[0].limits.Start", 2)]
    [InlineData("{\"models\": [null]}", "models[0].id", 1)]
    [InlineData("{\"models\": [\n", "models[0]", 2)]
    [InlineData("", "", 1)]
    [InlineData("[]", "", 1)]
    public void Every_error_names_its_path_and_line(string json, string path, long line)
    {
        var reading = CatalogReader.ReadOverride(Encoding.UTF8.GetBytes(json));
        Assert.Null(reading.Catalog);
        Assert.Contains(reading.Errors, e => e.Path == path && e.Line == line && e.Message.Length > 0);
    }

    [Fact]
    public void A_broken_override_keeps_the_last_good_one_and_is_told()
    {
        var store = new CatalogStore();
        var changes = 0;
        store.Changed += () => changes++;
        Assert.Empty(store.Use(NewModel));
        var good = store.Current;

        Assert.NotEmpty(store.Use("{"));
        Assert.Same(good, store.Current);
        Assert.NotEmpty(store.Errors);
        Assert.Equal(1, changes);

        Assert.Empty(store.Use(null));
        Assert.Same(ModelCatalog.Shipped, store.Current);
        Assert.Empty(store.Errors);
        Assert.Equal(2, changes);
    }

    [Fact]
    public void A_text_beyond_the_bound_is_refused() =>
        Assert.Null(CatalogReader.ReadOverride(new byte[2 << 20]).Catalog);

    private static ModelCatalog Read(string json)
    {
        var reading = CatalogReader.ReadOverride(Encoding.UTF8.GetBytes(json));
        Assert.Empty(reading.Errors);
        return reading.Catalog!;
    }
}
