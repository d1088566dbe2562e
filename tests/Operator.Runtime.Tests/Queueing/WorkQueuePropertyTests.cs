using System.Collections.Concurrent;
using FsCheck;
using FsCheck.Fluent;
using Operator.Runtime.Queueing;
using Operator.Testing;

namespace Operator.Runtime.Tests.Queueing;

public class WorkQueuePropertyTests
{
    /// <summary>Random additions, hand-outs, returns and clock moves against a model of two sets.</summary>
    [Fact]
    public void Every_added_key_is_handed_out_afterwards_and_never_to_two_workers() =>
        Prop.ForAll(ArbMap.Default.ArbFor<int[]>(), operations =>
        {
            var time = new ManualTimeProvider();
            using var queue = new WorkQueue<int>(time);
            var (dirty, processing, delayed) = (new HashSet<int>(), new HashSet<int>(), new Dictionary<int, DateTimeOffset>());
            foreach (var operation in operations)
            {
                var key = (operation >>> 3) % 5;
                switch (operation & 7)
                {
                    case 0 or 1:
                        queue.Add(key, (operation & 64) == 0 ? WorkPriority.Low : WorkPriority.Normal);
                        dirty.Add(key);
                        break;
                    case 2:
                        queue.AddAfter(key, TimeSpan.FromSeconds(1 + key));
                        var due = time.GetUtcNow() + TimeSpan.FromSeconds(1 + key);
                        if (!delayed.TryGetValue(key, out var known) || due < known) delayed[key] = due;
                        break;
                    case 3:
                        time.Advance(TimeSpan.FromSeconds(2));
                        foreach (var (late, _) in delayed.Where(d => d.Value <= time.GetUtcNow()).ToList())
                        {
                            delayed.Remove(late);
                            dirty.Add(late);
                        }
                        break;
                    case 4 or 5:
                        if (dirty.Except(processing).Any())
                        {
                            var got = queue.GetAsync().AsTask().Result!.Value.Key;
                            if (!dirty.Remove(got) || !processing.Add(got)) return false;
                        }
                        break;
                    default:
                        if (processing.Remove(key)) queue.Done(key);
                        break;
                }
                if (queue.Depth != dirty.Count || queue.Processing != processing.Count || queue.Delayed != delayed.Count) return false;
            }
            return true;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500).WithEndSize(200));

    [Fact]
    public async Task Four_workers_lose_nothing_and_never_share_a_key()
    {
        using var queue = new WorkQueue<int>();
        var added = new int[64];
        var seen = new int[64];
        var held = new ConcurrentDictionary<int, bool>();
        var shared = 0;
        var workers = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            while (await queue.GetAsync() is { } item)
            {
                if (!held.TryAdd(item.Key, true)) Interlocked.Increment(ref shared);
                // What was added before the hand-out is seen by this work.
                Volatile.Write(ref seen[item.Key], Volatile.Read(ref added[item.Key]));
                held.TryRemove(item.Key, out var _);
                queue.Done(item.Key);
            }
        })).ToArray();
        var adders = Enumerable.Range(0, 2).Select(seed => Task.Run(() =>
        {
            var random = new Random(seed);
            for (var i = 0; i < 50_000; i++)
            {
                var key = random.Next(64);
                Interlocked.Increment(ref added[key]);
                queue.Add(key, random.Next(2) == 0 ? WorkPriority.Low : WorkPriority.Normal);
            }
        }));
        await Task.WhenAll(adders);
        Assert.True(SpinWait.SpinUntil(() => queue.Depth == 0 && queue.Processing == 0, TimeSpan.FromSeconds(60)));
        await queue.ShutDownAsync();
        await Task.WhenAll(workers);
        Assert.Equal(0, shared);
        Assert.Equal(added, seen);
    }
}
