namespace Operator.Runtime.LeaderElection;

/// <summary>A lease as it was read: its record, and the version that a write must still find.</summary>
/// <param name="Record">What it says about leadership.</param>
/// <param name="Source">The stored object, for the lock alone.</param>
/// <param name="CreatedAt">When the API server created it, by its clock; null when it does not say.</param>
internal sealed record LeaseVersion(LeaderElectionRecord Record, object Source, DateTimeOffset? CreatedAt)
{
    /// <summary>
    /// The epoch of its holder. Transitions alone would begin at zero again when somebody deletes the lease; they are rarer than one a
    /// second, so a lease that was created later is always ahead.
    /// </summary>
    public long Epoch => (CreatedAt?.ToUnixTimeSeconds() ?? 0) + Record.LeaseTransitions;
}

/// <summary>The one shared object that candidates compete for, with writes that fail when somebody else wrote first.</summary>
internal interface ILeaseLock
{
    /// <summary>The lease's namespace and name, for people to read.</summary>
    string Description { get; }

    /// <summary>Reads the lease; null when there is none.</summary>
    Task<LeaseVersion?> ReadAsync(CancellationToken cancellationToken);

    /// <summary>Creates the lease.</summary>
    /// <exception cref="Kubernetes.KubernetesException">It exists already (409), among others.</exception>
    Task<LeaseVersion> CreateAsync(LeaderElectionRecord record, CancellationToken cancellationToken);

    /// <summary>Replaces the record of the lease, keeping all else of it.</summary>
    /// <exception cref="Kubernetes.KubernetesException">Somebody wrote since <paramref name="previous"/> (409), among others.</exception>
    Task<LeaseVersion> UpdateAsync(LeaseVersion previous, LeaderElectionRecord record, CancellationToken cancellationToken);

    /// <summary>Follows the lease from now on; null stands for its deletion. Ends when the server closes the watch.</summary>
    IAsyncEnumerable<LeaseVersion?> WatchAsync(CancellationToken cancellationToken);
}
