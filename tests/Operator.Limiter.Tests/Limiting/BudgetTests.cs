using Operator.Contract;
using Operator.Limiter.Limiting;
using Operator.Limiter.Usage;
using Operator.Testing;

namespace Operator.Limiter.Tests.Limiting;

public class BudgetTests
{
    private readonly ManualTimeProvider _time = new(new DateTimeOffset(2026, 11, 30, 23, 0, 0, TimeSpan.Zero));

    [Theory]
    [InlineData(100_000, 0, 0, 0, 0, 10_000_000)]
    [InlineData(100_001, 0, 0, 0, 0, 50_000_500)]
    [InlineData(50_000, 0, 0, 50_001, 0, 25_500_010)]
    [InlineData(0, 1_000, 400, 0, 0, 155_000)]
    [InlineData(10, 0, 0, 0, 7, 4_500)]
    public void A_price_tier_holds_for_the_whole_prompt(long input, long write, long hour, long read, long output, long expected)
    {
        // Nanodollars a token of the cheapest current model: 0.10, 0.125, 0.20, 0.01, 0.50 dollars a million below 100 000 tokens.
        var model = Sample.Model("m") with
        {
            Prices =
            [
                new() { MaxPromptTokens = 100_000, Input = 100, CacheWrite5m = 125, CacheWrite1h = 200, CacheRead = 10, Output = 500 },
                new() { Input = 500, CacheWrite5m = 625, CacheWrite1h = 1_000, CacheRead = 10, Output = 2_500 },
            ],
        };
        var usage = new TokenUsage { Input = input, CacheWrite = write, CacheWrite1h = hour, CacheRead = read, Output = output };
        Assert.Equal(expected, usage.Cost(model));
    }

    [Theory]
    [InlineData(OnExhausted.Alert, Lane.Bulk, false)]
    [InlineData(OnExhausted.ShedBulk, Lane.Bulk, true)]
    [InlineData(OnExhausted.ShedBulk, Lane.Interactive, false)]
    [InlineData(OnExhausted.Stop, Lane.Interactive, true)]
    public void An_exhausted_budget_does_what_it_says(OnExhausted action, Lane lane, bool refuses)
    {
        var quota = Sample.Quota() with { Spend = [new() { Quota = "org/all", Daily = 100, OnExhausted = action }] };
        Assert.Null(SpendBudget.Check(quota, lane, (99, 99, 0), _time.GetUtcNow()));
        var refusal = SpendBudget.Check(quota, lane, (100, 100, 0), _time.GetUtcNow());
        Assert.Equal(refuses, refusal is not null);
        if (refusal is null) return;
        Assert.Equal((TimeSpan.FromHours(1), false, "spend; org/all"), (refusal.RetryAfter!.Value, refusal.ShouldRetry, refusal.Limit));
    }

    [Fact]
    public void What_the_operator_knows_to_be_exhausted_is_refused_until_then()
    {
        var quota = Sample.Quota() with
        {
            Spend = [new() { Quota = "org/all", OnExhausted = OnExhausted.Stop, ExhaustedUntil = _time.GetUtcNow().AddMinutes(5) }],
        };
        Assert.NotNull(SpendBudget.Check(quota, Lane.Standard, (0, 0, 0), _time.GetUtcNow()));
        Assert.Null(SpendBudget.Check(quota, Lane.Standard, (0, 0, 0), _time.GetUtcNow().AddMinutes(5)));
    }

    [Theory]
    [InlineData(60, 39, false)]
    [InlineData(60, 40, true)]
    [InlineData(0, 100, true)]
    public void Money_that_is_only_held_may_come_back_soon(long spent, long reserved, bool refuses)
    {
        var quota = Sample.Quota() with { Spend = [new() { Quota = "org/all", Daily = 100, Monthly = 1_000, OnExhausted = OnExhausted.Stop }] };
        var refusal = SpendBudget.Check(quota, Lane.Standard, (spent, spent, reserved), _time.GetUtcNow());
        Assert.Equal(refuses, refusal is not null);
        if (refusal is not null) Assert.Equal((TimeSpan.FromSeconds(5), true), (refusal.RetryAfter!.Value, refusal.ShouldRetry));
    }

    [Fact]
    public void A_model_whose_prices_nobody_knows_costs_nothing() =>
        Assert.Equal(0, new TokenUsage { Input = 1_000, Output = 1_000 }.Cost(Sample.Model("m") with { Prices = [] }));

