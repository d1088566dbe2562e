using Operator.LocalCluster;

namespace Operator.Testing.Clusters;

/// <summary>The in-process API server of this project.</summary>
public sealed class LocalTarget : ClusterTarget
{
    public override string Name => "local";

    public override string? UnavailableReason => null;

    public override bool IsPrivate => true;

    public override async Task<RunningCluster> StartAsync(CancellationToken cancellationToken)
    {
        var server = await LocalClusterServer.StartAsync(null, cancellationToken);
        return new RunningCluster(this, server.Kubeconfig, server.DisposeAsync);
    }
}
