using System.Collections.Concurrent;
using Operator.MockClaude.Accounts;

namespace Operator.MockClaude.Limits;

/// <summary>The request limits of the endpoints that do not draw on the Messages limits: token counting and batches.</summary>
internal sealed class EndpointLimits(MockClaudeOptions options)
{
    private readonly ConcurrentDictionary<(string Organization, bool Batches), TokenBucket> _buckets = new();
    private readonly long _start = options.Time.GetTimestamp();

    /// <summary>Requests to count_tokens in a minute.</summary>
    public static long CountTokens(MockTier tier) => tier switch { MockTier.Start => 2_000, MockTier.Build => 4_000, _ => 8_000 };

    /// <summary>Requests to the batch endpoints in a minute.</summary>
    public static long Batches(MockTier tier) => tier switch { MockTier.Start => 1_000, MockTier.Build => 2_000, _ => 4_000 };

    /// <summary>Requests that may wait inside batches.</summary>
    public static int BatchQueue(MockTier tier) => tier switch { MockTier.Start => 200_000, MockTier.Build => 300_000, _ => 500_000 };

    /// <summary>Takes one request, or says why not.</summary>
    public LimitHit? Take(MockOrganization organization, bool batches)
    {
        if (!options.EnforceLimits) return null;
        var now = options.Time.GetElapsedTime(_start).TotalSeconds;
        var bucket = _buckets.GetOrAdd((organization.Id, batches), _ =>
            new TokenBucket(batches ? Batches(organization.Tier) : CountTokens(organization.Tier), options.BurstSeconds, now));
        lock (bucket)
        {
            bucket.Refill(now);
            if (bucket.Level + 1e-6 < 1) return new LimitHit("organization", bucket.PerMinute, "requests", bucket.RetryAfter(1));
            bucket.Take(1);
            return null;
        }
    }
}
