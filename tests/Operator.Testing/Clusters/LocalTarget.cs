using Operator.LocalCluster;

namespace Operator.Testing.Clusters;

/// <summary>The in-process API server of this project.</summary>
public sealed class LocalTarget : ClusterTarget
{
    public override string Name => "local";

    public override string? UnavailableReason => $"{nameof(LocalClusterServer)} cannot be started yet";

    public override bool IsPrivate => true;

    public override Task<RunningCluster> StartAsync(CancellationToken cancellationToken) =>
        Task.FromException<RunningCluster>(new InvalidOperationException(UnavailableReason));
}
