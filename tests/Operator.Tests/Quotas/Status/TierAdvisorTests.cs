using Operator.Api;
using Operator.Quotas.Status;

namespace Operator.Tests.Quotas.Status;

public class TierAdvisorTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);
    private static readonly DateOnly Today = new(2026, 11, 20);

    [Fact]
    public void A_line_through_the_daily_peaks_tells_the_day_of_exhaustion()
    {
        // 2 % more each day, 80 % today: ten days are left.
        Assert.Equal(new DateTimeOffset(2026, 11, 30, 0, 0, 0, TimeSpan.Zero), TierAdvisor.Exhaustion(Peaks(10, d => 0.80 + (0.02 * d)), Now));
        Assert.Equal(new DateTimeOffset(2026, 11, 20, 0, 0, 0, TimeSpan.Zero), TierAdvisor.Exhaustion(Peaks(10, d => 1.1 + (0.02 * d)), Now));
    }

    [Fact]
    public void No_growth_too_few_days_and_far_away_tell_nothing()
    {
        Assert.Null(TierAdvisor.Exhaustion(Peaks(10, _ => 0.5), Now));
        Assert.Null(TierAdvisor.Exhaustion(Peaks(10, d => 0.5 - (0.01 * d)), Now));
        Assert.Null(TierAdvisor.Exhaustion(Peaks(3, d => 0.8 + (0.05 * d)), Now));
        Assert.Null(TierAdvisor.Exhaustion(Peaks(10, d => 0.1 + (0.0001 * d)), Now));
        Assert.Null(TierAdvisor.Exhaustion([.. Enumerable.Repeat(new DailyPeak(Today, 0.5), 10)], Now));
    }

    [Fact]
    public void The_next_tier_is_recommended_with_what_it_changes()
    {
        var advice = TierAdvisor.Advise(QuotaStatusTests.Node([Quota.Root(tier: Tier.Start)], "organization"), new QuotaUsage { Peaks = Peaks(10, d => 0.8 + (0.02 * d)) }, Now)!;
        Assert.Equal((Tier.Start, Tier.Build), (advice.Current!.Value, advice.Recommended!.Value));
        Assert.StartsWith("peaks reach the limit about 2026-11-30. Build raises ", advice.Message, StringComparison.Ordinal);
        Assert.Contains("from 1,000 to 5,000 requests", advice.Message, StringComparison.Ordinal);
        Assert.Contains("up to $1,000 a month", advice.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Pressure_counts_when_it_is_sustained()
    {
        var node = QuotaStatusTests.Node([Quota.Root(tier: Tier.Scale)], "organization");
        var brief = TierAdvisor.Advise(node, new QuotaUsage { Pressure = new PressureReading { PressedSince = Now.AddMinutes(-20) } }, Now)!;
        Assert.Equal((null, "Scale is enough"), (brief.Recommended, brief.Message));
        var long_ = TierAdvisor.Advise(node, new QuotaUsage { Pressure = new PressureReading { PressedSince = Now.AddMinutes(-150) } }, Now)!;
        Assert.Equal((Tier.Custom, "2h30m"), (long_.Recommended!.Value, long_.SustainedPressure!.Value.Text));
    }

    [Fact]
    public void A_month_that_will_cost_more_than_the_tier_allows_calls_for_the_next()
    {
        var node = QuotaStatusTests.Node([Quota.Root(tier: Tier.Start)], "organization");
        var usage = new QuotaUsage { Spend = new(0, 400_000_000_000, Today) };
        var advice = TierAdvisor.Advise(node, usage, Now)!;
        Assert.Equal(Tier.Build, advice.Recommended);
        Assert.Contains("$615", advice.Message, StringComparison.Ordinal);
        Assert.Null(TierAdvisor.Advise(node, usage with { Spend = new(0, 100_000_000_000, Today) }, Now)!.Recommended);
    }

    [Fact]
    public void Without_a_tier_there_is_no_advice() =>
        Assert.Null(TierAdvisor.Advise(QuotaStatusTests.Node([Quota.Root(tier: null)], "organization"), new QuotaUsage(), Now));

    [Theory]
    [InlineData(1, 2, null)]
    [InlineData(16, 0, 200.0)]
    [InlineData(30, 24, 100.0)]
    public void A_month_is_forecast_from_its_pace(int day, int hour, double? dollars)
    {
        var start = new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);
        var forecast = SpendStatusBuilder.Forecast(100_000_000_000, start, start.AddDays(day - 1).AddHours(hour));
        Assert.Equal(dollars, forecast / 1e9);
    }

    private static List<DailyPeak> Peaks(int days, Func<int, double> utilisation) =>
        [.. Enumerable.Range(0, days).Select(i => new DailyPeak(Today.AddDays(i - days + 1), utilisation(i - days + 1)))];
}
