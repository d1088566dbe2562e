namespace Operator.Contract;

/// <summary>
/// What one limiter may use of one model group of one quota. A lease never speaks of the whole: the operator keeps the sum of all
/// leases within the capacity.
/// </summary>
public sealed record Lease
{
    /// <summary>The quota, as <c>namespace/name</c>.</summary>
    public required string Quota { get; init; }

    /// <summary>The model group.</summary>
    public required string Group { get; init; }

    /// <summary>The transition count of the leader's lease: a limiter refuses a lower one than it has seen.</summary>
    public required long Epoch { get; init; }

    /// <summary>Rises with every lease of an epoch to a limiter: a limiter refuses a lower one.</summary>
    public required long Sequence { get; init; }

    /// <summary>Rate a second and bucket, while the lease is fresh.</summary>
    public required Share Grant { get; init; }

    /// <summary>Rate and bucket after twice <see cref="Ttl"/> without contact; before, the smaller of the two.</summary>
    public required Share Fallback { get; init; }

    /// <summary>
    /// Paid into the bucket once, beyond what it holds, by the limiter that accepts this sequence: the answer to a top-up. Null for
    /// nothing.
    /// </summary>
    public Amounts? TopUp { get; init; }

    /// <summary>
    /// How long the lease is fresh, from its arrival. An answer that took longer than five seconds is thrown away, so that nobody
    /// holds a lease for longer than the operator counts on.
    /// </summary>
    public required TimeSpan Ttl { get; init; }

    /// <summary>Nothing may be sent to the group before this moment; null while it is open.</summary>
    public DateTimeOffset? FrozenUntil { get; init; }

    /// <summary>Why the group is frozen, in a sentence; null while it is open.</summary>
    public string? FrozenBecause { get; init; }
}
