namespace Operator.Runtime.LeaderElection;

/// <summary>
/// What one candidate has seen of a lease, and when by its own monotonic clock. A holder is alive as long as its record changes
/// in front of the observer; remote clocks play no part.
/// </summary>
/// <param name="Exists">Whether the lease existed when last read.</param>
/// <param name="Record">The last record seen; it stays when the lease vanishes. Null when none was ever seen.</param>
/// <param name="ObservedAt">When <paramref name="Record"/> was first seen in this form, or was first missed.</param>
internal sealed record LeaseObservation(bool Exists, LeaderElectionRecord? Record, TimeSpan ObservedAt)
{
    /// <summary>Nothing was seen yet.</summary>
    public static LeaseObservation None { get; } = new(false, null, TimeSpan.Zero);

    /// <summary>The observation after one more look.</summary>
    /// <param name="seen">The record read; null when there is no lease.</param>
    /// <param name="now">The observer's monotonic time.</param>
    public LeaseObservation See(LeaderElectionRecord? seen, TimeSpan now)
    {
        // Somebody unseen may have taken the lease before it vanished, and may write until its own deadline: count from here.
        if (seen is null) return Exists ? this with { Exists = false, ObservedAt = now } : this;
        // An unchanged record is no sign of life, however often and from however fresh a read it is seen.
        return seen == Record ? this with { Exists = true } : new LeaseObservation(true, seen, now);
    }

    /// <summary>When the time of whoever may be leading is over; null when there is nobody to wait for.</summary>
    /// <param name="fallback">The duration for records that give none.</param>
    public TimeSpan? ExpiresAt(TimeSpan fallback)
    {
        if (Record is null || (Exists && !Record.IsHeld)) return null;
        var given = Record.IsHeld && Record.LeaseDurationSeconds > 0;
        return ObservedAt + (given ? TimeSpan.FromSeconds(Record.LeaseDurationSeconds) : fallback);
    }
}
