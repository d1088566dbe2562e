using System.Runtime.ExceptionServices;

namespace Operator.Testing;

/// <summary>
/// Runs asynchronous code of several simulated processes on the calling thread, in an order that the seed decides: one ready
/// continuation after the other, and when none is ready the clock moves to the next timer. The same seed gives the same run, as
/// long as the code waits through the clocks of this loop only and does not leave its synchronization context.
/// </summary>
public sealed class SimulationLoop(int seed, ManualTimeProvider clock)
{
    private readonly List<(SimulatedProcess Process, SendOrPostCallback Callback, object? State)> _ready = [];
    private readonly Random _random = new(seed);
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private string? _leak;

    /// <summary>How many continuations have run: equal seeds give equal counts.</summary>
    public long Steps { get; private set; }

    /// <summary>Adds a process with its own clock.</summary>
    /// <param name="skew">How far its wall clock is off.</param>
    public SimulatedProcess AddProcess(TimeSpan skew = default) => new(this, clock, skew);

    /// <summary>Runs until the condition holds.</summary>
    /// <param name="until">Asked whenever nothing is ready at the present time.</param>
    /// <exception cref="InvalidOperationException">Nothing is left to run, so the condition can never hold.</exception>
    public void Run(Func<bool> until)
    {
        var outer = SynchronizationContext.Current;
        try
        {
            while (true)
            {
                if (!RunOne())
                {
                    if (until()) return;
                    if (!clock.AdvanceToNextTimer()) throw new InvalidOperationException("The simulation stands still: no timer waits.");
                }
            }
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(outer);
        }
    }

    /// <summary>Runs for a time on the simulated clock.</summary>
    public void RunFor(TimeSpan time)
    {
        var over = false;
        using var timer = clock.CreateTimer(_ => over = true, null, time, Timeout.InfiniteTimeSpan);
        Run(() => over);
    }

    internal void Post(SimulatedProcess process, SendOrPostCallback callback, object? state)
    {
        if (Environment.CurrentManagedThreadId != _thread)
        {
            // Seen by the next step of the loop: an exception here would end the foreign thread instead of the test.
            Interlocked.CompareExchange(ref _leak, "Simulated code left the loop and came back from another thread:\n" + Environment.StackTrace, null);
            return;
        }

        _ready.Add((process, callback, state));
    }

    private bool RunOne()
    {
        if (Volatile.Read(ref _leak) is { } leak) throw new InvalidOperationException(leak);
        var runnable = _ready.Count(item => !item.Process.IsPaused);
        if (runnable == 0) return false;
        var pick = _random.Next(runnable);
        var index = 0;
        while (_ready[index].Process.IsPaused || pick-- > 0) index++;
        var (process, callback, state) = _ready[index];
        _ready.RemoveAt(index);
        Steps++;
        SynchronizationContext.SetSynchronizationContext(process);
        callback(state);
        return true;
    }
}

/// <summary>A process of a <see cref="SimulationLoop"/>: it can be paused as a whole, and its wall clock may be off.</summary>
public sealed class SimulatedProcess : SynchronizationContext
{
    private readonly SimulationLoop _loop;

    internal SimulatedProcess(SimulationLoop loop, ManualTimeProvider clock, TimeSpan skew)
    {
        _loop = loop;
        Clock = new ProcessClock(this, clock, skew);
    }

    /// <summary>The clock as this process sees it. Its timers fire late when the process is paused.</summary>
    public TimeProvider Clock { get; }

    /// <summary>While true nothing of this process runs, as if the machine were suspended; time goes on.</summary>
    public bool IsPaused { get; set; }

    /// <summary>Starts asynchronous work in this process.</summary>
    public Task Start(Func<Task> work)
    {
        ArgumentNullException.ThrowIfNull(work);
        var done = new TaskCompletionSource();
        Post(
            async _ =>
            {
                try
                {
                    await work();
                    done.SetResult();
                }
                catch (Exception error)
                {
                    done.SetException(error);
                }
            },
            null);
        return done.Task;
    }

    public override void Post(SendOrPostCallback d, object? state) => _loop.Post(this, d, state);

    public override void Send(SendOrPostCallback d, object? state) =>
        ExceptionDispatchInfo.Throw(new NotSupportedException("A simulated process runs nothing synchronously for others."));

    private sealed class ProcessClock(SimulatedProcess process, ManualTimeProvider inner, TimeSpan skew) : TimeProvider
    {
        public override long TimestampFrequency => inner.TimestampFrequency;

        public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

        public override DateTimeOffset GetUtcNow() => inner.GetUtcNow() + skew;

        public override long GetTimestamp() => inner.GetTimestamp();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            inner.CreateTimer(_ => process.Post(s => callback(s), state), null, dueTime, period);
    }
}
