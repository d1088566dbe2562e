namespace Operator.MockClaude.Ledger;

/// <summary>
/// Every request, how it ended and what it was charged. A request is booked before the last byte of its answer leaves, so whoever has
/// read an answer finds it here. Safe for many threads.
/// </summary>
public sealed class RequestLedger
{
    private readonly Lock _gate = new();
    private readonly Queue<LedgerEntry> _entries = new();
    private readonly Dictionary<LedgerKey, Sums> _sums = [];
    private readonly int _kept;
    private readonly List<TaskCompletionSource> _waiting = [];
    private long _started;
    private long _settled;

    internal RequestLedger(int kept) => _kept = kept;

    /// <summary>Requests that arrived.</summary>
    public long Started
    {
        get { lock (_gate) return _started; }
    }

    /// <summary>Requests that arrived and have not ended.</summary>
    public long InFlight
    {
        get { lock (_gate) return _started - _settled; }
    }

    /// <summary>The latest requests that ended, oldest first; how many is <see cref="MockClaudeOptions.LedgerEntries"/>.</summary>
    public IReadOnlyList<LedgerEntry> Entries
    {
        get { lock (_gate) return [.. _entries]; }
    }

    /// <summary>Exact sums over all requests that ended, also those no longer in <see cref="Entries"/>.</summary>
    /// <param name="where">Which; all when null.</param>
    public LedgerTotals Totals(Func<LedgerKey, bool>? where = null)
    {
        var total = LedgerTotals.Zero;
        lock (_gate)
        {
            foreach (var (key, sums) in _sums)
            {
                if (where is null || where(key)) total = total.Plus(sums.ToTotals());
            }
        }
        return total;
    }

    /// <summary>Exact sums by everything that they are kept by.</summary>
    public IReadOnlyDictionary<LedgerKey, LedgerTotals> Breakdown()
    {
        lock (_gate) return _sums.ToDictionary(s => s.Key, s => s.Value.ToTotals());
    }

    /// <summary>Completes when no request is in flight.</summary>
    public Task WaitForIdleAsync(CancellationToken cancellationToken)
    {
        TaskCompletionSource waiting;
        lock (_gate)
        {
            if (_started == _settled) return Task.CompletedTask;
            waiting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add(waiting);
        }
        return waiting.Task.WaitAsync(cancellationToken);
    }

    internal void Begin()
    {
        lock (_gate) _started++;
    }

    /// <summary>Books the end of a request. Only the first call counts.</summary>
    internal void Settle(LedgerEntry entry)
    {
        TaskCompletionSource[] idle = [];
        lock (_gate)
        {
            if (entry.Settled) return;
            entry.Settled = true;
            _settled++;
            if (_kept > 0)
            {
                if (_entries.Count == _kept) _entries.Dequeue();
                _entries.Enqueue(entry);
            }
            var key = new LedgerKey(
                entry.Endpoint, entry.Organization, entry.Workspace, entry.Key, entry.Model, entry.Marker, entry.Outcome);
            if (!_sums.TryGetValue(key, out var sums)) _sums[key] = sums = new Sums();
            sums.Add(entry);
            if (_started == _settled && _waiting.Count > 0)
            {
                idle = [.. _waiting];
                _waiting.Clear();
            }
        }
        foreach (var waiting in idle) waiting.SetResult();
    }

    private sealed class Sums
    {
        private long _requests;
        private long _input;
        private long _write5m;
        private long _write1h;
        private long _read;
        private long _output;
        private decimal _cost;

        public void Add(LedgerEntry entry)
        {
            _requests++;
            _input += entry.Usage.Input;
            _write5m += entry.Usage.CacheWrite5m;
            _write1h += entry.Usage.CacheWrite1h;
            _read += entry.Usage.CacheRead;
            _output += entry.Usage.Output;
            _cost += entry.Cost;
        }

        public LedgerTotals ToTotals() => new(_requests, _input, _write5m, _write1h, _read, _output, _cost);
    }
}
