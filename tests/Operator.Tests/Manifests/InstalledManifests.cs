using Operator.Testing.Clusters;
using Xunit;

namespace Operator.Tests.Manifests;

/// <summary>Clusters of this run with config/default applied by kubectl, one a target, started when first asked for.</summary>
public sealed class InstalledManifests : IAsyncLifetime
{
    private readonly Dictionary<string, (RunningCluster Cluster, KubectlRun Kubectl, string Applied)> _installed = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _one = new(1);

    public static TheoryData<string> Targets => [.. ClusterTargets.Selected.Where(t => t.IsPrivate).Select(t => t.Name)];

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <summary>A client of the cluster; the caller disposes it.</summary>
    internal async Task<HttpClient> ClientAsync(string target)
    {
        await OnAsync(target);
        return _installed[target].Cluster.CreateClient();
    }

    internal async Task<(KubectlRun Kubectl, string Applied)> OnAsync(string target)
    {
        var token = TestContext.Current.CancellationToken;
        if (!KubectlRun.IsPresent) Assert.Skip("kubectl is not on PATH");
        if (ClusterTargets.All.Single(t => t.Name == target) is { UnavailableReason: { } reason }) Assert.Skip(reason);
        await _one.WaitAsync(token);
        try
        {
            if (!_installed.TryGetValue(target, out var found))
            {
                var cluster = await ClusterTargets.All.Single(t => t.Name == target).StartAsync(token);
                var kubectl = new KubectlRun(cluster.Kubeconfig);
                var (_, text) = await kubectl.RunAsync(null, token, "apply", "-k", "default");
                _installed[target] = found = (cluster, kubectl, text);
                await kubectl.RunAsync(null, token, "wait", "--for=condition=Established", "--timeout=60s", "crd/claudedeployments.claudeops.dev", "crd/claudequotas.claudeops.dev", "crd/claudeevalruns.claudeops.dev");
                await PublishedAsync(cluster, token);
            }
            return (found.Kubectl, found.Applied);
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>A real API server publishes the schemas of new kinds a little after it serves them.</summary>
    private static async Task PublishedAsync(RunningCluster cluster, CancellationToken token)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(token);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        using var client = cluster.CreateClient();
        while (true)
        {
            using var answer = await client.GetAsync("openapi/v3/apis/claudeops.dev/v1alpha1", limit.Token);
            var text = await answer.Content.ReadAsStringAsync(limit.Token);
            if (answer.IsSuccessStatusCode && new[] { "ClaudeDeployment", "ClaudeQuota", "ClaudeEvalRun" }.All(k => text.Contains($"\"{k}\"", StringComparison.Ordinal))) return;
            await Task.Delay(200, limit.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (cluster, kubectl, _) in _installed.Values)
        {
            kubectl.Dispose();
            await cluster.DisposeAsync();
        }
        _one.Dispose();
    }
}
