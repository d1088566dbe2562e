using Operator.LocalCluster.Faults;

namespace Operator.LocalCluster.Tests.Faults;

public sealed class ClusterFaultsTests : IAsyncLifetime
{
    private const string ConfigMaps = "/api/v1/namespaces/default/configmaps";
    private const string Secrets = "/api/v1/namespaces/default/secrets";
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(300);
    private static readonly RequestMatch ConfigMapRequests = new() { Resource = "configmaps" };
    private LocalClusterServer _server = null!;
    private ClusterClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await LocalClusterServer.StartAsync();
        _client = new ClusterClient(_server);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task A_failure_before_the_commit_changes_nothing_and_ends_after_its_times()
    {
        using (_server.Faults.FailBeforeCommit(ConfigMapRequests with { Verb = "create" }, 503, "ServiceUnavailable", times: 1))
        {
            var (status, body, _) = await _client.CreateConfigMapAsync("a");
            Assert.Equal((503, "ServiceUnavailable"), (status, (string?)body!["reason"]));
            Assert.Equal(404, (await _client.GetAsync(ConfigMaps + "/a")).Status);
            Assert.Equal(201, (await _client.CreateConfigMapAsync("a")).Status);
        }
    }

    [Fact]
    public async Task A_failure_after_the_commit_answers_an_error_for_what_was_done()
    {
        using var fault = _server.Faults.FailAfterCommit(ConfigMapRequests with { Verb = "create" });
        Assert.Equal(500, (await _client.CreateConfigMapAsync("a")).Status);
        Assert.Equal(200, (await _client.GetAsync(ConfigMaps + "/a")).Status);
    }

