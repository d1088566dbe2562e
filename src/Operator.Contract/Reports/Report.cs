namespace Operator.Contract;

/// <summary>What a limiter tells the operator, about once a second.</summary>
public sealed record Report
{
    /// <summary>This start of the limiter: 32 hex digits, new at every start. Counts below are cumulative since it.</summary>
    public required string Instance { get; init; }

    /// <summary>The pod's namespace.</summary>
    public required string Namespace { get; init; }

    /// <summary>The pod's name.</summary>
    public required string Pod { get; init; }

    /// <summary>Rises by one with every report of an instance: an older one that arrives late is ignored.</summary>
    public required long Sequence { get; init; }

    /// <summary>The configuration that the limiter applies.</summary>
    public IReadOnlyList<AppliedConfiguration> Applied { get; init; } = [];

    /// <summary>What it would use if nothing held it back.</summary>
    public IReadOnlyList<Demand> Demand { get; init; } = [];

    /// <summary>The leases that it holds.</summary>
    public IReadOnlyList<HeldLease> Leases { get; init; } = [];

    /// <summary>What it measured, a revision.</summary>
    public IReadOnlyList<RevisionMeasurement> Measurements { get; init; } = [];

    /// <summary>Money spent and not yet acknowledged.</summary>
    public IReadOnlyList<SpendDelta> Spend { get; init; } = [];

    /// <summary>What the API's answers said of its limits since the last report.</summary>
    public IReadOnlyList<UpstreamSignal> Signals { get; init; } = [];

    /// <summary>
    /// Whether the report only confirms what is applied, between two whole ones: all else is as it was told, and its lists are empty. Only
    /// for an operator that said that it knows the limiter (<see cref="ReportAnswer.Known"/>); it is answered without leases.
    /// </summary>
    public bool Brief { get; init; }

    /// <summary>Whether the limiter ends: it admits nothing any more, so its leases are free.</summary>
    public bool Ends { get; init; }
}

/// <summary>The configuration of one deployment that a limiter applies, or why it refused a newer one.</summary>
public sealed record AppliedConfiguration
{
    /// <summary>The most characters of <see cref="RefusedBecause"/>.</summary>
    public const int LongestReason = 512;

    /// <summary>The deployment, as <c>namespace/name</c>.</summary>
    public required string Deployment { get; init; }

    /// <summary>The generation in force.</summary>
    public required long Generation { get; init; }

    /// <summary>The canary's share that is in force, in hundredths of a percent.</summary>
    public required int CanaryWeight { get; init; }

    /// <summary>The generation that was refused; null when none was.</summary>
    public long? RefusedGeneration { get; init; }

    /// <summary>Why it was refused, with the path of the field; at most <see cref="LongestReason"/> characters.</summary>
    public string? RefusedBecause { get; init; }
}

/// <summary>What a limiter would use of one model group.</summary>
public sealed record Demand
{
    /// <summary>The quota, as <c>namespace/name</c>.</summary>
    public required string Quota { get; init; }

    /// <summary>The model group.</summary>
    public required string Group { get; init; }

    /// <summary>Rate a second of what was offered, admitted or not, smoothed over some seconds.</summary>
    public required Amounts Offered { get; init; }

    /// <summary>What waits in the lanes.</summary>
    public required Amounts Backlog { get; init; }

    /// <summary>Rate a second of what was really used.</summary>
    public required Amounts Used { get; init; }

    /// <summary>
    /// What was taken from the buckets since the limiter's start: at admission by the estimate, corrected by what was used. It tells,
    /// without the lag of an average, what the provider must have seen. Null where the limiter does not tell.
    /// </summary>
    public Amounts? Debited { get; init; }

    /// <summary>What a single waiting request needs beyond the lease at once: a top-up; null for none.</summary>
    public Amounts? TopUp { get; init; }

    /// <summary>
    /// What the lease paid into the buckets and they could not hold, cumulative since the limiter's start, with what a smaller bucket
    /// pushed out: the operator lends it to others. Null for nothing.
    /// </summary>
    public Amounts? Overflow { get; init; }

