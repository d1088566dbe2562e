using System.Collections.Concurrent;

namespace Operator.Runtime.Queueing;

/// <summary>Counts the failures of each key in a row: <c>5 ms · 2ⁿ</c>, at most 1000 s.</summary>
internal sealed class ItemBackoff<TKey>(TimeSpan? first = null, TimeSpan? longest = null)
    where TKey : notnull
{
    private readonly ConcurrentDictionary<TKey, int> _failures = new();

    /// <summary>The upper bound of a delay.</summary>
    public TimeSpan Longest { get; } = longest ?? TimeSpan.FromSeconds(1000);

    /// <summary>Counts one more failure.</summary>
    /// <returns>How long to wait before the next try.</returns>
    public TimeSpan Next(TKey key) => Delay(_failures.AddOrUpdate(key, 1, (_, n) => n == int.MaxValue ? n : n + 1) - 1);

    /// <summary>Forgets the failures of a key.</summary>
    public void Forget(TKey key) => _failures.TryRemove(key, out _);

    /// <summary>How often a key has failed in a row.</summary>
    public int Failures(TKey key) => _failures.GetValueOrDefault(key);

    /// <summary>The delay after <paramref name="failures"/> earlier ones.</summary>
    public TimeSpan Delay(int failures)
    {
        var delay = (first ?? TimeSpan.FromMilliseconds(5)).TotalSeconds * Math.Pow(2, Math.Min(failures, 62));
        return delay >= Longest.TotalSeconds ? Longest : TimeSpan.FromSeconds(delay);
    }
}
