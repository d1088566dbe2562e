using Operator.Contract;
using Operator.Quotas;
using Operator.Quotas.Allocation;

namespace Operator.Tests.Quotas.Allocation;

public class CapacityFeedbackTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);
    private static readonly ResourceVector Limits = new(6_000, 600_000, 60_000);
    private static readonly Amounts Told = new(6_000, 600_000, 60_000);

    /// <summary>Knows a full bucket, and that half of it was used ourselves.</summary>
    private static readonly CapacityFeedback HalfUsed = CapacityFeedback.None
        .Apply(Headers(-30, Told, new(null, 600_000, null)), default)
        .Apply(Headers(0, Told, new(null, 300_000, null)), new(0, 600_000, 0));

    [Fact]
    public void A_429_freezes_takes_a_tenth_and_gives_it_back_by_hundredths()
    {
        var after = CapacityFeedback.None.Apply(Signal(UpstreamSignalKind.RateLimited, 0, retryAfter: 20), default);
        Assert.Equal(Start.AddSeconds(20), after.FrozenAt(At(19))!.Value.Until);
        Assert.Null(after.FrozenAt(At(20)));
        Assert.Equal(0.9, after.FactorAt(At(24.9)), 9);
        Assert.Equal(0.91, after.FactorAt(At(25)), 9);
        Assert.Equal(0.99, after.FactorAt(At(69)), 9);
        Assert.Equal(1, after.FactorAt(At(70)), 9);
        Assert.Equal(1, after.FactorAt(At(7000)), 9);
        Assert.Equal(100 * 0.97 * 0.9, after.Capacity(Limits, 0.03, At(21)).Requests, 9);
    }

    [Fact]
    public void Requests_that_were_under_way_prolong_a_freeze_and_shrink_nothing()
    {
        var once = CapacityFeedback.None.Apply(Signal(UpstreamSignalKind.RateLimited, 0, retryAfter: 10), default);
        var twice = once.Apply(Signal(UpstreamSignalKind.RateLimited, 1, retryAfter: 30), default);
        Assert.Equal(0.9, twice.Factor, 9);
        Assert.Equal(At(31), twice.FrozenUntil);
        var later = twice.Apply(Signal(UpstreamSignalKind.RampLimited, 40, retryAfter: null), default);
        Assert.Equal((0.9 + 0.01) * 0.9, later.Factor, 9);
        Assert.Equal(At(45), later.FrozenUntil);
    }

    [Fact]
    public void The_capacity_never_falls_to_nothing_by_refusals_alone()
    {
        var feedback = CapacityFeedback.None;
        for (var i = 0; i < 500; i++) feedback = feedback.Apply(Signal(UpstreamSignalKind.RateLimited, i * 6, retryAfter: 5), default);
        Assert.Equal(0.1, feedback.Factor, 2);
    }

    [Fact]
    public void Overload_of_all_customers_changes_nothing() =>
        Assert.Same(CapacityFeedback.None, CapacityFeedback.None.Apply(Signal(UpstreamSignalKind.Overloaded, 0, retryAfter: 60), default));

    [Fact]
    public void A_spend_limit_stops_the_group_until_the_next_month_or_a_new_budget()
    {
        var stopped = CapacityFeedback.None.Apply(Signal(UpstreamSignalKind.SpendLimited, 0), default);
        Assert.Equal(new DateTimeOffset(2026, 12, 1, 0, 0, 0, TimeSpan.Zero), stopped.FrozenAt(At(86_400))!.Value.Until);
        Assert.Equal(1, stopped.FactorAt(At(1)));
        Assert.Null(stopped.WithoutSpendLimit().FrozenAt(At(1)));
    }

    [Fact]
    public void Changed_limits_in_headers_are_learned_dimension_by_dimension()
    {
        var seen = CapacityFeedback.None
            .Apply(Headers(0, new(5_000, 500_000, null), null), default)
            .Apply(Headers(1, new(4_000, null, 70_000), null), default);
        Assert.Equal(new Amounts(4_000, 500_000, 70_000), seen.Limits);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(900, 0)]
    [InlineData(30_000, 1)]
    public void An_unexplained_fall_of_what_remains_is_others(double stolenPerTenSeconds, int least)
    {
        var feedback = CapacityFeedback.None;
        var (remaining, used) = (600_000.0, 0.0);
        for (var t = 0; t <= 300; t += 10)
        {
            feedback = feedback.Apply(Headers(t, new(6_000, 600_000, 60_000), new(null, Math.Round(remaining / 1000) * 1000, null)), new(0, used, 0));
            // Ten thousand a second come back; we use 9 000 of them.
            used += 90_000;
            remaining = Math.Min(600_000, remaining + 100_000 - 90_000 - stolenPerTenSeconds);
        }
        if (least == 0)
        {
            Assert.Equal(0, feedback.Others.InputTokens);
            return;
        }
        // What rounding and the imprecision of our own count may hide is left out of 3 000 a second.
        Assert.InRange(feedback.Others.InputTokens, 2_000, 3_000);
        Assert.Equal(600_000 / 60.0 * 0.97 - feedback.Others.InputTokens, feedback.Capacity(Limits, 0.03, At(301)).InputTokens, 6);
        Assert.Equal(0, feedback.Others.Requests);
    }

    [Fact]
    public void Others_that_stop_are_forgotten()
    {
        var feedback = CapacityFeedback.None;
        for (var t = 0; t <= 100; t += 10) feedback = feedback.Apply(Headers(t, Told, new(null, 600_000 - (3_000 * t), null)), new(0, 10_000 * t, 0));
        Assert.InRange(feedback.Others.InputTokens, 2_000, 3_000);
        for (var t = 110; t <= 250; t += 10) feedback = feedback.Apply(Headers(t, Told, new(null, 300_000, null)), new(0, 10_000 * t, 0));
        Assert.Equal(0, feedback.Others.InputTokens);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Own_use_that_is_told_early_or_late_is_not_others(int seed)
    {
        var random = new Random(seed);
        var (feedback, sum, most) = (HalfUsed, 0.0, 0.0);
        for (var t = 5; t <= 1_000; t += 5)
        {
            // As much comes back as is used; reports of a whole fleet are up to a second apart from the header that is compared with them.
            var told = 600_000 + (10_000 * (t + (2 * random.NextDouble()) - 1));
            feedback = feedback.Apply(Headers(t, Told, new(null, 300_000, null)), new(0, told, 0));
            (sum, most) = (sum + feedback.Others.InputTokens, Math.Max(most, feedback.Others.InputTokens));
        }
        Assert.InRange(sum / 200, 0, 10);
        Assert.InRange(most, 0, 500);
    }

    [Fact]
    public void Use_that_was_counted_twice_does_not_hide_others_for_long()
    {
        var feedback = HalfUsed.Apply(Headers(10, Told, new(null, 300_000, null)), new(0, 1_600_000, 0));
        for (var t = 20; t <= 50; t += 10)
            feedback = feedback.Apply(Headers(t, Told, new(null, 300_000 - (3_000 * (t - 10)), null)), new(0, 1_600_000 + (10_000 * (t - 10)), 0));
        Assert.InRange(feedback.Others.InputTokens, 500, 3_000);
    }

    private static DateTimeOffset At(double seconds) => Start.AddSeconds(seconds);

    private static UpstreamSignal Headers(double at, Amounts limits, Amounts? remaining) =>
        Signal(UpstreamSignalKind.Headers, at) with { Limits = limits, Remaining = remaining };

    private static UpstreamSignal Signal(UpstreamSignalKind kind, double at, double? retryAfter = null) => new()
    {
        Kind = kind,
        Quota = "platform/organization",
        Group = "opus-5",
        At = At(at),
        RetryAfter = retryAfter is { } s ? TimeSpan.FromSeconds(s) : null,
    };
}
