using Operator.Runtime.Hosting;
using Operator.Runtime.LeaderElection;

namespace Operator.Limiters;

/// <summary>
/// In whose name this process talks to limiters: the epoch of the leader's lease, or, in an operator without election, the second of its
/// start. Both count from the same moment, so that an election can be switched on. Limiters believe the highest.
/// </summary>
internal sealed class LeaderEpoch(ILeadership leadership, TimeProvider time)
{
    private readonly long _started = time.GetUtcNow().ToUnixTimeSeconds();

    /// <summary>The epoch; null while this process does not lead.</summary>
    public long? Current => leadership is ILeaderElection election ? election.Epoch : leadership.IsLeader ? _started : null;

    /// <summary>Whether nobody can have led before.</summary>
    public bool IsFirst => leadership is ILeaderElection { IsFirst: true };
}
