namespace Operator.Limiter.Forwarding;

/// <summary>How long the next step of a call may take, and whether its caller has left: one timer for all of its steps. Not for concurrent use.</summary>
/// <param name="time">The clock.</param>
/// <param name="caller">The caller leaves.</param>
internal sealed class CallDeadline(TimeProvider time, CancellationToken caller) : IDisposable
{
    /// <summary>A deadline that is put off with every piece of a stream need not be exact.</summary>
    private static readonly TimeSpan Coarse = TimeSpan.FromSeconds(1);

    private CancellationTokenSource? _end;
    private CancellationTokenRegistration _leaving;
    private TimeSpan _limit;
    private long _since;

    /// <summary>Whether the caller has left.</summary>
    public bool CallerLeft => caller.IsCancellationRequested;

    /// <summary>Begins a step; one that came too late before does not end this one.</summary>
    /// <param name="limit">How long it may take.</param>
    /// <returns>Cancelled when the time is over or the caller leaves.</returns>
    public CancellationToken Within(TimeSpan limit)
    {
        (_limit, _since) = (limit, time.GetTimestamp());
        if (_end is { } end && !end.IsCancellationRequested)
        {
            end.CancelAfter(limit);
            return end.Token;
        }
        Dispose();
        _end = new CancellationTokenSource(limit, time);
        _leaving = caller.UnsafeRegister(static s => ((CancellationTokenSource)s!).Cancel(), _end);
        return _end.Token;
    }

    /// <summary>Puts the end of the step off, now that something came of it; by up to a second less than its limit.</summary>
    public void GoOn()
    {
        if (time.GetElapsedTime(_since) >= Coarse) Within(_limit);
    }

    /// <summary>Ends the step that is under way.</summary>
    public void End() => _end?.Cancel();

    public void Dispose()
    {
        _leaving.Dispose();
        _end?.Dispose();
    }
}
