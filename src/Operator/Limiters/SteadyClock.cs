namespace Operator.Limiters;

/// <summary>A moment by two clocks.</summary>
/// <param name="Wall">What people and other machines call it. The clock on the wall may jump.</param>
/// <param name="Steady">For everything that lasts, such as leases: it goes forward as fast as time passes, and never jumps.</param>
internal readonly record struct Moment(DateTimeOffset Wall, DateTimeOffset Steady)
{
    /// <summary>What the wall calls a moment of the steady clock.</summary>
    public DateTimeOffset OnWall(DateTimeOffset steady) => Wall + (steady - Steady);
}

/// <summary>
/// Tells the time to whoever shares quotas. A clock that is set forward by a minute must not expire leases that limiters still use, and
/// one that is set back must not freeze a group for an hour.
/// </summary>
internal sealed class SteadyClock(TimeProvider time)
{
    private readonly DateTimeOffset _start = time.GetUtcNow();
    private readonly long _since = time.GetTimestamp();

    /// <summary>The moment.</summary>
    public Moment Now => new(time.GetUtcNow(), _start + time.GetElapsedTime(_since));
}
