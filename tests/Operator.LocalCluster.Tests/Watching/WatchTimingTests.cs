using Operator.LocalCluster.Tests.Faults;
using Operator.Testing;

namespace Operator.LocalCluster.Tests.Watching;

public sealed class WatchTimingTests : IAsyncLifetime
{
    private const string Watch = "/api/v1/namespaces/default/configmaps?watch=true&allowWatchBookmarks=true&fieldSelector=metadata.name%3Da";
    private readonly ManualTimeProvider _time = new();
    private LocalClusterServer _server = null!;
    private ClusterClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await LocalClusterServer.StartAsync(new LocalClusterOptions { TimeProvider = _time });
        _client = new ClusterClient(_server);
        await _client.CreateConfigMapAsync("a");
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task A_bookmark_tells_of_versions_that_the_selection_hides()
    {
        using var watch = await _client.WatchAsync(Watch);
        Assert.Equal("ADDED a", await watch.NextAsync());
        var hidden = (string?)(await _client.CreateConfigMapAsync("b")).Body!["metadata"]!["resourceVersion"];
        _time.Advance(TimeSpan.FromMinutes(1));
        var bookmark = await watch.NextObjectAsync();
        Assert.Equal(("BOOKMARK", hidden), ((string?)bookmark!["type"], (string?)bookmark["object"]!["metadata"]!["resourceVersion"]));
    }

    [Fact]
    public async Task A_watch_gets_a_last_bookmark_and_ends_with_its_time()
    {
        using var watch = await _client.WatchAsync(Watch + "&timeoutSeconds=30");
        Assert.Equal("ADDED a", await watch.NextAsync());
        _time.Advance(TimeSpan.FromSeconds(28));
        Assert.Equal("BOOKMARK", await watch.NextAsync());
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Null(await watch.NextAsync());
    }

    [Fact]
    public async Task A_watch_without_a_timeout_ends_within_the_hour()
    {
        using var watch = await _client.WatchAsync(Watch.Replace("allowWatchBookmarks=true&", "", StringComparison.Ordinal));
        Assert.Equal("ADDED a", await watch.NextAsync());
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Null(await watch.NextAsync());
    }

    [Fact]
    public async Task Delayed_events_wait_for_the_clock()
    {
        using var watch = await _client.WatchAsync(Watch.Replace("fieldSelector", "x", StringComparison.Ordinal));
        while (await watch.NextAsync() != "ADDED a")
        {
        }
        using var delay = _server.Faults.DelayWatchEvents(new() { Resource = "configmaps" }, TimeSpan.FromSeconds(5));
        var start = _time.GetUtcNow();
        await _client.CreateConfigMapAsync("b");
        while (!await watch.HasNewsAsync(TimeSpan.FromMilliseconds(50))) _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(_time.GetUtcNow() - start >= TimeSpan.FromSeconds(5));
        Assert.Equal("ADDED b", await watch.NextAsync());
    }
}
