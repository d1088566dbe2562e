namespace Operator.Runtime.Events;

/// <summary>One token bucket an object, so that one that is always in trouble does not flood the API server.</summary>
/// <param name="burst">The size of a bucket.</param>
/// <param name="refill">The time that one token takes.</param>
internal sealed class EventBudget(int burst, TimeSpan refill)
{
    private readonly Dictionary<ObjectIdentity, (double Tokens, DateTimeOffset At)> _buckets = [];

    /// <summary>How many objects have a bucket that is not full.</summary>
    public int Count => _buckets.Count;

    /// <summary>Takes a token.</summary>
    /// <returns>False when there is none.</returns>
    public bool TryTake(ObjectIdentity about, DateTimeOffset now)
    {
        var tokens = Tokens(_buckets.TryGetValue(about, out var bucket) ? bucket : (burst, now), now);
        var enough = tokens >= 1;
        _buckets[about] = (enough ? tokens - 1 : tokens, now);
        return enough;
    }

    /// <summary>Forgets the buckets that are full again.</summary>
    public void Sweep(DateTimeOffset now)
    {
        foreach (var (about, bucket) in _buckets)
        {
            if (Tokens(bucket, now) >= burst) _buckets.Remove(about);
        }
    }

    private double Tokens((double Tokens, DateTimeOffset At) bucket, DateTimeOffset now) =>
        Math.Min(burst, bucket.Tokens + (Math.Max(0, (now - bucket.At).Ticks) / (double)refill.Ticks));
}
