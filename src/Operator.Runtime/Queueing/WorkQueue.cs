namespace Operator.Runtime.Queueing;

/// <summary>
/// Hands keys to workers. A key that is added while it waits is handed out once; one that is added while a worker has it waits
/// until that worker is done. So no key is ever with two workers, and no change after the hand-out goes unnoticed.
/// </summary>
/// <remarks>Invariants, under the lock: see the fields.</remarks>
internal sealed class WorkQueue<TKey> : IDisposable
    where TKey : notnull
{
    // Of this many hand-outs in a row one takes the lowest lane first, so that a steady stream of changes starves nobody.
    private const int FairShare = 16;

    private readonly Lock _gate = new();

    // Every key that is dirty, processing or both; no other. Dirty: must be handed out. Processing: a worker has it.
    private readonly Dictionary<TKey, Entry> _entries = [];

    // One lane a priority. A key that is dirty and not processing has exactly one live node: the one with its entry's ticket.
    private readonly Queue<Node>[] _lanes = [new(), new()];

    // Workers that found nothing. Not empty only while no live node exists.
    private readonly Queue<TaskCompletionSource<WorkItem<TKey>?>> _idle = new();
    private readonly ItemBackoff<TKey> _backoff;
    private readonly DelayedKeys<TKey> _delayed;
    private readonly TimeProvider _time;
    private readonly IWorkQueueMetrics _metrics;
    private TaskCompletionSource? _drained;
    private long _ticket;
    private int _handedOut;
    private int _processing;
    private int _ready;
    private int _depth;
    private bool _shutDown;

    public WorkQueue(TimeProvider? time = null, IWorkQueueMetrics? metrics = null, ItemBackoff<TKey>? backoff = null)
    {
        _time = time ?? TimeProvider.System;
        _metrics = metrics ?? NoWorkQueueMetrics.Instance;
        _backoff = backoff ?? new ItemBackoff<TKey>();
        _delayed = new DelayedKeys<TKey>(_time, Add);
    }

    /// <summary>How many keys wait to be handed out, those included that a worker still has.</summary>
    public int Depth => Volatile.Read(ref _depth);

    /// <summary>How many keys workers have.</summary>
    public int Processing => Volatile.Read(ref _processing);

    /// <summary>How many keys wait for their time.</summary>
    public int Delayed => _delayed.Count;

    /// <summary>Adds a key. Adding one that waits already can only raise its priority.</summary>
    public void Add(TKey key, WorkPriority priority = WorkPriority.Normal)
    {
        lock (_gate)
        {
            if (_shutDown) return;
            if (!_entries.TryGetValue(key, out var entry)) _entries.Add(key, entry = new Entry(key));
            if (entry.Dirty)
            {
                if (priority <= entry.Priority) return;
                entry.Priority = priority;
                if (!entry.Processing) Enqueue(entry);
                return;
            }
            entry.Dirty = true;
            entry.Priority = priority;
            entry.AddedAt = _time.GetTimestamp();
            _depth++;
            _metrics.Added();
            if (entry.Processing) return;
            _ready++;
            Enqueue(entry);
            HandToIdleWorker();
        }
    }

    /// <summary>Adds a key after a time; an earlier time that is already set stays.</summary>
    public void AddAfter(TKey key, TimeSpan delay, WorkPriority priority = WorkPriority.Normal)
    {
        if (Volatile.Read(ref _shutDown)) return;
        _metrics.Retried();
        if (delay <= TimeSpan.Zero) Add(key, priority);
        else _delayed.Add(key, delay, priority);
    }

    /// <summary>Adds a key after its backoff, which doubles with every call until <see cref="Forget"/>. Keys are never dropped.</summary>
    /// <returns>The backoff.</returns>
    public TimeSpan AddRateLimited(TKey key, WorkPriority priority = WorkPriority.Normal)
    {
        var delay = _backoff.Next(key);
        AddAfter(key, delay, priority);
        return delay;
    }

    /// <summary>Ends the backoff of a key.</summary>
    public void Forget(TKey key) => _backoff.Forget(key);

    /// <summary>How often a key was added rate limited since it was forgotten.</summary>
    public int Failures(TKey key) => _backoff.Failures(key);

    /// <summary>Waits for a key. Whoever gets one must call <see cref="Done"/>.</summary>
    /// <returns>The key, or null once the queue is shut down.</returns>
    public ValueTask<WorkItem<TKey>?> GetAsync(CancellationToken cancellationToken = default)
    {
        TaskCompletionSource<WorkItem<TKey>?> waiter;
        lock (_gate)
        {
            if (_shutDown) return new ValueTask<WorkItem<TKey>?>((WorkItem<TKey>?)null);
            if (_ready > 0) return new ValueTask<WorkItem<TKey>?>(Take());
            if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled<WorkItem<TKey>?>(cancellationToken);
            waiter = new TaskCompletionSource<WorkItem<TKey>?>(TaskCreationOptions.RunContinuationsAsynchronously);
            _idle.Enqueue(waiter);
        }
        return cancellationToken.CanBeCanceled ? CancellableAsync(waiter, cancellationToken) : new ValueTask<WorkItem<TKey>?>(waiter.Task);
    }

    /// <summary>Gives a key back. If it was added meanwhile, it waits again.</summary>
    public void Done(TKey key)
    {
        lock (_gate)
        {
            if (!_entries.TryGetValue(key, out var entry) || !entry.Processing)
                throw new InvalidOperationException($"The key {key} was given back by a worker that does not have it.");
            entry.Processing = false;
            _processing--;
            _metrics.Worked(_time.GetElapsedTime(entry.StartedAt));
            if (entry.Dirty)
            {
                _ready++;
                Enqueue(entry);
                HandToIdleWorker();
            }
            else
            {
                _entries.Remove(key);
            }
            if (_shutDown && _processing == 0) _drained?.TrySetResult();
        }
    }

    /// <summary>
    /// Ends the hand-out: workers that wait get null, later additions are ignored. Keys that wait are left: the next start lists them.
    /// </summary>
    /// <returns>Completes when the last worker has given its key back.</returns>
    public Task ShutDownAsync()
    {
        Task drained;
        lock (_gate)
        {
            _shutDown = true;
            while (IdleWorker() is { } worker) worker.SetResult(null);
            _drained ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (_processing == 0) _drained.TrySetResult();
            drained = _drained.Task;
        }
        _delayed.Dispose();
        return drained;
    }

    /// <summary>How long the keys that workers have were worked on: all together, and the longest.</summary>
    public (TimeSpan Total, TimeSpan Longest) Unfinished()
    {
        lock (_gate)
        {
            var (total, longest) = (TimeSpan.Zero, TimeSpan.Zero);
            if (_processing == 0) return (total, longest);
            foreach (var entry in _entries.Values)
            {
                if (!entry.Processing) continue;
                var elapsed = _time.GetElapsedTime(entry.StartedAt);
                total += elapsed;
                if (elapsed > longest) longest = elapsed;
            }
            return (total, longest);
        }
    }

    /// <summary>Shuts the queue down without waiting for workers.</summary>
    public void Dispose() => _ = ShutDownAsync();

    private async ValueTask<WorkItem<TKey>?> CancellableAsync(
        TaskCompletionSource<WorkItem<TKey>?> waiter, CancellationToken cancellationToken)
    {
        await using var registration = cancellationToken.Register(() =>
        {
            // Under the lock, so that a key is never handed to a worker that has left.
            lock (_gate) waiter.TrySetCanceled(cancellationToken);
        });
        return await waiter.Task;
    }

    // Results are set under the lock: a worker that was chosen can no longer leave. Its code runs elsewhere.
    private void HandToIdleWorker()
    {
        if (IdleWorker() is { } worker) worker.SetResult(Take());
    }

    private TaskCompletionSource<WorkItem<TKey>?>? IdleWorker()
    {
        while (_idle.TryDequeue(out var worker))
        {
            if (!worker.Task.IsCompleted) return worker;
        }
        return null;
    }

    private void Enqueue(Entry entry)
    {
        entry.Ticket = ++_ticket;
        _lanes[(int)entry.Priority].Enqueue(new Node(entry, entry.Ticket));
    }

    // Called only while a live node exists.
    private WorkItem<TKey> Take()
    {
        var lowestFirst = ++_handedOut % FairShare == 0;
        for (var i = 0; i < _lanes.Length; i++)
        {
            var lane = _lanes[lowestFirst ? i : _lanes.Length - 1 - i];
            while (lane.TryDequeue(out var node))
            {
                var entry = node.Entry;
                if (entry.Ticket != node.Ticket || !entry.Dirty || entry.Processing) continue;
                entry.Dirty = false;
                entry.Processing = true;
                entry.StartedAt = _time.GetTimestamp();
                _ready--;
                _depth--;
                _processing++;
                _metrics.Got(_time.GetElapsedTime(entry.AddedAt, entry.StartedAt));
                return new WorkItem<TKey>(entry.Key, entry.Priority);
            }
        }
        throw new InvalidOperationException("The queue counts a key as ready that no lane holds.");
    }

    private sealed class Entry(TKey key)
    {
        public TKey Key { get; } = key;

        public bool Dirty { get; set; }

        public bool Processing { get; set; }

        public WorkPriority Priority { get; set; }

        public long Ticket { get; set; }

        public long AddedAt { get; set; }

        public long StartedAt { get; set; }
    }

    private readonly record struct Node(Entry Entry, long Ticket);
}
