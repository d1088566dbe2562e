namespace Operator.Limiter.Channel;

/// <summary>When the next report is due: by the operator's interval, or earlier when there is news. Safe for several threads.</summary>
internal sealed class ReportSchedule(TimeProvider time)
{
    private readonly Lock _gate = new();
    private long _sent = time.GetTimestamp();
    private TimeSpan _after = TimeSpan.Zero;
    private bool _confirms;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>A report is due at the latest so long after the last one.</summary>
    public void Within(TimeSpan sinceLast)
    {
        lock (_gate)
        {
            if (sinceLast >= _after) return;
            _after = sinceLast;
            _changed.TrySetResult();
        }
    }

    /// <summary>What is applied is to be confirmed now. When the next report is due stays as it is.</summary>
    public void Confirm()
    {
        lock (_gate)
        {
            _confirms = true;
            _changed.TrySetResult();
        }
    }

    /// <summary>A report is sent now; the next one is due after <paramref name="interval"/>, unless there is news.</summary>
    public void Sent(TimeSpan interval)
    {
        lock (_gate) (_sent, _after) = (time.GetTimestamp(), interval);
    }

    /// <summary>Sets when the next one is due, counted from the last, unless something brought it forward meanwhile.</summary>
    /// <param name="planned">What was planned when the last one was sent.</param>
    /// <param name="interval">What shall hold instead.</param>
    public void Plan(TimeSpan planned, TimeSpan interval)
    {
        lock (_gate)
        {
            if (_after == planned) _after = interval;
        }
    }

    /// <summary>Completes when a report is due, or a confirmation.</summary>
    /// <returns>Whether it is only the confirmation: a report confirms as well.</returns>
    public async Task<bool> WaitAsync(CancellationToken cancellation)
    {
        while (true)
        {
            Task changed;
            TimeSpan left;
            lock (_gate)
            {
                left = _after - time.GetElapsedTime(_sent);
                if (left <= TimeSpan.Zero || _confirms)
                {
                    _confirms = false;
                    return left > TimeSpan.Zero;
                }
                if (_changed.Task.IsCompleted) _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                changed = _changed.Task;
            }
            // Timers count whole milliseconds: a rest below one would be no wait at all, over and over until it has passed.
            await changed.WaitAsync(TimeSpan.FromMilliseconds(Math.Ceiling(left.TotalMilliseconds)), time, cancellation)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellation.ThrowIfCancellationRequested();
        }
    }
}
