namespace Operator.Testing.Clusters;

/// <summary>An API server that is ready. Disposing it ends what was started for it and nothing else.</summary>
public sealed class RunningCluster : IAsyncDisposable
{
    private readonly Func<ValueTask> _stop;

    public RunningCluster(ClusterTarget target, string kubeconfig, Func<ValueTask> stop)
    {
        ArgumentNullException.ThrowIfNull(target);
        Target = target;
        Kubeconfig = kubeconfig;
        Connection = KubeconfigConnection.Parse(kubeconfig);
        _stop = stop;
    }

    public ClusterTarget Target { get; }

    /// <summary>A kubeconfig as YAML text whose current context is an administrator of this cluster.</summary>
    public string Kubeconfig { get; }

    public KubeconfigConnection Connection { get; }

    /// <summary>A client without a time limit of its own (watches are long); the caller disposes it.</summary>
    public HttpClient CreateClient(Func<HttpMessageHandler, HttpMessageHandler>? wrap = null) => Connection.CreateClient(wrap);

    public ValueTask DisposeAsync() => _stop();
}
