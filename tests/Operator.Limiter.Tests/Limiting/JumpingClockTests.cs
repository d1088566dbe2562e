using Operator.Contract;
using Operator.Limiter.Lanes;
using Operator.Limiter.Limiting;
using Operator.Testing;

namespace Operator.Limiter.Tests.Limiting;

/// <summary>What a wall clock that jumps changes: the day that money belongs to, and nothing that lasts.</summary>
public class JumpingClockTests
{
    private readonly ManualTimeProvider _time = new(new DateTimeOffset(2026, 11, 21, 12, 0, 0, TimeSpan.Zero));

    [Theory]
    [InlineData(86_400)]
    [InlineData(-86_400)]
    public async Task A_bucket_is_filled_by_the_time_that_passed_and_who_waits_waits_no_longer(int seconds)
    {
        var group = new GroupConfiguration { Group = "g", Limits = Amounts.Unlimited, Boot = Of(1, 1), Fallback = Of(1, 1) };
        using var gate = new GroupLimiter(new QuotaConfiguration { Namespace = "n", Name = "q", Groups = [group] }, group, new LeaseStore(_time), _time);
        var one = new Tokens(1, 0, 0);
        Assert.True((await gate.AdmitAsync(Lane.Standard, one, TimeSpan.FromSeconds(9), default)).Hold is not null);
        var waiting = gate.AdmitAsync(Lane.Standard, one, TimeSpan.FromSeconds(9), default).AsTask();
        _time.Jump(TimeSpan.FromSeconds(seconds));
        gate.Poke();
        Assert.False(waiting.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(1.01));
        gate.Poke();
        Assert.True((await waiting.WaitAsync(TimeSpan.FromSeconds(60))).Hold is not null);
    }

    [Theory]
    [InlineData(86_400)]
    [InlineData(-86_400)]
    public void A_users_minute_is_a_minute(int seconds)
    {
        var users = new UserBudgets(_time);
        var rules = new PerUserConfiguration { RequestsPerMinute = 1, Throttle = true };
        Assert.Null(users.Admit("q", rules, 1, 0).Refusal);
        _time.Jump(TimeSpan.FromSeconds(seconds));
        Assert.NotNull(users.Admit("q", rules, 1, 0).Refusal);
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Null(users.Admit("q", rules, 1, 0).Refusal);
    }

    [Fact]
    public void Money_belongs_to_the_day_that_the_clock_told_and_none_of_it_is_lost_or_told_twice()
    {
        var ledger = new SpendLedger(_time);
        ledger.Add("q", 5);
        _time.Jump(TimeSpan.FromDays(1));
        ledger.Add("q", 7);
        _time.Jump(TimeSpan.FromDays(-1));
        ledger.Add("q", 11);
        Assert.Equal([("2026-11-21", 16L), ("2026-11-22", 7L)], ledger.Unacknowledged().Select(d => (d.Day, d.Amount)).Order());
        Assert.Equal(23, ledger.Spent("q").Month);
    }

    private static Share Of(double rate, double burst) => new(new(rate, null, null), new(burst, null, null));
}
