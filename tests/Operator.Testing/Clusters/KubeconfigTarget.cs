namespace Operator.Testing.Clusters;

/// <summary>Any cluster that a kubeconfig file names: kind, k3s, a managed one. The cases leave it as they found it.</summary>
public sealed class KubeconfigTarget : ClusterTarget
{
    public override string Name => "kubeconfig";

    public override bool IsPrivate => false;

    public override string? UnavailableReason =>
        Path() is not { } path ? "neither CLUSTER_KUBECONFIG nor KUBECONFIG names a kubeconfig file"
        : File.Exists(path) ? null
        : $"the kubeconfig file {path} does not exist";

    public override async Task<RunningCluster> StartAsync(CancellationToken cancellationToken)
    {
        var path = Path() ?? throw new InvalidOperationException(UnavailableReason);
        var cluster = new RunningCluster(this, await File.ReadAllTextAsync(path, cancellationToken), () => ValueTask.CompletedTask);
        using var client = cluster.CreateClient();
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(TimeSpan.FromSeconds(30));
        using var answer = await client.GetAsync(new Uri("/version", UriKind.Relative), deadline.Token);
        answer.EnsureSuccessStatusCode();
        return cluster;
    }

    private static string? Path() =>
        new[] { "CLUSTER_KUBECONFIG", "KUBECONFIG" }
            .Select(Environment.GetEnvironmentVariable)
            .FirstOrDefault(v => !string.IsNullOrWhiteSpace(v))
            ?.Split(System.IO.Path.PathSeparator)[0];
}
