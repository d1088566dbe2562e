using Operator.Contract;

namespace Operator.Tests.Rollouts.Cluster;

/// <summary>A limiter that a test plays: it applies what it is given and counts as it is told.</summary>
internal sealed class PlayedLimiter(string @namespace = RolloutCluster.Namespace, string deployment = "triage")
{
    private readonly Dictionary<string, Counts> _counts = [];
    private long _sequence;

    public string Instance { get; } = Guid.NewGuid().ToString("N");

    public DeploymentConfiguration? Applied { get; private set; }

    public void Apply(DeploymentConfiguration? configuration)
    {
        if (configuration is not null && configuration.Generation > (Applied?.Generation ?? -1)) Applied = configuration;
    }

    /// <summary>Counts requests of a revision.</summary>
    public void Serve(string revision, int requests, int errors = 0, double seconds = 1)
    {
        if (!_counts.TryGetValue(revision, out var counts)) _counts.Add(revision, counts = new Counts());
        counts.Requests += requests;
        counts.Errors += errors;
        counts.Latency[LatencyHistogram.BucketOf(TimeSpan.FromSeconds(seconds))] += requests;
    }

    /// <summary>Counts requests as the configuration splits them.</summary>
    public void Serve(int requests, int canaryErrors = 0, double canarySeconds = 1)
    {
        var canary = Applied is { Canary: not null } ? requests * Applied.CanaryWeight / 10_000 : 0;
        if (Applied?.Stable is { } stable) Serve(stable.Revision, requests - canary);
        if (Applied?.Canary is { } revision) Serve(revision.Revision, canary, Math.Min(canary, canaryErrors), canarySeconds);
    }

    public Report Report() => new()
    {
        Instance = Instance,
        Namespace = @namespace,
        Pod = "app-" + Instance[..5],
        Sequence = ++_sequence,
        Applied = Applied is null
            ? []
            : [new AppliedConfiguration { Deployment = $"{@namespace}/{deployment}", Generation = Applied.Generation, CanaryWeight = Applied.CanaryWeight }],
        Measurements =
        [
            .. _counts.Select(c => new RevisionMeasurement
            {
                Deployment = $"{@namespace}/{deployment}",
                Revision = c.Key,
                Requests = c.Value.Requests,
                Errors = c.Value.Errors,
                Throttled = 0,
                Truncations = 0,
                Refusals = 0,
                InputTokens = c.Value.Requests * 100,
                CacheWriteTokens = 0,
                CacheReadTokens = c.Value.Requests * 100,
                CachedShare = c.Value.Requests * 0.5,
                CachedShareSquared = c.Value.Requests * 0.25,
                OutputTokens = c.Value.Requests * 50,
                OutputTokensSquared = c.Value.Requests * 2500.0,
                Cost = c.Value.Requests * 1_000_000,
                CostSquared = c.Value.Requests * 1e-6,
                Latency = new LatencyHistogram { Counts = [.. c.Value.Latency] },
                FirstToken = new LatencyHistogram { Counts = [.. c.Value.Latency] },
            }),
        ],
    };

    private sealed class Counts
    {
        public long Requests { get; set; }

        public long Errors { get; set; }

        public long[] Latency { get; } = new long[LatencyHistogram.BucketCount];
    }
}
