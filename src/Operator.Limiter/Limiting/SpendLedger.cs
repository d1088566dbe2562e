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

    /// <summary>What this limiter spent of a quota today and this month, UTC.</summary>
    public (long Today, long Month) Spent(string quota)
    {
        var day = Day(time.GetUtcNow());
        lock (_gate) return Totals(quota, day);
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

    private (long Today, long Month) Totals(string quota, string day)
    {
        if (!_totals.TryGetValue(quota, out var total)) return (0, 0);
        return (total.Day == day ? total.Today : 0, total.Month == day[..7] ? total.ThisMonth : 0);
    }

    private static string Day(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static long Sum(long a, long b) => a > long.MaxValue - b ? long.MaxValue : a + b;
}
