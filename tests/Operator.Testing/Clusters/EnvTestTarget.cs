namespace Operator.Testing.Clusters;

/// <summary>A real kube-apiserver and etcd on loopback, with nothing beside them: no controllers, no nodes.</summary>
public sealed class EnvTestTarget : ClusterTarget
{
    private const int Attempts = 3;

    public override string Name => "envtest";

    public override string? UnavailableReason => EnvTestBinaries.MissingReason();

    public override bool IsPrivate => true;

    public override async Task<RunningCluster> StartAsync(CancellationToken cancellationToken)
    {
        if (UnavailableReason is { } reason) throw new InvalidOperationException($"envtest cannot start: {reason}.");
        for (var attempt = 1; ; attempt++)
        {
            var controlPlane = new EnvTestControlPlane();
            try
            {
                await controlPlane.StartAsync(cancellationToken);
                return new RunningCluster(this, controlPlane.Kubeconfig, controlPlane.DisposeAsync);
            }
            // Free ports are found before the servers take them, so another process can be faster; that is worth another try.
            catch (EnvTestStartException) when (attempt < Attempts && !cancellationToken.IsCancellationRequested)
            {
                await controlPlane.DisposeAsync();
            }
            catch
            {
                await controlPlane.DisposeAsync();
                throw;
            }
        }
    }
}
