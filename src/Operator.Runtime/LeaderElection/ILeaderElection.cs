using Operator.Runtime.Hosting;

namespace Operator.Runtime.LeaderElection;

/// <summary>The election that this process takes part in.</summary>
public interface ILeaderElection : ILeadership
{
    /// <summary>The name of this candidate in the Lease.</summary>
    string Identity { get; }

    /// <summary>The holder last seen; empty when nobody holds the lease, or none was seen yet.</summary>
    string LeaderIdentity { get; }

    /// <summary>
    /// Grows with every new leader, so whoever is told by two leaders believes the higher one: the Lease's transition count under this
    /// process's leadership, counted on from the second in which the API server created the Lease. So it grows, too, when the Lease was
    /// deleted and the count began at zero again. Stays the same as long as this process leads; null while it does not.
    /// </summary>
    long? Epoch { get; }

    /// <summary>Whether this process leads and the Lease tells of no leader before it.</summary>
    bool IsFirst { get; }

    /// <summary>Cancelled when this process, having led, must not write any more.</summary>
    CancellationToken LeadershipLost { get; }
}
