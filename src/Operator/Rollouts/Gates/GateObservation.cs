namespace Operator.Rollouts.Gates;

/// <summary>What was measured for one gate in one window: cumulative counts of canary and stable over the same time.</summary>
/// <param name="Elapsed">Time since the step's hold started.</param>
/// <param name="CanaryWeight">Declared share of traffic of the canary in this window, 0 to 1. It tunes the test; a wrong value costs requests, not validity.</param>
/// <param name="Measured">The counts.</param>
public sealed record GateObservation(TimeSpan Elapsed, double CanaryWeight, MeasuredMetric Measured);

/// <summary>Counts of canary and stable of one kind.</summary>
public abstract record MeasuredMetric
{
    private protected MeasuredMetric()
    {
    }

    /// <summary>Requests of the canary.</summary>
    public abstract long CanaryRequests { get; }

    /// <summary>Requests of stable.</summary>
    public abstract long StableRequests { get; }
}

/// <summary>Counts for a rate.</summary>
/// <param name="Canary">Counts of the canary.</param>
/// <param name="Stable">Counts of stable.</param>
public sealed record MeasuredRate(RateCounts Canary, RateCounts Stable) : MeasuredMetric
{
    /// <inheritdoc/>
    public override long CanaryRequests => Canary.Trials;

    /// <inheritdoc/>
    public override long StableRequests => Stable.Trials;
}

/// <summary>Sums for a bounded mean.</summary>
/// <param name="Canary">Sums of the canary.</param>
/// <param name="Stable">Sums of stable.</param>
/// <param name="Cap">The value that each request was clipped at, above 0. It must not change within a window.</param>
public sealed record MeasuredMean(MeanCounts Canary, MeanCounts Stable, double Cap) : MeasuredMetric
{
    /// <inheritdoc/>
    public override long CanaryRequests => Canary.Count;

    /// <inheritdoc/>
    public override long StableRequests => Stable.Count;
}

/// <summary>Histograms for a quantile.</summary>
/// <param name="Canary">Histogram of the canary.</param>
/// <param name="Stable">Histogram of stable, with the same edges.</param>
public sealed record MeasuredLatency(LatencyHistogram Canary, LatencyHistogram Stable) : MeasuredMetric
{
    /// <inheritdoc/>
    public override long CanaryRequests => Canary.Total;

    /// <inheritdoc/>
    public override long StableRequests => Stable.Total;
}
