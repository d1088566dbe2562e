namespace Operator.Runtime.LeaderElection;

/// <summary>What a Lease says about leadership. The times are the holder's own clock: nobody else may compare them with theirs.</summary>
/// <param name="HolderIdentity">Who leads; empty when nobody does.</param>
/// <param name="LeaseDurationSeconds">How long the holder may be silent before others take over; zero when not given.</param>
/// <param name="AcquireTime">When the holder took the lease.</param>
/// <param name="RenewTime">When the holder last renewed it.</param>
/// <param name="LeaseTransitions">How often the holder has changed since the lease was created.</param>
internal sealed record LeaderElectionRecord(
    string HolderIdentity, int LeaseDurationSeconds, DateTimeOffset? AcquireTime, DateTimeOffset? RenewTime, int LeaseTransitions)
{
    /// <summary>Whether anybody holds the lease.</summary>
    public bool IsHeld => HolderIdentity.Length > 0;
}
