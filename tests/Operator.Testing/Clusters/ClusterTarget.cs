namespace Operator.Testing.Clusters;

/// <summary>A kind of API server that the same cases run against.</summary>
public abstract class ClusterTarget
{
    /// <summary>The name that <c>CLUSTER=</c> selects it by.</summary>
    public abstract string Name { get; }

    /// <summary>Why this machine cannot run it, or null when it can.</summary>
    public abstract string? UnavailableReason { get; }

    /// <summary>Whether each start gives an empty server of its own; false for a cluster that others use as well.</summary>
    public abstract bool IsPrivate { get; }

    /// <summary>Starts it (or connects to it) and answers when it is ready.</summary>
    public abstract Task<RunningCluster> StartAsync(CancellationToken cancellationToken);

    public override string ToString() => Name;
}
