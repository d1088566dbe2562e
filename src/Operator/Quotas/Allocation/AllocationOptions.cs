namespace Operator.Quotas.Allocation;

/// <summary>The figures of the allocation.</summary>
internal sealed record AllocationOptions
{
    /// <summary>The part of an organization's limit that is never handed out. 0 to below 1.</summary>
    public double Safety { get; init; } = 0.03;

    /// <summary>The part of the capacity that is never leased: top-ups are paid from it. Above 0, below 1.</summary>
    public double Residual { get; init; } = 0.03;

    /// <summary>
    /// The part of the capacity that limiters without any lease use by their boot shares; fallbacks add up to the rest. Both sums
    /// together stay within the capacity when no operator answers at all.
    /// </summary>
    public double BootReserve { get; init; } = 0.10;

    /// <summary>What the buckets of leases hold, in seconds of their rate.</summary>
    public double BurstSeconds { get; init; } = 0.5;

    /// <summary>What the operator's own bucket for top-ups holds, in seconds of the capacity.</summary>
    public double ResidualSeconds { get; init; } = 0.5;

    /// <summary>How long a lease is fresh.</summary>
    public TimeSpan Ttl { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The longest that an answer may be under way: limiters throw older ones away.</summary>
    public TimeSpan Delivery { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a backlog may take to be worked off: it counts as demand by this.</summary>
    public TimeSpan BacklogHorizon { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The time over which a limiter's own demand is smooth enough to be leased; see <see cref="Caution"/>.</summary>
    public TimeSpan CautionHorizon { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// A limiter whose whole demand is met leaves a lease partly unused when its few requests come unevenly. By this many standard
    /// deviations of its request count its lease stays below its demand; top-ups pay for the rest when it is really needed.
    /// </summary>
    public double Caution { get; init; } = 0.5;

    /// <summary>Time constant of the demand that fallbacks follow.</summary>
    public TimeSpan FallbackSmoothing { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long a limiter is silent before its fallback counts as in use. Others' leases that were made earlier have ended by then
    /// when it really falls back, which is twice <see cref="Ttl"/> after its last contact.
    /// </summary>
    public TimeSpan SilenceBeforeFallback => Ttl - (2 * Delivery);
}
