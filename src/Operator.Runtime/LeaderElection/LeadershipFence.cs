namespace Operator.Runtime.LeaderElection;

/// <summary>
/// Lets writes pass while this process leads, by its own clock: from the first lease until the renew deadline after the start of
/// the last successful renewal. The fence opens once and closes once; a closed fence never opens again.
/// </summary>
/// <remarks>
/// Monotonic time may stand still while a machine is suspended and wall-clock time may be set, so the fence closes as soon as
/// either of them says that the deadline has passed.
/// </remarks>
internal sealed class LeadershipFence : IDisposable
{
    private readonly Lock _gate = new();
    private readonly TimeProvider _clock;
    private readonly CancellationTokenSource _closed = new();
    private readonly ITimer _timer;
    private State _state = State.NotLeading;
    private long _start;
    private DateTimeOffset _wallStart;
    private TimeSpan _length;

    public LeadershipFence(TimeProvider clock)
    {
        _clock = clock;
        _timer = clock.CreateTimer(_ => OnTimer(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    private enum State
    {
        NotLeading,
        Leading,
        Closed,
    }

    /// <summary>Cancelled when the fence closes: in-flight writes hang on it.</summary>
    public CancellationToken Closed => _closed.Token;

    /// <summary>Whether this process has led and must not write any more.</summary>
    public bool IsClosed => Current() == State.Closed;

    /// <summary>Whether writes pass now.</summary>
    public bool IsOpen => Current() == State.Leading;

    /// <summary>How long writes may still pass; zero when they may not.</summary>
    public TimeSpan Remaining
    {
        get
        {
            lock (_gate) return _state == State.Leading ? Left() : TimeSpan.Zero;
        }
    }

    /// <summary>Opens the fence, or moves its deadline, after a successful write of the lease.</summary>
    /// <param name="start">The timestamp from before that write was sent.</param>
    /// <param name="wallStart">The wall-clock time from before that write was sent.</param>
    /// <param name="renewDeadline">How long after it writes may pass.</param>
    /// <returns>
    /// False when the write came too late: a leader's fence is closed then; one that has not opened yet may be tried again.
    /// </returns>
    public bool Extend(long start, DateTimeOffset wallStart, TimeSpan renewDeadline)
    {
        if (Current() == State.Closed) return false;
        lock (_gate)
        {
            if (_state == State.Closed) return false;
            (_start, _wallStart, _length) = (start, wallStart, renewDeadline);
            var left = Left();
            if (left > TimeSpan.Zero)
            {
                _state = State.Leading;
                _timer.Change(left, Timeout.InfiniteTimeSpan);
                return true;
            }

            if (_state == State.NotLeading) return false;
        }

        Close();
        return false;
    }

    /// <summary>Closes the fence for good and cancels every write that is under way.</summary>
    public void Close()
    {
        lock (_gate)
        {
            if (_state == State.Closed) return;
            _state = State.Closed;
            _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
        _closed.Cancel();
    }

    public void Dispose()
    {
        _timer.Dispose();
        _closed.Dispose();
    }

    private State Current()
    {
        lock (_gate)
        {
            if (_state != State.Leading || Left() > TimeSpan.Zero) return _state;
        }
        // The timer may be late; the clock is not.
        Close();
        return State.Closed;
    }

    private TimeSpan Left()
    {
        var monotonic = _length - _clock.GetElapsedTime(_start);
        var wall = _length - (_clock.GetUtcNow() - _wallStart);
        return monotonic < wall ? monotonic : wall;
    }

    private void OnTimer()
    {
        if (Current() != State.Leading) return;
        lock (_gate)
        {
            // Early by rounding, or the wall clock was set back: wait for the rest.
            if (_state == State.Leading)
            {
                var left = Left();
                _timer.Change(left > TimeSpan.Zero ? left : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
            }
        }
    }
}
