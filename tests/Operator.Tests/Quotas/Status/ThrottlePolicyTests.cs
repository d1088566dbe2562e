using Operator.Api;
using Operator.Quotas.Status;

namespace Operator.Tests.Quotas.Status;

public class ThrottlePolicyTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(ThrottleState.Clear, 0.84, 60, ThrottleState.Clear)]
    [InlineData(ThrottleState.Clear, 0.85, 0, ThrottleState.Pressed)]
    [InlineData(ThrottleState.Clear, 1.0, 0, ThrottleState.Throttled)]
    [InlineData(ThrottleState.Pressed, 0.80, 60, ThrottleState.Pressed)]
    [InlineData(ThrottleState.Pressed, 0.70, 10, ThrottleState.Pressed)]
    [InlineData(ThrottleState.Pressed, 0.70, 60, ThrottleState.Clear)]
    [InlineData(ThrottleState.Throttled, 0.95, 60, ThrottleState.Throttled)]
    [InlineData(ThrottleState.Throttled, 0.80, 60, ThrottleState.Pressed)]
    [InlineData(ThrottleState.Throttled, 0.10, 10, ThrottleState.Throttled)]
    [InlineData(ThrottleState.Throttled, 0.10, 60, ThrottleState.Clear)]
    [InlineData(ThrottleState.Frozen, 0.10, 1, ThrottleState.Clear)]
    [InlineData(ThrottleState.SpendExhausted, 1.2, 1, ThrottleState.Throttled)]
    [InlineData(ThrottleState.Clear, double.NaN, 1, ThrottleState.Clear)]
    public void It_rises_at_once_and_falls_late(ThrottleState before, double ratio, int seconds, ThrottleState after)
    {
        var next = ThrottlePolicy.Next(new ThrottleStatus { State = before, Since = Start }, new PressureReading { Ratio = ratio }, Start.AddSeconds(seconds));
        Assert.Equal(after, next.State);
        Assert.Equal(before == after ? Start : Start.AddSeconds(seconds), next.Since);
    }

    [Fact]
    public void The_API_and_the_money_come_before_the_pressure()
    {
        var reading = new PressureReading { Ratio = 2, FrozenUntil = Start.AddSeconds(10), FrozenBecause = "the API answered 429", SpendExhaustedUntil = Start.AddSeconds(20) };
        var spent = ThrottlePolicy.Next(null, reading, Start);
        Assert.Equal((ThrottleState.SpendExhausted, "the money is spent until 2026-11-20T12:00:20Z"), (spent.State, spent.Cause));
        var frozen = ThrottlePolicy.Next(null, reading with { SpendExhaustedUntil = null }, Start);
        Assert.Equal((ThrottleState.Frozen, "the API answered 429; nothing is sent before 2026-11-20T12:00:10Z"), (frozen.State, frozen.Cause));
        Assert.Equal(ThrottleState.Throttled, ThrottlePolicy.Next(frozen, reading with { SpendExhaustedUntil = null }, Start.AddSeconds(10)).State);
    }

    [Fact]
    public void A_load_at_the_edge_does_not_flap()
    {
        ThrottleStatus? status = null;
        var changes = 0;
        for (var t = 0; t < 600; t++)
        {
            var next = ThrottlePolicy.Next(status, new PressureReading { Ratio = t % 2 == 0 ? 0.84 : 0.86 }, Start.AddSeconds(t));
            if (status is not null && next.State != status.State) changes++;
            status = next;
        }
        Assert.Equal(1, changes);
    }
}
