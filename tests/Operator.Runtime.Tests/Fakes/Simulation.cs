using Operator.Testing;

namespace Operator.Runtime.Tests.Fakes;

/// <summary>
/// One thread, one clock: whatever is started in it runs in a fixed order on the thread that calls <see cref="Settle"/> or
/// <see cref="Advance"/>. Nothing in it may leave for the thread pool.
/// </summary>
public sealed class Simulation : SynchronizationContext
{
    private readonly Lock _gate = new();
    private readonly Queue<(SendOrPostCallback Callback, object? State)> _posted = new();

    public ManualTimeProvider Time { get; } = new();

    public override void Post(SendOrPostCallback d, object? state)
    {
        lock (_gate) _posted.Enqueue((d, state));
    }

    public override void Send(SendOrPostCallback d, object? state) => d(state);

    public override SynchronizationContext CreateCopy() => this;

    /// <summary>Starts code in the simulation and lets it run as far as it gets.</summary>
    public Task Start(Func<Task> body)
    {
        var task = Inside(body);
        Settle();
        return task;
    }

    /// <summary>Runs code that ends without the clock moving.</summary>
    public T Run<T>(Func<Task<T>> body)
    {
        var task = Inside(body);
        Settle();
        Assert.True(task.IsCompleted, "the code waits for something that does not happen without the clock moving");
        return task.GetAwaiter().GetResult();
    }

    public void Run(Func<Task> body) => Run(async () =>
    {
        await body();
        return true;
    });

    /// <summary>Lets everything run until all wait.</summary>
    public void Settle() => Inside(() =>
    {
        for (var steps = 0; ; steps++)
        {
            Assert.True(steps < 1_000_000, "the simulation does not come to rest: something spins");
            (SendOrPostCallback Callback, object? State) next;
            lock (_gate)
            {
                if (!_posted.TryDequeue(out next)) return true;
            }
            next.Callback(next.State);
        }
    });

    /// <summary>Moves the clock in steps, and lets everything run after each.</summary>
    public void Advance(TimeSpan by, TimeSpan? step = null)
    {
        var left = by;
        var stride = step ?? TimeSpan.FromSeconds(1);
        Settle();
        while (left > TimeSpan.Zero)
        {
            var next = left < stride ? left : stride;
            Inside(() =>
            {
                Time.Advance(next);
                return true;
            });
            Settle();
            left -= next;
        }
    }

    private T Inside<T>(Func<T> body)
    {
        var outside = Current;
        SetSynchronizationContext(this);
        try
        {
            return body();
        }
        finally
        {
            SetSynchronizationContext(outside);
        }
    }
}
