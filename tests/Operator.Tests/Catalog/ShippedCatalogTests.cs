using Operator.Api;
using Operator.Catalog;

namespace Operator.Tests.Catalog;

public class ShippedCatalogTests
{
    private static readonly DateTimeOffset Today = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);
    private static readonly ModelCatalog Catalog = ModelCatalog.Shipped;

    [Theory]
    [InlineData("claude-sonnet-5-5", "claude-sonnet-5-5", false)]
    [InlineData("claude-sonnet-4-5", "claude-sonnet-4-5-20250929", true)]
    [InlineData("claude-opus-4-5", "claude-opus-4-5-20251101", true)]
    [InlineData("claude-haiku-4-5", "claude-haiku-4-5-20251001", true)]
    public void An_id_or_alias_is_found_and_an_alias_floats(string asked, string id, bool floats)
    {
        var match = Catalog.Find(asked);
        Assert.Equal(id, match?.Model.Id);
        Assert.Equal(floats, match!.Floats);
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("Claude-Sonnet-5-5")]
    [InlineData("claude-sonnet-9")]
    public void What_the_catalogue_does_not_have_is_not_found(string? id) => Assert.Null(Catalog.Find(id));

    [Theory]
    [InlineData("claude-fable-5-2", ModelState.Active)]
    [InlineData("claude-sonnet-5-5", ModelState.Active)]
    [InlineData("claude-opus-5", ModelState.Legacy)]
    [InlineData("claude-mythos-preview", ModelState.Legacy)]
    [InlineData("claude-sonnet-4-5", ModelState.RetiresSoon)]
    [InlineData("claude-opus-4-1-20250805", ModelState.Retired)]
    [InlineData("claude-2.1", ModelState.Retired)]
    [InlineData("claude-instant-1.2", ModelState.Retired)]
    public void Each_model_stands_where_the_dates_say(string id, ModelState state) =>
        Assert.Equal(state, Catalog.Find(id)!.Model.Lifecycle.At(Today).State);

    [Theory]
    [InlineData("2026-09-30", ModelState.Legacy)]
    [InlineData("2026-10-01", ModelState.RetiresSoon)]
    [InlineData("2026-11-29", ModelState.RetiresSoon)]
    [InlineData("2026-11-30", ModelState.Retired)]
    public void A_retirement_is_soon_sixty_days_before_and_begins_at_midnight(string day, ModelState state)
    {
        var at = DateTimeOffset.Parse(day + "T00:00:00Z", System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(state, Catalog.Find("claude-sonnet-4-5")!.Model.Lifecycle.At(at).State);
    }

    [Fact]
    public void A_retirement_names_its_date_and_the_replacement() =>
        Assert.Equal(
            "claude-sonnet-4-5 retires on 2026-11-30; use claude-sonnet-5-5 instead",
            Catalog.Find("claude-sonnet-4-5")!.Model.Lifecycle.At(Today).Describe("claude-sonnet-4-5"));

    [Fact]
    public void Every_served_model_has_prices_a_group_and_a_replacement_that_is_served()
    {
        foreach (var model in Catalog.Models.Where(m => m.Lifecycle.At(Today).IsServed))
        {
            Assert.NotNull(Catalog.FindGroup(model.Group));
            if (model.Id != "claude-mythos-preview") Assert.NotEmpty(model.Prices);
            if (model.Lifecycle.Replacement is { } replacement) Assert.True(Catalog.Find(replacement)!.Model.Lifecycle.At(Today).IsServed);
        }
    }

    [Fact]
    public void The_cheap_tier_of_a_model_ends_at_its_bound()
    {
        var prices = Catalog.Find("claude-haiku-5-5")!.Model.Prices;
        Assert.Equal(2, prices.Count);
        Assert.Equal((100_000L, 100L, 500L), (prices[0].MaxPromptTokens!.Value, prices[0].Input, prices[0].Output));
        Assert.Equal((null, 500L, 2_500L, 50L), (prices[1].MaxPromptTokens, prices[1].Input, prices[1].Output, prices[1].CacheRead));
    }

    [Theory]
    [InlineData("opus-4", Tier.Start, 1_000, 2_000_000, 400_000)]
    [InlineData("opus-4", Tier.Build, 5_000, 5_000_000, 1_000_000)]
    [InlineData("sonnet-4", Tier.Scale, 10_000, 10_000_000, 2_000_000)]
    [InlineData("fable-5", Tier.Build, 2_000, 1_500_000, 300_000)]
    public void Published_limits_are_those_of_the_tier(string group, Tier tier, long requests, long input, long output) =>
        Assert.Equal(new TierLimits(requests, input, output), Catalog.FindGroup(group)!.Limits[tier]);

    [Fact]
    public void Limits_that_were_only_concluded_say_so()
    {
        Assert.Equal(Certainty.Inferred, Catalog.FindGroup("sonnet-5-5")!.Limits[Tier.Scale].Certainty);
        Assert.Equal(Certainty.ThirdParty, Catalog.FindGroup("haiku-5-5")!.Limits[Tier.Start].Certainty);
        Assert.DoesNotContain(Tier.Custom, Catalog.FindGroup("opus-5")!.Limits.Keys);
    }

    [Fact]
    public void A_rendered_model_carries_its_rules()
    {
        var opus = Catalog.Render(Catalog.Find("claude-opus-5-5")!.Model);
        Assert.True(opus is { RefusesSampling: true, RefusesThinkingDisabled: true, RefusesForcedToolChoice: true, ServesFast: true, RefusesInferenceGeo: false });
        Assert.Equal(["low", "medium", "high", "xhigh", "max"], opus.Efforts);
        var old = Catalog.Render(Catalog.Find("claude-sonnet-4-5")!.Model, "api-group");
        Assert.True(old is { RefusesSampling: false, RefusesPrefill: false, RefusesInferenceGeo: true, Group: "api-group" });
        Assert.Empty(old.Efforts);
        Assert.True(Catalog.Render(Catalog.Find("claude-3-5-haiku-20241022")!.Model).CacheReadsCount);
    }
}
