namespace Operator.Quotas.Allocation;

/// <summary>The figures of the allocation.</summary>
internal sealed record AllocationOptions
{
    /// <summary>The part of an organization's limit that is never handed out. 0 to below 1.</summary>
    public double Safety { get; init; } = 0.03;

    /// <summary>The part of the capacity that is never leased: top-ups are paid from it. Above 0, below 1.</summary>
    public double Residual { get; init; } = 0.03;

    /// <summary>
    /// The part of the capacity that is not even paid in top-ups: output is produced after it was admitted, so what is under way makes
    /// a minute's count swing around what was admitted in it, most of all while a fleet learns how long its answers are.
    /// </summary>
    public double Slack { get; init; } = 0.01;

    /// <summary>
    /// The part of the capacity that limiters without any lease use by their boot shares; fallbacks add up to the rest. Both sums
    /// together stay within the capacity when no operator answers at all.
    /// </summary>
    public double BootReserve { get; init; } = 0.05;

    /// <summary>What the buckets of leases hold, in seconds of their rate.</summary>
    public double BurstSeconds { get; init; } = 1;

    /// <summary>
    /// What the buckets of fallbacks and boot shares hold, in seconds of their rate: more, because all of them together use less than
    /// the capacity, and nobody is there who could lend.
    /// </summary>
    public double FallbackBurstSeconds { get; init; } = 3.7;

    /// <summary>What the operator's own bucket for top-ups holds, in seconds of the capacity.</summary>
    public double ResidualSeconds { get; init; } = 0.5;

    /// <summary>
    /// How many times as much the buckets of a fresh lease hold at a limiter that heard nothing for <see cref="Alone"/>: what it does not
    /// use reaches nobody else then.
    /// </summary>
    public const double AloneBurst = 4;

    /// <summary>After how long without contact a limiter counts itself alone.</summary>
    public TimeSpan Alone { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How long a lease is fresh.</summary>
    public TimeSpan Ttl { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The longest that an answer may be under way: limiters throw older ones away.</summary>
    public TimeSpan Delivery { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a backlog may take to be worked off: it counts as demand by this.</summary>
    public TimeSpan BacklogHorizon { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// By how many standard deviations of its request count a limiter's target may move before its lease moves with it.
    /// </summary>
    public double Chance { get; init; } = 0.75;

    /// <summary>Time constant of the offered rates that fallbacks follow.</summary>
    public TimeSpan FallbackSmoothing { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long a limiter is silent before its fallback counts as in use. Others' leases that were made earlier have ended by then
    /// when it really falls back, which is twice <see cref="Ttl"/> after its last contact.
    /// </summary>
    public TimeSpan SilenceBeforeFallback => Ttl - (2 * Delivery);
}