    [Fact]
    public void Calls_under_way_hold_the_money_that_they_are_expected_to_cost()
    {
        var ledger = new SpendLedger(_time);
        var quota = Sample.Quota();
        ledger.Add("org/all", 60);
        var first = ledger.Reserve(quota, "org/all", Lane.Bulk, 30).Reserved;
        using (ledger.Reserve(quota, "org/all", Lane.Bulk, 10).Reserved)
        {
            Assert.Equal((60, 60, 40), ledger.Spent("org/all"));
            Assert.Equal((0, 0, 0), ledger.Spent("org/other"));
        }
        // What it really cost is added before its reservation ends.
        ledger.Add("org/all", 5);
        first.Dispose();
        Assert.Equal((65, 65, 0), ledger.Spent("org/all"));
        Assert.Equal(65, ledger.Unacknowledged().Sum(d => d.Amount));
        using var vast = ledger.Reserve(quota, "org/all", Lane.Bulk, long.MaxValue).Reserved;
        using var again = ledger.Reserve(quota, "org/all", Lane.Bulk, long.MaxValue).Reserved;
        Assert.Equal(2 * SpendLedger.MaxReserved, ledger.Spent("org/all").Reserved);
    }

    [Fact]
    public void Deltas_are_told_again_until_they_are_acknowledged_and_add_up()
    {
        var ledger = new SpendLedger(_time);
        ledger.Add("q", 5);
        ledger.Add("q", 6);
        var first = Assert.Single(ledger.Unacknowledged());
        Assert.Equal((11, "2026-11-30"), (first.Amount, first.Day));
        ledger.Add("q", 7);
        Assert.Equal([11L, 7L], ledger.Unacknowledged().Select(d => d.Amount));
        ledger.Acknowledge(first.Sequence);
        Assert.Equal(7, Assert.Single(ledger.Unacknowledged()).Amount);
        _time.Advance(TimeSpan.FromHours(2));
        ledger.Add("q", 1);
        Assert.Equal((1, 1, 0), ledger.Spent("q"));
        for (var i = 0; i < 500; i++)
        {
            ledger.Add("q", 1);
            ledger.Unacknowledged();
        }
        Assert.Equal(SpendLedger.MaxPending, ledger.Unacknowledged().Count);
        ledger.Acknowledge(long.MaxValue);
        var rest = ledger.Unacknowledged().Sum(d => d.Amount);
        Assert.Equal(501 - SpendLedger.MaxPending, rest);
    }

    [Fact]
    public void A_user_beyond_the_budget_is_throttled_and_others_are_not()
    {
        var users = new UserBudgets(_time);
        var rules = new PerUserConfiguration { RequestsPerMinute = 12, DailySpend = 100, Throttle = true };
        Assert.Null(users.Admit("q", rules, 1, 0).Refusal);
        Assert.Null(users.Admit("q", rules, 1, 0).Refusal);
        Assert.Equal("user-requests; q", users.Admit("q", rules, 1, 0).Refusal!.Limit);
        Assert.Null(users.Admit("q", rules, 2, 0).Refusal);
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Null(users.Admit("q", rules, 1, 0).Refusal);
        users.Charge("q", rules, 2, 100);
        var spent = users.Admit("q", rules, 2, 0).Refusal!;
        Assert.Equal(("user-spend; q", false), (spent.Limit, spent.ShouldRetry));
        var warned = users.Admit("q", rules with { Throttle = false }, 2, 0);
        Assert.Equal((true, null), (warned.Beyond, warned.Refusal));
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Null(users.Admit("q", rules, 2, 0).Refusal);
    }

    [Fact]
    public void A_users_money_that_is_only_held_may_come_back_soon()
    {
        var users = new UserBudgets(_time);
        var rules = new PerUserConfiguration { DailySpend = 100, Throttle = true };
        users.Charge("q", rules, 1, 60);
        var held = users.Admit("q", rules, 1, 40);
        Assert.Equal((60, 40), users.Spent("q", 1));
        var refusal = users.Admit("q", rules, 1, 1).Refusal!;
        Assert.Equal((TimeSpan.FromSeconds(5), true, "user-spend; q"), (refusal.RetryAfter!.Value, refusal.ShouldRetry, refusal.Limit));
        // A budget that only warns does not warn of money that nobody spent yet.
        using (var warned = users.Admit("q", rules with { Throttle = false }, 1, 1)) Assert.Equal((false, null), (warned.Beyond, warned.Refusal));
        users.Charge("q", rules, 1, 39);
        held.Dispose();
        Assert.Equal((99, 0), users.Spent("q", 1));
        Assert.Null(users.Admit("q", rules, 1, 1).Refusal);
    }

    [Fact]
    public void A_user_with_a_call_under_way_is_not_forgotten()
    {
        var users = new UserBudgets(_time, capacity: 4);
        var rules = new PerUserConfiguration { DailySpend = 100, Throttle = true };
        users.Charge("q", rules, 1, 30);
        users.Charge("q", rules, 2, 30);
        var held = users.Admit("q", rules, 1, 40);
        for (var other = 10; other < 30; other++) users.Charge("q", rules, (UInt128)other, 1);
        Assert.Equal(((30, 40), (0, 0)), (users.Spent("q", 1), users.Spent("q", 2)));
        held.Dispose();
        for (var other = 10; other < 30; other++) users.Charge("q", rules, (UInt128)other, 1);
        Assert.Equal((0, 0), users.Spent("q", 1));
    }
}
