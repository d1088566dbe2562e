using Operator.Contract;
using Operator.Limiter.Refusals;

namespace Operator.Limiter.Limiting;

/// <summary>Budgets of single users, known by their digests. Bounded: who was silent longest is forgotten first. Safe for several threads.</summary>
internal sealed class UserBudgets(TimeProvider time, int capacity = 20_000)
{
    private readonly Lock _gate = new();
    private Dictionary<(string Quota, UInt128 User), Account> _young = [];
    private Dictionary<(string Quota, UInt128 User), Account> _old = [];

    /// <summary>Who has a call under way is not silent. As many as there are such calls.</summary>
    private readonly Dictionary<(string Quota, UInt128 User), Account> _busy = [];

    /// <summary>
    /// Counts a request of a user and, in the same step, the money that it is expected to cost until the admission is disposed: requests of
    /// one instant never find the same money.
    /// </summary>
    /// <param name="quota">The quota, as <c>namespace/name</c>.</param>
    /// <param name="rules">The budget; null for none.</param>
    /// <param name="user">The user's digest.</param>
    /// <param name="expected">Nanodollars, 0 or more.</param>
    public UserAdmission Admit(string quota, PerUserConfiguration? rules, UInt128 user, long expected)
    {
        if (rules is null) return default;
        lock (_gate)
        {
            var account = Of((quota, user));
            var beyond = false;
            if (rules.DailySpend is { } daily && daily - account.SpentOn(Today) <= account.Reserved)
            {
                beyond = account.SpentOn(Today) >= daily;
                if (rules.Throttle) return new(beyond, Poor(quota, beyond));
                if (beyond) return new(true, null);
            }
            if (rules.RequestsPerMinute is { } perMinute)
            {
                var wait = account.Wait(time, perMinute);
                if (wait > 0 && rules.Throttle)
                {
                    return new(true, Refusal.Limited("user-requests", quota, "The user sends too many requests.", TimeSpan.FromSeconds(wait)));
                }
                account.Take(1);
                beyond = wait > 0;
            }
            if (rules.DailySpend is null || expected <= 0) return new(beyond, null);
            expected = Math.Min(expected, SpendLedger.MaxReserved);
            if (account.Reserved == 0) _busy[(quota, user)] = account;
            account.Reserved += expected;
            return new(beyond, null, this, (quota, user), expected);
        }
    }

    /// <summary>What a user spent today, UTC, and what the user's calls under way are expected to cost.</summary>
    public (long Today, long Reserved) Spent(string quota, UInt128 user)
    {
        lock (_gate)
        {
            var account = Of((quota, user));
            return (account.SpentOn(Today), account.Reserved);
        }
    }

    /// <summary>Charges a user's request.</summary>
    public void Charge(string quota, PerUserConfiguration? rules, UInt128 user, long nanodollars)
    {
        if (rules?.DailySpend is null || nanodollars <= 0) return;
        lock (_gate) Of((quota, user)).Spend(Today, nanodollars);
    }

    internal void Release((string Quota, UInt128 User) key, long amount)
    {
        lock (_gate)
        {
            var account = _busy[key];
            account.Reserved -= amount;
            if (account.Reserved == 0) _busy.Remove(key);
        }
    }

    private int Today => DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime).DayNumber;

    private Refusal Poor(string quota, bool spent)
    {
        if (!spent) return Refusal.Limited("user-spend", quota, "Calls of the user under way hold the rest of the money for today.", SpendBudget.HeldPause);
        var now = time.GetUtcNow();
        return Refusal.Limited("user-spend", quota, "The user's money for today is spent.", SpendBudget.NextDay(now) - now) with { ShouldRetry = false };
    }

    private Account Of((string Quota, UInt128 User) key)
    {
        if (_young.TryGetValue(key, out var account)) return account;
        if (!_old.Remove(key, out account) && !_busy.TryGetValue(key, out account)) account = new Account(time.GetTimestamp());
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

        public long Reserved { get; set; }

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

/// <summary>What became of a user's request. Dispose it once, when the call has ended and was charged.</summary>
/// <param name="beyond">Whether the request is beyond the budget.</param>
/// <param name="refusal">The refusal, when the budget throttles.</param>
/// <param name="budgets">Where money is held; null when none is.</param>
/// <param name="key">Whose money.</param>
/// <param name="reserved">Nanodollars.</param>
internal readonly struct UserAdmission(
    bool beyond, Refusal? refusal, UserBudgets? budgets = null, (string Quota, UInt128 User) key = default, long reserved = 0) : IDisposable
{
    /// <summary>Whether the request is beyond the budget.</summary>
    public bool Beyond => beyond;

    /// <summary>The refusal, when the budget throttles.</summary>
    public Refusal? Refusal => refusal;

    /// <summary>Gives back what the call was expected to cost.</summary>
    public void Dispose() => budgets?.Release(key, reserved);
}
