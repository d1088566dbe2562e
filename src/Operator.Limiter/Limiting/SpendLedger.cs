using System.Globalization;
using Operator.Contract;

namespace Operator.Limiter.Limiting;

/// <summary>
/// Money that this limiter spent: totals for its own budgets, and deltas for the operator, kept until they are acknowledged. Safe for
/// several threads.
/// </summary>
internal sealed class SpendLedger(TimeProvider time)
{
    /// <summary>How many deltas wait for their acknowledgement before new money is added up in one.</summary>
    public const int MaxPending = 64;

    private readonly Lock _gate = new();
    private readonly Dictionary<(string Quota, string Day), long> _open = [];
    private readonly List<SpendDelta> _pending = [];
    private readonly Dictionary<string, (string Day, long Today, string Month, long ThisMonth)> _totals = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _reserved = new(StringComparer.Ordinal);
    private long _sequence;

    /// <summary>Records money spent.</summary>
    /// <param name="quota">The quota, as <c>namespace/name</c>.</param>
    /// <param name="amount">Nanodollars.</param>
    public void Add(string quota, long amount)
    {
        if (amount <= 0) return;
        var day = Day(time.GetUtcNow());
        lock (_gate)
        {
            _open[(quota, day)] = Sum(_open.GetValueOrDefault((quota, day)), amount);
            var (today, month) = Totals(quota, day);
            _totals[quota] = (day, Sum(today, amount), day[..7], Sum(month, amount));
        }
    }

    /// <summary>What this limiter spent of a quota today and this month, UTC, and what its calls under way are expected to cost.</summary>
    public (long Today, long Month, long Reserved) Spent(string quota)
    {
        var day = Day(time.GetUtcNow());
        lock (_gate)
        {
            var (today, month) = Totals(quota, day);
            return (today, month, _reserved.GetValueOrDefault(quota));
        }
    }

    /// <summary>Counts what a call is expected to cost, until its reservation is disposed: many calls at once shall not find the same money.</summary>
    /// <param name="quota">The quota.</param>
    /// <param name="amount">Nanodollars, 0 or more.</param>
    public Reservation Reserve(string quota, long amount)
    {
        // Far below the largest number, so that sums of many stay exact.
        amount = Math.Clamp(amount, 0, 1L << 50);
        if (amount > 0)
        {
            lock (_gate) _reserved[quota] = _reserved.GetValueOrDefault(quota) + amount;
        }
        return new Reservation(this, quota, amount);
    }

    /// <summary>All deltas that are not acknowledged, in the order of their sequence.</summary>
    public IReadOnlyList<SpendDelta> Unacknowledged()
    {
        lock (_gate)
        {
            if (_pending.Count < MaxPending)
            {
                foreach (var ((quota, day), amount) in _open) _pending.Add(new SpendDelta(quota, ++_sequence, amount, day));
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
        if (amount == 0) return;
        lock (_gate)
        {
            var left = _reserved[quota] - amount;
            if (left == 0) _reserved.Remove(quota);
            else _reserved[quota] = left;
        }
    }

    private (long Today, long Month) Totals(string quota, string day)
    {
        if (!_totals.TryGetValue(quota, out var total)) return (0, 0);
        return (total.Day == day ? total.Today : 0, total.Month == day[..7] ? total.ThisMonth : 0);
    }

    private static string Day(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>Money that a call under way is expected to cost. Dispose it once.</summary>
    internal readonly struct Reservation(SpendLedger ledger, string quota, long amount) : IDisposable
    {
        /// <summary>The call has ended: what it really cost was added before.</summary>
        public void Dispose() => ledger.Release(quota, amount);
    }

    private static long Sum(long a, long b) => a > long.MaxValue - b ? long.MaxValue : a + b;
}
