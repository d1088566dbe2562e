using Operator.Contract;
using Operator.Limiter.Refusals;

namespace Operator.Limiter.Limiting;

/// <summary>Budgets of single users, known by their digests. Bounded: who was silent longest is forgotten first. Safe for several threads.</summary>
internal sealed class UserBudgets(TimeProvider time, int capacity = 20_000)
{
    private readonly Lock _gate = new();
    private Dictionary<(string Quota, UInt128 User), Account> _young = [];
    private Dictionary<(string Quota, UInt128 User), Account> _old = [];

    /// <summary>Counts a request of a user.</summary>
    /// <returns>Whether it is beyond the budget, and the refusal when the budget throttles.</returns>
    public (bool Beyond, Refusal? Refusal) Admit(string quota, PerUserConfiguration? rules, UInt128 user)
    {
        if (rules is null) return (false, null);
        lock (_gate)
        {
            var account = Of(quota, user);
            if (rules.DailySpend is { } daily && account.SpentOn(Today) >= daily)
            {
                var now = time.GetUtcNow();
                return (true, rules.Throttle
                    ? Refusal.Limited("user-spend", quota, "The user's money for today is spent.", SpendBudget.NextDay(now) - now) with { ShouldRetry = false }
                    : null);
            }
            if (rules.RequestsPerMinute is not { } perMinute) return (false, null);
            var wait = account.Wait(time, perMinute);
            if (wait <= 0 || !rules.Throttle) account.Take(1);
            if (wait <= 0) return (false, null);
            return (true, rules.Throttle
                ? Refusal.Limited("user-requests", quota, "The user sends too many requests.", TimeSpan.FromSeconds(wait))
                : null);
        }
    }

    /// <summary>Charges a user's request.</summary>
    public void Charge(string quota, PerUserConfiguration? rules, UInt128 user, long nanodollars)
    {
        if (rules?.DailySpend is null || nanodollars <= 0) return;
        lock (_gate) Of(quota, user).Spend(Today, nanodollars);
    }

    private int Today => DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime).DayNumber;

    private Account Of(string quota, UInt128 user)
    {
        var key = (quota, user);
        if (_young.TryGetValue(key, out var account)) return account;
        if (!_old.Remove(key, out account)) account = new Account(time.GetTimestamp());
        if (_young.Count >= capacity / 2) (_old, _young) = (_young, []);
        _young[key] = account;
        return account;
    }

    private sealed class Account(long at)
    {
        private long _at = at;
        private TokenBucket _requests;
        private bool _ready;
        private int _day;
        private long _spent;

        public long SpentOn(int day) => day == _day ? _spent : 0;

        public void Spend(int day, long amount) => (_day, _spent) = (day, SpentOn(day) > long.MaxValue - amount ? long.MaxValue : SpentOn(day) + amount);

        public double Wait(TimeProvider time, int perMinute)
        {
            // A sixth of a minute may come at once, one request in any case.
            var burst = Math.Max(1, perMinute / 6.0);
            if (!_ready) (_requests, _ready) = (new TokenBucket(perMinute / 60.0, burst), true);
            var now = time.GetTimestamp();
            _requests.Refill(time.GetElapsedTime(_at, now).TotalSeconds);
            _at = now;
            _requests.Set(perMinute / 60.0, burst);
            return _requests.Wait(1, 0);
        }

        public void Take(double requests) => _requests.Take(requests);
    }
}
