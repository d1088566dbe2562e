using Microsoft.Extensions.Logging.Abstractions;
using Operator.LocalCluster.Controllers;
using Operator.Testing;

namespace Operator.LocalCluster.Tests.Controllers;

public class ReconcileLoopTests
{
    [Fact]
    public async Task A_key_added_while_it_is_worked_on_runs_once_more_and_never_twice_at_a_time()
    {
        var entered = new SemaphoreSlim(0);
        var leave = new SemaphoreSlim(0);
        int runs = 0, parallel = 0, worst = 0;
        var loop = new ReconcileLoop<string>("test", async (_, stop) =>
        {
            worst = Math.Max(worst, Interlocked.Increment(ref parallel));
            Interlocked.Increment(ref runs);
            entered.Release();
            try
            {
                await leave.WaitAsync(stop);
            }
            finally
            {
                Interlocked.Decrement(ref parallel);
            }
            return null;
        }, TimeProvider.System, NullLogger.Instance);
        using var stop = new CancellationTokenSource();
        var running = loop.RunAsync(3, stop.Token);
        loop.Add("a");
        await entered.WaitAsync();
        loop.Add("a");
        loop.Add("a");
        leave.Release();
        await entered.WaitAsync();
        await stop.CancelAsync();
        await running;
        Assert.Equal((2, 1), (runs, worst));
    }

    [Fact]
    public async Task A_failure_is_tried_again_after_growing_pauses()
    {
        var time = new ManualTimeProvider();
        var calls = new SemaphoreSlim(0);
        var count = 0;
        var loop = new ReconcileLoop<string>("test", (_, _) =>
        {
            calls.Release();
            return ++count < 3 ? throw new InvalidOperationException("not yet") : Task.FromResult<TimeSpan?>(null);
        }, time, NullLogger.Instance);
        using var stop = new CancellationTokenSource();
        var running = loop.RunAsync(1, stop.Token);
        loop.Add("a");
        await calls.WaitAsync();
        foreach (var milliseconds in (int[])[5, 10])
        {
            while (time.PendingTimers == 0)
                await Task.Yield();
            time.Advance(TimeSpan.FromMilliseconds(milliseconds - 1));
            Assert.Equal(0, calls.CurrentCount);
            time.Advance(TimeSpan.FromMilliseconds(1));
            await calls.WaitAsync();
        }
        await stop.CancelAsync();
        await running;
        Assert.Equal(3, count);
    }
}
