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
    /// The transition count of the Lease under this process's leadership: it grows with every new leader, so whoever is told by two
    /// leaders believes the higher one. Null while this process does not lead.
    /// </summary>
    long? Epoch { get; }

    /// <summary>Cancelled when this process, having led, must not write any more.</summary>
    CancellationToken LeadershipLost { get; }
}
