using Operator.Quotas;
using Operator.Quotas.Allocation;

namespace Operator.Tests.Quotas.Allocation;

public class FallbackTargetTests
{
    private static readonly AllocationOptions Options = new() { BootReserve = 0.05 };
    private static readonly ResourceVector Capacity = new(100, 100_000, 10_000);

    [Fact]
    public void What_fits_the_capacity_but_not_the_rest_beside_the_reserve_is_missed_by_all_alike()
    {
        var targets = FallbackTargets.Of(Pool(), [new(0, Capacity * 0.7), new(0, Capacity * 0.2), new(0, Capacity * 0.1)], Capacity * 0.95, Options);
        Assert.Equal([66.5, 19, 9.5], targets.Select(t => Math.Round(t.Requests, 1)));
    }

    [Fact]
    public void In_an_overload_the_largest_gets_no_more_than_others_who_are_not_met_either()
    {
        var targets = FallbackTargets.Of(Pool(), [new(0, Capacity * 2), new(0, Capacity * 0.6), new(0, Capacity * 0.2)], Capacity * 0.95, Options);
        Assert.Equal([38, 38, 19], targets.Select(t => Math.Round(t.Requests, 6)));
    }

    [Fact]
    public void A_fallback_stays_within_the_cap_of_its_quota_though_nobody_else_asks()
    {
        var targets = FallbackTargets.Of(Pool(), [new(1, Capacity)], Capacity * 0.95, Options);
        Assert.InRange(targets[0].Requests, 28, 30);
    }

    [Fact]
    public void Without_a_limit_in_a_dimension_the_others_are_shared_as_ever()
    {
        var capacity = Capacity with { InputTokens = double.PositiveInfinity };
        var pool = new AllocationPool(capacity, [new(AllocationTargetTests.Key(0), -1, capacity, capacity, 1)]);
        var targets = FallbackTargets.Of(pool, [new(0, new(10, 0, 500)), new(0, new(10, 0, 1500))], new(95, 0, 9_500), Options);
        Assert.Equal(targets[0].Requests, targets[1].Requests, 6);
        Assert.All(targets, t => Assert.True(double.IsFinite(t.Requests + t.InputTokens + t.OutputTokens)));
        Assert.True(targets[0].OutputTokens < targets[1].OutputTokens);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(0.4)]
    [InlineData(0)]
    public void Fallbacks_add_up_to_no_more_than_what_they_share(double part)
    {
        var random = new Random(20261121);
        for (var round = 0; round < 300; round++)
        {
            var usual = Enumerable.Range(0, random.Next(1, 12))
                .Select(_ => new PoolDemand(random.Next(3), ResourceVector.Of(d => random.Next(4) == 0 ? 0 : Capacity[d] * Math.Pow(random.NextDouble(), 3))))
                .ToList();
            var shared = Capacity * (part * 0.95);
            var sum = FallbackTargets.Of(Pool(), usual, shared, Options).Aggregate(ResourceVector.Zero, (a, b) => a + b);
            for (var d = 0; d < 3; d++) Assert.True(sum[d] <= shared[d] + (1e-9 * Capacity[d]), $"{sum} of {shared}");
        }
    }

    private static AllocationPool Pool() => new(
        Capacity,
        [
            new(AllocationTargetTests.Key(0), -1, Capacity, Capacity, 1),
            new(AllocationTargetTests.Key(1), 0, Capacity * 0.1, Capacity * 0.3, 1),
            new(AllocationTargetTests.Key(2), 0, Capacity * 0.2, Capacity, 2),
        ]);
}