    /// <summary>Age of the oldest waiting request.</summary>
    public TimeSpan OldestWait { get; init; }
}

/// <summary>A lease that a limiter holds.</summary>
/// <param name="Quota">The quota, as <c>namespace/name</c>.</param>
/// <param name="Group">The model group.</param>
/// <param name="Epoch">Its epoch.</param>
/// <param name="Sequence">Its sequence: acknowledges it.</param>
public sealed record HeldLease(string Quota, string Group, long Epoch, long Sequence)
{
    /// <summary>
    /// Its rate and bucket in force: the grant while it is fresh, after that the fallback. A new leader learns from it what is handed
    /// out. Null where the limiter does not tell.
    /// </summary>
    public Share? Grant { get; init; }

    /// <summary>Its fallback; null where the limiter does not tell.</summary>
    public Share? Fallback { get; init; }
}

/// <summary>Cumulative measurements of one revision since the limiter's start.</summary>
public sealed record RevisionMeasurement
{
    /// <summary>The deployment, as <c>namespace/name</c>.</summary>
    public required string Deployment { get; init; }

    /// <summary>The revision.</summary>
    public required string Revision { get; init; }

    /// <summary>Requests that ended, whatever their outcome, without those that the API's 429 and 529 ended.</summary>
    public required long Requests { get; init; }

    /// <summary>Requests that failed by the revision's fault.</summary>
    public required long Errors { get; init; }

    /// <summary>Requests that the API's limits or overload ended: throttling, not errors.</summary>
    public required long Throttled { get; init; }

    /// <summary>Answers cut at the token limit.</summary>
    public required long Truncations { get; init; }

    /// <summary>Answers that the model refused.</summary>
    public required long Refusals { get; init; }

    /// <summary>Uncached input tokens.</summary>
    public required long InputTokens { get; init; }

    /// <summary>Tokens written to the cache.</summary>
    public required long CacheWriteTokens { get; init; }

    /// <summary>Tokens read from the cache.</summary>
    public required long CacheReadTokens { get; init; }

    /// <summary>Sum over requests of the share of their input tokens that was read from the cache, each 0 to 1.</summary>
    public required double CachedShare { get; init; }

    /// <summary>Sum of the squares of those shares.</summary>
    public required double CachedShareSquared { get; init; }

    /// <summary>Output tokens.</summary>
    public required long OutputTokens { get; init; }

    /// <summary>Sum of the squares of the requests' output tokens, each cut at 1 000 000.</summary>
    public required double OutputTokensSquared { get; init; }

    /// <summary>Cost in nanodollars.</summary>
    public required long Cost { get; init; }

    /// <summary>Sum of the squares of the requests' costs in dollars, each cut at the configuration's cap.</summary>
    public required double CostSquared { get; init; }

    /// <summary>Time from the request's arrival to the end of the answer.</summary>
    public required LatencyHistogram Latency { get; init; }

    /// <summary>Time from the request's arrival to the first token.</summary>
    public required LatencyHistogram FirstToken { get; init; }

    /// <summary>Requests above each of the configuration's latency bounds, in their order.</summary>
    public IReadOnlyList<long> AboveLatencyBounds { get; init; } = [];

    /// <summary>Requests above each of the configuration's first-token bounds, in their order.</summary>
    public IReadOnlyList<long> AboveFirstTokenBounds { get; init; } = [];
}

/// <summary>Money spent between two checkpoints.</summary>
/// <param name="Quota">The quota, as <c>namespace/name</c>.</param>
/// <param name="Sequence">Rises by one with every delta of an instance: the operator acknowledges it and counts it once.</param>
/// <param name="Amount">Nanodollars.</param>
/// <param name="Day">The UTC day on which it was spent, as <c>2026-11-20</c>.</param>
public sealed record SpendDelta(string Quota, long Sequence, long Amount, string Day);