    [Fact]
    public async Task A_lost_response_breaks_the_connection_after_the_commit()
    {
        using var fault = _server.Faults.LoseResponse(ConfigMapRequests with { Verb = "create" });
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => _client.CreateConfigMapAsync("a"));
        Assert.Equal(200, (await _client.GetAsync(ConfigMaps + "/a")).Status);
    }

    [Fact]
    public async Task An_injected_conflict_looks_like_a_real_one()
    {
        await _client.CreateConfigMapAsync("a");
        using var fault = _server.Faults.Conflict(ConfigMapRequests with { Name = "a" });
        var (status, body, _) = await _client.SendAsync(HttpMethod.Delete, ConfigMaps + "/a");
        Assert.Equal(409, status);
        Assert.Equal(
            "Operation cannot be fulfilled on configmaps \"a\": the object has been modified; please apply your changes to the latest "
            + "version and try again", (string?)body!["message"]);
        Assert.Equal(200, (await _client.SendAsync(HttpMethod.Delete, ConfigMaps + "/a")).Status);
    }

    [Fact]
    public async Task Throttling_and_expired_credentials_are_answered_and_end_with_their_handle()
    {
        using (_server.Faults.Throttle(ConfigMapRequests, retryAfterSeconds: 7))
        {
            var (status, _, headers) = await _client.GetAsync(ConfigMaps);
            Assert.Equal((429, "7"), (status, headers.RetryAfter?.ToString()));
        }
        using (_server.Faults.Unauthorized(ConfigMapRequests)) Assert.Equal(401, (await _client.GetAsync(ConfigMaps)).Status);
        Assert.Equal(200, (await _client.GetAsync(ConfigMaps)).Status);
    }

    [Fact]
    public async Task A_stale_list_shows_the_past_until_the_handle_ends()
    {
        await _client.CreateConfigMapAsync("a");
        using (_server.Faults.ServeStaleLists(ConfigMapRequests))
        {
            await _client.CreateConfigMapAsync("b");
            Assert.Single((await _client.GetAsync(ConfigMaps)).Body!["items"]!.AsArray());
            Assert.Equal(200, (await _client.GetAsync(ConfigMaps + "/b")).Status);
        }
        Assert.Equal(2, (await _client.GetAsync(ConfigMaps)).Body!["items"]!.AsArray().Count);
    }

    [Fact]
    public async Task Expired_versions_end_watches_of_the_past_with_an_error_event_and_lists_with_410()
    {
        var old = (string?)(await _client.CreateConfigMapAsync("a")).Body!["metadata"]!["resourceVersion"];
        var page = (await _client.GetAsync($"/api/v1/namespaces?limit=1")).Body!["metadata"]!["continue"];
        _server.Faults.ExpireVersions();
        using var watch = await _client.WatchAsync($"{ConfigMaps}?watch=true&resourceVersion={old}");
        var error = await watch.NextObjectAsync();
        Assert.Equal(("ERROR", 410, "Expired"), ((string?)error!["type"], (int)error["object"]!["code"]!, (string?)error["object"]!["reason"]));
        Assert.Null(await watch.NextObjectAsync());
        Assert.Equal(410, (await _client.GetAsync($"{ConfigMaps}?resourceVersion={old}&resourceVersionMatch=Exact")).Status);
        var (status, body, _) = await _client.GetAsync($"/api/v1/namespaces?limit=1&continue={page}");
        Assert.Equal(410, status);
        var next = await _client.GetAsync($"/api/v1/namespaces?limit=1&continue={body!["metadata"]!["continue"]}");
        Assert.Equal(200, next.Status);
    }

    [Fact]
    public async Task A_dropped_watch_breaks_and_a_closed_one_ends()
    {
        using var first = await _client.WatchAsync(ConfigMaps + "?watch=true");
        await _client.CreateConfigMapAsync("a");
        Assert.EndsWith(" a", await NextOfAsync(first, "a"), StringComparison.Ordinal);
        Assert.Equal(1, _server.Faults.DropWatches(ConfigMapRequests));
        await Assert.ThrowsAnyAsync<IOException>(first.NextObjectAsync);

        using var second = await _client.WatchAsync(ConfigMaps + "?watch=true");
        Assert.Equal("ADDED a", await NextOfAsync(second, "a"));
        Assert.Equal(1, _server.Faults.CloseWatches(ConfigMapRequests));
        Assert.Null(await second.NextObjectAsync());
    }

    [Fact]
    public async Task A_frozen_watch_stays_open_and_says_nothing()
    {
        using var watch = await _client.WatchAsync(ConfigMaps + "?watch=true");
        await _client.CreateConfigMapAsync("a");
        await NextOfAsync(watch, "a");
        Assert.Equal(1, _server.Faults.FreezeWatches(ConfigMapRequests));
        await _client.CreateConfigMapAsync("b");
        Assert.False(await watch.HasNewsAsync(Moment));
        Assert.Equal(1, _server.Faults.CountWatches(ConfigMapRequests));
    }

    [Fact]
    public async Task An_expired_watch_gets_the_error_event()
    {
        using var watch = await _client.WatchAsync(ConfigMaps + "?watch=true");
        await _client.CreateConfigMapAsync("a");
        await NextOfAsync(watch, "a");
        Assert.Equal(1, _server.Faults.ExpireWatches(ConfigMapRequests));
        Assert.Equal(410, (int)(await watch.NextObjectAsync())!["object"]!["code"]!);
        Assert.Null(await watch.NextObjectAsync());
    }

    [Fact]
    public async Task Held_events_of_one_kind_are_overtaken_by_another_and_come_in_order_when_released()
    {
        using var configMaps = await _client.WatchAsync(ConfigMaps + "?watch=true&resourceVersion=" + await VersionAsync());
        using var secrets = await _client.WatchAsync(Secrets + "?watch=true&resourceVersion=" + await VersionAsync());
        using (_server.Faults.HoldWatchEvents(ConfigMapRequests))
        {
            await _client.CreateConfigMapAsync("a");
            await _client.CreateConfigMapAsync("b");
            await _client.SendAsync(HttpMethod.Post, Secrets, """{"apiVersion":"v1","kind":"Secret","metadata":{"name":"s"}}""");
            Assert.Equal("ADDED s", await secrets.NextAsync());
            Assert.False(await configMaps.HasNewsAsync(Moment));
        }
        Assert.Equal("ADDED a", await configMaps.NextAsync());
        Assert.Equal("ADDED b", await configMaps.NextAsync());
    }

    [Fact]
    public async Task A_held_watch_can_be_dropped()
    {
        using var watch = await _client.WatchAsync(ConfigMaps + "?watch=true&resourceVersion=" + await VersionAsync());
        using var hold = _server.Faults.HoldWatchEvents(ConfigMapRequests);
        await _client.CreateConfigMapAsync("a");
        Assert.Equal(1, _server.Faults.DropWatches(ConfigMapRequests));
        await Assert.ThrowsAnyAsync<IOException>(watch.NextObjectAsync);
    }

    [Fact]
    public async Task Refused_connections_break_open_ones_too_and_come_back()
    {
        Assert.Equal(200, (await _client.GetAsync(ConfigMaps)).Status);
        using (_server.Faults.RefuseConnections()) await Assert.ThrowsAnyAsync<HttpRequestException>(() => _client.GetAsync(ConfigMaps));
        Assert.Equal(200, (await _client.GetAsync(ConfigMaps)).Status);
    }

    [Fact]
    public void A_killed_webhook_comes_back_with_its_handle()
    {
        using (_server.Faults.KillWebhook("a.example.com"))
        {
            Assert.True(_server.Faults.IsWebhookKilled("a.example.com"));
            Assert.False(_server.Faults.IsWebhookKilled("b.example.com"));
        }
        Assert.False(_server.Faults.IsWebhookKilled("a.example.com"));
    }

    [Fact]
    public async Task Requests_are_logged_and_counted_by_what_they_are_about()
    {
        _server.Faults.Requests.Clear();
        await _client.CreateConfigMapAsync("a");
        await _client.GetAsync(ConfigMaps + "/a");
        await _client.GetAsync(ConfigMaps + "?labelSelector=x");
        await _client.GetAsync("/version");
        var log = _server.Faults.Requests;
        Assert.Equal(4, log.Total);
        Assert.Equal(3, log.Count(ConfigMapRequests));
        Assert.Equal(1, log.Count(ConfigMapRequests with { Verb = "get", Namespace = "default", Name = "a" }));
        Assert.Equal(1, log.Count(new RequestMatch { Where = r => r.Path.EndsWith("?labelSelector=x", StringComparison.Ordinal) }));
        Assert.Equal(["create", "get", "list", ""], log.Snapshot().Select(r => r.Verb));
    }

    private async Task<string> VersionAsync() => (string)(await _client.GetAsync(ConfigMaps)).Body!["metadata"]!["resourceVersion"]!;

    private static async Task<string?> NextOfAsync(ClusterWatch watch, string name)
    {
        while (await watch.NextAsync() is { } line)
            if (line.EndsWith(" " + name, StringComparison.Ordinal)) return line;
        return null;
    }
}
