using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Operator.LocalCluster.Api;
using Operator.LocalCluster.BuiltIns;
using Operator.LocalCluster.Faults;
using Operator.LocalCluster.Resources;
using Operator.LocalCluster.Storage;
using Operator.LocalCluster.Watching;

namespace Operator.LocalCluster.Tests;

/// <summary>The API, admission, controllers and node without a listener.</summary>
internal sealed class ClusterUnderTest : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly ClusterParts _parts;

    private ClusterUnderTest(ApiServices services, ClusterParts parts)
    {
        (Services, _parts) = (services, parts);
        Client = new InternalClient(services, "test");
    }

    public ApiServices Services { get; }

    public ClusterParts Parts => _parts;

    public IInternalClient Client { get; }

    public static async Task<ClusterUnderTest> StartAsync(Action<LocalClusterOptions>? configure = null)
    {
        var options = new LocalClusterOptions { JobBackoff = TimeSpan.Zero };
        configure?.Invoke(options);
        var store = new ObjectStore(options.EventHistory);
        var services = new ApiServices
        {
            Store = store,
            Registry = new ResourceRegistry(),
            Time = options.TimeProvider,
            Faults = new ClusterFaults(store, new ActiveWatches()),
        };
        foreach (var group in BuiltInCatalog.All.GroupBy(d => (d.Group, d.Plural)))
            services.Registry.Replace(group.Key.Group, group.Key.Plural, [.. group]);
        var parts = new ClusterParts(services, options, NullLoggerFactory.Instance);
        await parts.InitializeAsync(CancellationToken.None);
        parts.Start(new Uri("https://127.0.0.1:6443"), "authority");
        return new ClusterUnderTest(services, parts);
    }

    public ValueTask<JsonObject> CreateAsync(GroupResource resource, string json) =>
        Client.CreateAsync(resource, (JsonObject)JsonNode.Parse(json)!, CancellationToken.None);

    /// <summary>Waits until an object is as wanted; null stands for an object that is gone.</summary>
    public async Task<JsonObject?> UntilAsync(GroupResource resource, string? ns, string name, Func<JsonObject?, bool> wanted)
    {
        using var timeout = new CancellationTokenSource(Patience);
        JsonObject? last = null;
        try
        {
            last = await Client.GetAsync(resource, ns, name, timeout.Token);
            if (wanted(last))
                return last;
            await foreach (var change in Client.WatchAsync(resource, timeout.Token))
            {
                if (change.Type == ObjectChangeType.Synced)
                {
                    last = await Client.GetAsync(resource, ns, name, timeout.Token);
                }
                else
                {
                    if (change.Object.Text("metadata", "name") != name || (change.Object.Text("metadata", "namespace") ?? "") != (ns ?? ""))
                        continue;
                    last = change.Type == ObjectChangeType.Deleted ? null : change.Object;
                }
                if (wanted(last))
                    return last;
            }
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"{resource.Plural} {ns}/{name} did not become as wanted: {last?.ToJsonString() ?? "absent"}");
        }
        throw new InvalidOperationException("The watch has ended.");
    }

    public Task GoneAsync(GroupResource resource, string? ns, string name) => UntilAsync(resource, ns, name, value => value is null);

    public ValueTask DisposeAsync() => _parts.DisposeAsync();
}
