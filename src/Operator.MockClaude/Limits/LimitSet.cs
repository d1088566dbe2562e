using Operator.MockClaude.Accounts;

namespace Operator.MockClaude.Limits;

/// <summary>The buckets of one owner (an organization or a workspace) for one model group; null where it has no limit.</summary>
internal sealed class LimitSet(string owner)
{
    /// <summary>How messages call the owner.</summary>
    public string Owner => owner;

    /// <summary>Requests.</summary>
    public TokenBucket? Requests { get; private set; }

    /// <summary>Input without cache reads.</summary>
    public TokenBucket? Input { get; private set; }

    /// <summary>Input with cache reads.</summary>
    public TokenBucket? InputWithReads { get; private set; }

    /// <summary>Output.</summary>
    public TokenBucket? Output { get; private set; }

    /// <summary>Sets or changes the limits.</summary>
    public void Apply(WorkspaceLimits limits, double burstSeconds, double now)
    {
        Requests = Changed(Requests, limits.Requests, burstSeconds, now);
        Input = Changed(Input, limits.Input, burstSeconds, now);
        InputWithReads = Changed(InputWithReads, limits.InputWithCacheReads, burstSeconds, now);
        Output = Changed(Output, limits.Output, burstSeconds, now);
    }

    /// <summary>Lets all buckets flow.</summary>
    public void Refill(double now)
    {
        Requests?.Refill(now);
        Input?.Refill(now);
        InputWithReads?.Refill(now);
        Output?.Refill(now);
    }

    /// <summary>Why a request of that size cannot start now: of all limits in the way the one to wait longest for; null when it can.</summary>
    public LimitHit? Check(double input, double inputWithReads) => LimitHit.Longer(
        LimitHit.Longer(Short(Requests, 1, "requests"), Short(Input, input, "input tokens")),
        LimitHit.Longer(Short(InputWithReads, inputWithReads, "input tokens"), Short(Output, 1, "output tokens")));

    /// <summary>Takes what a request needs at its start.</summary>
    public void Take(double requests, double input, double inputWithReads)
    {
        Requests?.Take(requests);
        Input?.Take(input);
        InputWithReads?.Take(inputWithReads);
    }

    // Sums of small inflows may fall short of a whole number by a rounding error.
    private LimitHit? Short(TokenBucket? bucket, double amount, string unit) =>
        bucket is null || bucket.Level + 1e-6 >= amount ? null : new LimitHit(owner, bucket.PerMinute, unit, bucket.RetryAfter(amount));

    private static TokenBucket? Changed(TokenBucket? bucket, long? limit, double burstSeconds, double now)
    {
        if (limit is not { } value) return null;
        if (bucket is null) return new TokenBucket(value, burstSeconds, now);
        bucket.Refill(now);
        bucket.Resize(value, burstSeconds);
        return bucket;
    }
}

/// <summary>The limit that refuses a request.</summary>
internal readonly record struct LimitHit(string Owner, long PerMinute, string Unit, int RetryAfter)
{
    /// <summary>The one to wait longer for.</summary>
    public static LimitHit? Longer(LimitHit? first, LimitHit? second) =>
        first is null || second?.RetryAfter > first.Value.RetryAfter ? second : first;
}
