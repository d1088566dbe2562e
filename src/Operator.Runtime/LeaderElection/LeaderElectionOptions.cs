namespace Operator.Runtime.LeaderElection;

/// <summary>How one of several replicas is chosen to act. The defaults are those of Kubernetes' own controllers.</summary>
public sealed class LeaderElectionOptions
{
    /// <summary>The ratio of the longest to the shortest wait between two tries of a candidate.</summary>
    internal const double JitterFactor = 1.2;

    /// <summary>The name of the Lease; the operator's name when null.</summary>
    public string? LeaseName { get; set; }

    /// <summary>The namespace of the Lease; the pod's own when null, and <c>default</c> outside of a cluster.</summary>
    public string? LeaseNamespace { get; set; }

    /// <summary>
    /// The name of this candidate, unique for every process that ever runs: the host name and a random suffix when null.
    /// </summary>
    public string? Identity { get; set; }

    /// <summary>
    /// How long candidates wait after the last renewal that they saw before they take the lease. Whole seconds, longer than
    /// <see cref="RenewDeadline"/>; the difference is what a write may take on the network. Default 15 s.
    /// </summary>
    public TimeSpan LeaseDuration { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long after its last successful renewal a leader may write. Default 10 s.</summary>
    public TimeSpan RenewDeadline { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How often the leader renews, and the longest wait of a candidate between two tries (the shortest is this divided by 1.2).
    /// Default 2 s.
    /// </summary>
    public TimeSpan RetryPeriod { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How long the release of the lease may take on shutdown; after it the lease runs out by itself. Default 5 s.</summary>
    public TimeSpan ReleaseTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long one request for the lease may take: half the deadline, so that one dead connection costs no leadership.</summary>
    internal TimeSpan RequestTimeout => RenewDeadline / 2;

    /// <summary>Checks the durations against one another.</summary>
    /// <exception cref="InvalidOperationException">A duration is out of its range; the message names it.</exception>
    internal void Validate()
    {
        if (LeaseDuration < TimeSpan.FromSeconds(1) || LeaseDuration.Ticks % TimeSpan.TicksPerSecond != 0)
            throw Invalid(nameof(LeaseDuration), LeaseDuration, "whole seconds, at least one");
        if (RetryPeriod <= TimeSpan.Zero) throw Invalid(nameof(RetryPeriod), RetryPeriod, "positive");
        if (RenewDeadline <= RetryPeriod * JitterFactor)
            throw Invalid(nameof(RenewDeadline), RenewDeadline, $"longer than {JitterFactor} times {nameof(RetryPeriod)} ({RetryPeriod})");
        if (LeaseDuration <= RenewDeadline)
            throw Invalid(nameof(LeaseDuration), LeaseDuration, $"longer than {nameof(RenewDeadline)} ({RenewDeadline})");
        if (ReleaseTimeout <= TimeSpan.Zero) throw Invalid(nameof(ReleaseTimeout), ReleaseTimeout, "positive");
    }

    private static InvalidOperationException Invalid(string name, TimeSpan value, string rule) =>
        new($"Leader election: {name} is {value} but must be {rule}.");
}
