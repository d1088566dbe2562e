using System.Text.Json.Nodes;
using Operator.Kubernetes;
using Operator.Kubernetes.Configuration;
using Operator.LocalCluster;
using Operator.LocalCluster.Faults;
using Operator.Runtime.Tests.Fakes;
using Operator.Testing;

namespace Operator.Runtime.Tests.Properties;

/// <summary>The local cluster behind the real client, on a clock that runs fast for both of them.</summary>
internal sealed class LocalFaultyCluster : IFaultyCluster
{
    private const double Speed = 150;
    private static readonly RequestMatch Watches = new() { Verb = "watch", Resource = "widgets" };
    private static readonly RequestMatch Reads = new() { Resource = "widgets", Where = r => r.Verb is "list" or "watch" };
    private static readonly RequestMatch Patches = new() { Verb = "patch", Resource = "widgets" };

    private readonly LocalClusterServer _server;
    private readonly KubernetesClient _client;
    private IDisposable? _refusal;

    private LocalFaultyCluster(LocalClusterServer server, KubernetesClient client, TimeProvider time)
    {
        _server = server;
        _client = client;
        Time = time;
    }

    public IKubernetesClient Client => _client;

    public TimeProvider Time { get; }

    public static async Task<LocalFaultyCluster> StartAsync()
    {
        var time = new FastClock(Speed);
        var server = await LocalClusterServer.StartAsync(new LocalClusterOptions { TimeProvider = time });
        var kubeconfig = Path.GetTempFileName();
        try
        {
            await server.WriteKubeconfigAsync(kubeconfig);
            var configuration = await KubernetesClientConfiguration.LoadAsync(new KubeconfigOptions { Path = kubeconfig });
            // Requests and their bounds are real: only waiting is fast.
            var client = new KubernetesClient(configuration, new KubernetesClientOptions { JsonContexts = [WidgetJson.Resolver] });
            var generic = new GenericClient(client);
            foreach (var manifest in WidgetManifests.All) await generic.ApplyAsync(manifest, new PatchOptions { FieldManager = "test" });
            await WidgetManifests.EstablishedAsync(client);
            return new LocalFaultyCluster(server, client, time);
        }
        finally
        {
            File.Delete(kubeconfig);
        }
    }

    public Task Start(Func<Task> body) => body();

    public Task PassAsync(TimeSpan time) => Task.Delay(time, Time);

    public Task EndWatchesAsync(WatchEnd end)
    {
        _ = end switch
        {
            WatchEnd.Closed => _server.Faults.CloseWatches(Watches),
            WatchEnd.Expired => _server.Faults.ExpireWatches(Watches),
            _ => _server.Faults.DropWatches(Watches),
        };
        return Task.CompletedTask;
    }

    public Task HalfOpenWatchesAsync()
    {
        _server.Faults.FreezeWatches(Watches);
        return Task.CompletedTask;
    }

    public Task ExpireVersionsAsync()
    {
        _server.Faults.ExpireVersions();
        return Task.CompletedTask;
    }

    /// <summary>The server sends one to every watch each minute.</summary>
    public Task SendBookmarksAsync() => PassAsync(TimeSpan.FromMinutes(1));

    public Task RefuseReadsAsync(Func<Exception>? answer)
    {
        _refusal?.Dispose();
        _refusal = answer?.Invoke() switch
        {
            null => null,
            KubernetesException { IsTooManyRequests: true } => _server.Faults.Throttle(Reads, retryAfterSeconds: 2),
            _ => _server.Faults.LoseResponse(Reads, int.MaxValue),
        };
        return Task.CompletedTask;
    }

    public Task LoseNextAnswerAsync()
    {
        _server.Faults.LoseResponse(Patches);
        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        _refusal?.Dispose();
        _client.Dispose();
        await _server.DisposeAsync();
    }
}
