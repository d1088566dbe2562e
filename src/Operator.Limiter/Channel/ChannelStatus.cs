namespace Operator.Limiter.Channel;

/// <summary>How the channel to the operator does, for metrics. Safe for several threads.</summary>
internal sealed class ChannelStatus(TimeProvider time)
{
    private long _answered;
    private long _failed;
    private long _followers;
    private long _refusedLeases;
    private long _contact = long.MinValue;

    /// <summary>Reports that were answered.</summary>
    public long Answered => Interlocked.Read(ref _answered);

    /// <summary>Reports without a usable answer.</summary>
    public long Failed => Interlocked.Read(ref _failed);

    /// <summary>Replicas that were met and did not lead.</summary>
    public long Followers => Interlocked.Read(ref _followers);

    /// <summary>Leases that were not taken, such as those of a leader before.</summary>
    public long RefusedLeases => Interlocked.Read(ref _refusedLeases);

    /// <summary>Whether the configuration stream is open.</summary>
    public bool Streaming { get; set; }

    /// <summary>Time since the last answer; null before the first.</summary>
    public TimeSpan? SinceContact => Interlocked.Read(ref _contact) is var at && at == long.MinValue ? null : time.GetElapsedTime(at);

    public void Answer()
    {
        Interlocked.Increment(ref _answered);
        Interlocked.Exchange(ref _contact, time.GetTimestamp());
    }

    public void Fail() => Interlocked.Increment(ref _failed);

    public void Follower() => Interlocked.Increment(ref _followers);

    public void RefuseLease() => Interlocked.Increment(ref _refusedLeases);
}
