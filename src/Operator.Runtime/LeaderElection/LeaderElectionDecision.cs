namespace Operator.Runtime.LeaderElection;

/// <summary>What a candidate or leader does next.</summary>
internal enum LeaderElectionAction
{
    /// <summary>Create the lease and lead.</summary>
    Create,

    /// <summary>Take the lease over and lead: one more transition.</summary>
    Acquire,

    /// <summary>Renew the lease that is held already.</summary>
    Renew,

    /// <summary>Somebody else leads: look again later.</summary>
    Wait,

    /// <summary>This process led and does not any more: stop acting.</summary>
    Lost,
}

/// <summary>A decision and, where it leads to a write, the record to write.</summary>
/// <param name="Action">What to do.</param>
/// <param name="Record">The record to write; null for <see cref="LeaderElectionAction.Wait"/> and <see cref="LeaderElectionAction.Lost"/>.</param>
/// <param name="WaitUntil">For <see cref="LeaderElectionAction.Wait"/>: when the holder's time is over unless it renews.</param>
internal sealed record LeaderElectionDecision(LeaderElectionAction Action, LeaderElectionRecord? Record = null, TimeSpan? WaitUntil = null)
{
    /// <summary>Decides what to do about a lease.</summary>
    /// <param name="observation">What was seen of it.</param>
    /// <param name="leading">Whether this process leads already.</param>
    /// <param name="now">The monotonic time of the observation.</param>
    /// <param name="wallClock">The time to write into the record.</param>
    /// <param name="identity">The name of this candidate.</param>
    /// <param name="leaseDuration">The duration to write, and to assume for records without one.</param>
    public static LeaderElectionDecision Decide(
        LeaseObservation observation, bool leading, TimeSpan now, DateTimeOffset wallClock, string identity, TimeSpan leaseDuration)
    {
        var time = WholeMicroseconds(wallClock);
        var mine = new LeaderElectionRecord(identity, (int)leaseDuration.TotalSeconds, time, time, 0);
        if (observation.Record is not { } seen) return new LeaderElectionDecision(LeaderElectionAction.Create, mine);

        if (seen.HolderIdentity == identity)
        {
            var renewed = mine with { AcquireTime = seen.AcquireTime ?? time, LeaseTransitions = seen.LeaseTransitions };
            return observation.Exists
                ? new LeaderElectionDecision(LeaderElectionAction.Renew, renewed)
                : new LeaderElectionDecision(LeaderElectionAction.Create, renewed);
        }

        if (leading && observation.Exists && seen.IsHeld) return new LeaderElectionDecision(LeaderElectionAction.Lost);

        // Also when the lease was deleted: its holder writes until its own deadline.
        if (observation.ExpiresAt(leaseDuration) is { } expiry && now < expiry)
            return new LeaderElectionDecision(LeaderElectionAction.Wait, WaitUntil: expiry);

        var taken = mine with { LeaseTransitions = seen.LeaseTransitions + 1 };
        return new LeaderElectionDecision(observation.Exists ? LeaderElectionAction.Acquire : LeaderElectionAction.Create, taken);
    }

    /// <summary>The record that gives the lease back: no holder, and one second so that nobody waits for it.</summary>
    public static LeaderElectionRecord Release(LeaderElectionRecord held, DateTimeOffset wallClock)
    {
        var time = WholeMicroseconds(wallClock);
        return new LeaderElectionRecord("", 1, time, time, held.LeaseTransitions);
    }

    /// <summary>The wire has six fractional digits: a record with more would not equal itself when read back.</summary>
    private static DateTimeOffset WholeMicroseconds(DateTimeOffset time)
    {
        var utc = time.ToUniversalTime();
        return utc.AddTicks(-(utc.Ticks % TimeSpan.TicksPerMicrosecond));
    }
}
