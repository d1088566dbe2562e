namespace Operator.Runtime.Events;

/// <summary>Events that wait to be written. Adding never waits: a full queue drops its oldest.</summary>
internal sealed class EventQueue(int capacity, TimeProvider clock)
{
    private readonly Lock _gate = new();
    private readonly Queue<RecordedEvent> _items = new();
    private TaskCompletionSource _changed = NewSignal();
    private bool _completed;
    private bool _awaited;

    /// <summary>Whether whoever takes events waits for the next one.</summary>
    public bool IsIdle
    {
        get { lock (_gate) return _awaited && !_changed.Task.IsCompleted; }
    }

    /// <summary>Whether nothing is added any more and nothing is left.</summary>
    public bool IsDrained
    {
        get { lock (_gate) return _completed && _items.Count == 0; }
    }

    /// <summary>Adds an event.</summary>
    /// <returns>How many events were dropped for it: 0 or 1; 1 too when the queue takes no more.</returns>
    public int Add(RecordedEvent item)
    {
        lock (_gate)
        {
            if (_completed) return 1;
            var dropped = 0;
            if (_items.Count >= capacity)
            {
                _items.Dequeue();
                dropped = 1;
            }

            _items.Enqueue(item);
            _changed.TrySetResult();
            return dropped;
        }
    }

    /// <summary>Takes the oldest event, if there is one.</summary>
    public RecordedEvent? TryTake()
    {
        lock (_gate) return _items.TryDequeue(out var item) ? item : null;
    }

    /// <summary>Takes no more events.</summary>
    public void Complete()
    {
        lock (_gate)
        {
            _completed = true;
            _changed.TrySetResult();
        }
    }

    /// <summary>Waits until there is an event, the queue is completed, the time is over, or the token is cancelled.</summary>
    public async Task WaitAsync(TimeSpan time, CancellationToken cancellationToken)
    {
        TaskCompletionSource signal;
        lock (_gate)
        {
            if (_items.Count > 0 || _completed) return;
            signal = _changed = NewSignal();
            _awaited = true;
        }

        using (clock.CreateTimer(_ => signal.TrySetResult(), null, time, Timeout.InfiniteTimeSpan))
        using (cancellationToken.Register(() => signal.TrySetResult()))
        {
            await signal.Task;
            lock (_gate) _awaited = false;
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
