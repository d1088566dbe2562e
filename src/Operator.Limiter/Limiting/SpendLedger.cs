using System.Globalization;
using Operator.Contract;
using Operator.Limiter.Refusals;

namespace Operator.Limiter.Limiting;

/// <summary>
/// Money that this limiter spent: totals for its own budgets, and deltas for the operator, kept until they are acknowledged. Safe for
/// several threads.
/// </summary>
internal sealed class SpendLedger(TimeProvider time)
{
    /// <summary>How many deltas wait for their acknowledgement before new money is added up in one.</summary>
    public const int MaxPending = 64;

    /// <summary>The most that one call reserves: far below the largest number, so that sums of many stay exact.</summary>
    public const long MaxReserved = 1L << 50;

    private readonly Lock _gate = new();
    private readonly Dictionary<(string Quota, DateOnly Day), long> _open = [];
    private readonly List<SpendDelta> _pending = [];
    private readonly Dictionary<string, (DateOnly Day, long Today, long ThisMonth)> _totals = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _reserved = new(StringComparer.Ordinal);
    private long _sequence;

    /// <summary>Records money spent.</summary>
    /// <param name="quota">The quota, as <c>namespace/name</c>.</param>
    /// <param name="amount">Nanodollars.</param>
    public void Add(string quota, long amount)
    {
        if (amount <= 0) return;
        lock (_gate)
        {
            // Read within the lock: nobody goes back over a midnight that another one saw.
            var day = Day(time.GetUtcNow());
            _open[(quota, day)] = Sum(_open.GetValueOrDefault((quota, day)), amount);
            var (today, month) = Totals(quota, day);
            _totals[quota] = (day, Sum(today, amount), Sum(month, amount));
        }
    }

    /// <summary>What this limiter spent of a quota today and this month, UTC, and what its calls under way are expected to cost.</summary>
    public (long Today, long Month, long Reserved) Spent(string quota)
    {
        lock (_gate) return Spent(quota, time.GetUtcNow());
    }

    /// <summary>
    /// Decides by money whether a call may go, and counts what it is expected to cost until its reservation is disposed. One step: calls of
    /// the same instant never find the same money, so that all of them together go beyond a budget by the cost of one at most.
    /// </summary>
    /// <param name="quota">The quota with its budgets.</param>
    /// <param name="key">The quota, as <c>namespace/name</c>.</param>
    /// <param name="lane">The call's lane.</param>
    /// <param name="amount">Nanodollars, 0 or more.</param>
    public (Reservation Reserved, Refusal? Refusal) Reserve(QuotaConfiguration quota, string key, Lane lane, long amount)
    {
        amount = Math.Clamp(amount, 0, MaxReserved);
        lock (_gate)
        {
            var now = time.GetUtcNow();
            if (SpendBudget.Check(quota, lane, Spent(key, now), now) is { } refusal) return (default, refusal);
            if (amount > 0) _reserved[key] = _reserved.GetValueOrDefault(key) + amount;
        }
        return (new Reservation(this, key, amount), null);
    }

    /// <summary>All deltas that are not acknowledged, in the order of their sequence.</summary>
    public IReadOnlyList<SpendDelta> Unacknowledged()
    {
        lock (_gate)
        {
            if (_pending.Count < MaxPending)
            {
                foreach (var ((quota, day), amount) in _open)
                {
                    _pending.Add(new SpendDelta(quota, ++_sequence, amount, day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)));
                }
                _open.Clear();
            }
            return [.. _pending];
        }
    }

    /// <summary>Forgets what is safely recorded.</summary>
    public void Acknowledge(long sequence)
    {
        lock (_gate) _pending.RemoveAll(d => d.Sequence <= sequence);
    }

    private void Release(string quota, long amount)
    {
        lock (_gate)
        {
            var left = _reserved[quota] - amount;
            if (left == 0) _reserved.Remove(quota);
            else _reserved[quota] = left;
        }
    }

    private (long Today, long Month, long Reserved) Spent(string quota, DateTimeOffset now)
    {
        var (today, month) = Totals(quota, Day(now));
        return (today, month, _reserved.GetValueOrDefault(quota));
    }

    private (long Today, long Month) Totals(string quota, DateOnly day)
    {
        if (!_totals.TryGetValue(quota, out var total)) return (0, 0);
        return (total.Day == day ? total.Today : 0, (total.Day.Year, total.Day.Month) == (day.Year, day.Month) ? total.ThisMonth : 0);
    }

    private static DateOnly Day(DateTimeOffset at) => DateOnly.FromDateTime(at.UtcDateTime);

    private static long Sum(long a, long b) => a > long.MaxValue - b ? long.MaxValue : a + b;

    /// <summary>Money that a call under way is expected to cost. Dispose it once; the default holds nothing.</summary>
    internal readonly struct Reservation(SpendLedger ledger, string quota, long amount) : IDisposable
    {
        /// <summary>The call has ended: what it really cost was added before.</summary>
        public void Dispose()
        {
            if (amount > 0) ledger.Release(quota, amount);
        }
    }
}
