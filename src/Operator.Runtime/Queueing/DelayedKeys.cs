namespace Operator.Runtime.Queueing;

/// <summary>Keys that are due later, on one timer. Each key waits once, for the earliest time that was asked for.</summary>
internal sealed class DelayedKeys<TKey> : IDisposable
    where TKey : notnull
{
    private readonly Lock _gate = new();
    private readonly PriorityQueue<Waiting, long> _heap = new();

    // The live entry of each key; heap entries that are not here were overtaken by an earlier one.
    private readonly Dictionary<TKey, Waiting> _live = [];
    private readonly TimeProvider _time;
    private readonly Action<TKey, WorkPriority> _due;
    private readonly ITimer _timer;
    private bool _disposed;

    /// <param name="time">The clock.</param>
    /// <param name="due">Called, outside of any lock, for each key that is due.</param>
    public DelayedKeys(TimeProvider time, Action<TKey, WorkPriority> due)
    {
        _time = time;
        _due = due;
        _timer = time.CreateTimer(_ => Fire(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public int Count
    {
        get { lock (_gate) return _live.Count; }
    }

    public void Add(TKey key, TimeSpan delay, WorkPriority priority)
    {
        var at = _time.GetUtcNow().UtcTicks + delay.Ticks;
        lock (_gate)
        {
            if (_disposed) return;
            if (_live.TryGetValue(key, out var waiting))
            {
                if (priority < waiting.Priority) priority = waiting.Priority;
                if (waiting.At <= at && waiting.Priority == priority) return;
                at = Math.Min(at, waiting.At);
            }
            waiting = new Waiting(key, at, priority);
            _live[key] = waiting;
            _heap.Enqueue(waiting, at);
            if (ReferenceEquals(_heap.Peek(), waiting)) Arm();
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            _heap.Clear();
            _live.Clear();
        }
        _timer.Dispose();
    }

    private void Fire()
    {
        var due = new List<Waiting>();
        lock (_gate)
        {
            if (_disposed) return;
            var now = _time.GetUtcNow().UtcTicks;
            while (_heap.TryPeek(out var next, out _))
            {
                var live = _live.TryGetValue(next.Key, out var current) && ReferenceEquals(current, next);
                if (live && next.At > now) break;
                _heap.Dequeue();
                if (!live) continue;
                _live.Remove(next.Key);
                due.Add(next);
            }
            Arm();
        }
        foreach (var waiting in due) _due(waiting.Key, waiting.Priority);
    }

    private void Arm()
    {
        if (!_heap.TryPeek(out var next, out _)) return;
        var wait = TimeSpan.FromTicks(Math.Max(0, next.At - _time.GetUtcNow().UtcTicks));
        // Timers count whole milliseconds: rounding up saves a wake-up that finds nothing due.
        _timer.Change(TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds)), Timeout.InfiniteTimeSpan);
    }

    private sealed record Waiting(TKey Key, long At, WorkPriority Priority);
}
