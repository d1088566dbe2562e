using Operator.Contract;
using Operator.Quotas.Spend;
using Operator.Runtime.Caching;

namespace Operator.Limiters.Spend;

/// <summary>
/// The money of all quotas, as the leader counts it. What is counted is acknowledged only once it is stored, so a delta counts once
/// over restarts of either side. Safe for concurrent use.
/// </summary>
internal sealed class SpendBook
{
    private const long MostInOneDelta = 1_000_000_000_000_000;
    private readonly Lock _gate = new();
    private readonly Dictionary<ObjectKey, SpendLedger> _ledgers = [];
    private readonly Dictionary<string, long> _counted = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _stored = new(StringComparer.Ordinal);

    /// <summary>The ledger of a quota alone; null while nothing was spent.</summary>
    public SpendLedger? Of(ObjectKey quota)
    {
        lock (_gate) return _ledgers.GetValueOrDefault(quota);
    }

    /// <summary>Brings in what a checkpoint holds.</summary>
    public void Load(ObjectKey quota, SpendLedger ledger)
    {
        lock (_gate) _ledgers[quota] = ledger;
    }

    /// <summary>Counts a delta.</summary>
    /// <param name="instance">The limiter's start.</param>
    /// <param name="quota">Whose money it is; null for nobody's.</param>
    /// <param name="delta">The delta; those of an instance come in the order of their sequence.</param>
    /// <param name="now">The time.</param>
    public void Settle(string instance, ObjectKey? quota, SpendDelta delta, DateTimeOffset now)
    {
        lock (_gate)
        {
            _counted[instance] = Math.Max(_counted.GetValueOrDefault(instance), delta.Sequence);
            if (quota is not { } key || delta.Amount is < 0 or > MostInOneDelta) return;
            var today = DateOnly.FromDateTime(now.UtcDateTime);
            var before = _ledgers.GetValueOrDefault(key, SpendLedger.Empty);
            var after = before.Settle(instance, delta.Sequence, delta.Amount, delta.Day, today);
            if (!ReferenceEquals(before, after)) _ledgers[key] = after.Prune(today);
        }
    }

    /// <summary>The highest delta of an instance that is stored, and all below it.</summary>
    public long Acknowledged(string instance)
    {
        lock (_gate) return _stored.GetValueOrDefault(instance);
    }

    /// <summary>A limiter is gone, and nothing of it can arrive any more.</summary>
    public void Forget(string instance)
    {
        lock (_gate)
        {
            _counted.Remove(instance);
            _stored.Remove(instance);
            foreach (var (quota, ledger) in _ledgers.Where(l => l.Value.Sequences.ContainsKey(instance)).ToList()) _ledgers[quota] = ledger.Forget(instance);
        }
    }

    /// <summary>Everything as it is now, to be stored.</summary>
    public SpendSnapshot Snapshot()
    {
        lock (_gate) return new SpendSnapshot(new Dictionary<ObjectKey, SpendLedger>(_ledgers), new Dictionary<string, long>(_counted, StringComparer.Ordinal));
    }

    /// <summary>A snapshot is stored, all of it.</summary>
    public void Stored(SpendSnapshot snapshot)
    {
        lock (_gate)
        {
            foreach (var (instance, sequence) in snapshot.Counted)
            {
                if (_counted.ContainsKey(instance)) _stored[instance] = sequence;
            }
        }
    }
}

/// <summary>The money at one moment.</summary>
/// <param name="Ledgers">By quota.</param>
/// <param name="Counted">The highest delta that is counted, by instance.</param>
internal sealed record SpendSnapshot(IReadOnlyDictionary<ObjectKey, SpendLedger> Ledgers, IReadOnlyDictionary<string, long> Counted);
