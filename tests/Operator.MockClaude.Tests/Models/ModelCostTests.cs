using Operator.MockClaude.Messages;
using Operator.MockClaude.Models;

namespace Operator.MockClaude.Tests.Models;

public sealed class ModelCostTests
{
    private static readonly ModelCatalogue Catalogue = new();

    [Theory]
    [InlineData("claude-sonnet-4-6", 3 + 3.75 + 6 + 0.30 + 15)]
    [InlineData("claude-opus-5-5", 4 + 5 + 8 + 0.20 + 20)]
    [InlineData("claude-fable-5-2", 8 + 10 + 16 + 0.20 + 40)]
    public void A_million_of_everything_costs_the_sum_of_the_prices(string model, decimal cost) =>
        Assert.Equal(cost, ModelCost.Of(Catalogue.Find(model)!, new TokenUsage(1_000_000, 1_000_000, 1_000_000, 1_000_000, 1_000_000, 0)));

    [Theory]
    [InlineData(100_000, 0.01)]
    [InlineData(100_001, 0.0500005)]
    public void A_long_prompt_raises_the_price_of_the_whole_request(int input, decimal cost) =>
        Assert.Equal(cost, ModelCost.Of(Catalogue.Find("claude-haiku-5-5")!, new TokenUsage(input, 0, 0, 0, 0, 0)));

    [Fact]
    public void Batches_cost_half_the_United_States_a_tenth_more_and_speed_its_own_price()
    {
        var model = Catalogue.Find("claude-opus-5")!;
        var usage = new TokenUsage(1_000_000, 0, 0, 0, 0, 0);
        Assert.Equal(2.5m, ModelCost.Of(model, usage, batch: true));
        Assert.Equal(5.5m, ModelCost.Of(model, usage, usOnly: true));
        Assert.Equal(10m, ModelCost.Of(model, usage, fast: true));
    }
}
