using Operator.Rollouts.Gates;

namespace Operator.Tests.Rollouts.Gates;

/// <summary>The design figures on seeded runs; the benchmark <c>gates</c> has more, and more scenarios.</summary>
public class DesignFigureTests
{
    [Theory]
    [InlineData(0.05, 0.00, 450)]
    [InlineData(0.05, 0.01, 1000)]
    [InlineData(0.10, 0.01, 190)]
    [InlineData(1.00, 0.00, 6)]
    [InlineData(1.00, 0.01, 6)]
    public void A_worse_canary_is_caught_in_time(double rate, double margin, int requests)
    {
        const int runs = 2000;
        var random = new Random(20);
        var caught = Enumerable.Range(0, runs).Count(_ => FailsAt(random, rate, 0.01, 0.10, margin, requests) is not null);
        Assert.InRange(caught / (double)runs, 0.95, 1);
    }

    [Theory]
    [InlineData(0.001, 0.01, 0)]
    [InlineData(0.01, 0.10, 0)]
    [InlineData(0.05, 0.50, 0)]
    [InlineData(0.20, 0.10, 0)]
    [InlineData(0.50, 0.50, 0)]
    [InlineData(0.01, 0.10, 0.01)]
    public void An_equal_canary_stays_however_often_one_looks(double stable, double weight, double margin)
    {
        const int runs = 1500;
        var random = new Random(21);
        var accused = Enumerable.Range(0, runs).Count(_ => FailsAt(random, stable + margin, stable, weight, margin, 400) is not null);
        Assert.InRange(accused / (double)runs, 0, 0.01);
    }

    [Fact]
    public void A_long_hold_with_a_look_at_every_request_does_not_accuse_an_equal_canary()
    {
        var random = new Random(22);
        var accused = Enumerable.Range(0, 5).Count(_ => FailsAt(random, 0.2, 0.2, 0.5, 0, 100_000) is not null);
        Assert.Equal(0, accused);
    }

    private static int? FailsAt(Random random, double canaryRate, double stableRate, double weight, double margin, int horizon)
    {
        var canary = default(RateCounts);
        var stable = default(RateCounts);
        while (canary.Trials < horizon)
        {
            if (random.NextDouble() >= weight)
            {
                stable += new RateCounts(random.NextDouble() < stableRate ? 1 : 0, 1);
                continue;
            }
            canary += new RateCounts(random.NextDouble() < canaryRate ? 1 : 0, 1);
            if (new RateComparison(canary, stable, margin, weight).Shows(0.01))
            {
                return (int)canary.Trials;
            }
        }
        return null;
    }
}
