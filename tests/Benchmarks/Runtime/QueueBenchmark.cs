using System.Diagnostics;
using Operator.Runtime.Queueing;

namespace Benchmarks.Runtime;

/// <summary>How many keys go through the work queue in a second.</summary>
internal static class QueueBenchmark
{
    private const int Workers = 4;
    private const int Keys = 1_000_000;
    private const int Rounds = 3;

    /// <summary>The median of some rounds.</summary>
    public static async Task<double> MeasureAsync()
    {
        var rounds = new List<double>();
        for (var i = 0; i < Rounds; i++) rounds.Add(await RoundAsync());
        rounds.Sort();
        return rounds[Rounds / 2];
    }

    private static async Task<double> RoundAsync()
    {
        using var queue = new WorkQueue<int>();
        var started = Stopwatch.GetTimestamp();
        var workers = Enumerable.Range(0, Workers).Select(_ => Task.Run(() => WorkAsync(queue))).ToArray();
        for (var key = 0; key < Keys; key++) queue.Add(key);
        while (queue.Depth > 0) await Task.Yield();
        await queue.ShutDownAsync();
        var done = (await Task.WhenAll(workers)).Sum();
        if (done != Keys) throw new InvalidOperationException($"{done} of {Keys} keys came out of the queue.");
        return Keys / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static async Task<int> WorkAsync(WorkQueue<int> queue)
    {
        var done = 0;
        while (await queue.GetAsync() is { } item)
        {
            queue.Done(item.Key);
            done++;
        }
        return done;
    }
}
