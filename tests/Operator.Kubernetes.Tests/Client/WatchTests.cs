using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using Operator.Kubernetes.Models;
using Operator.Kubernetes.Serialization;
using Operator.Kubernetes.Tests.Support;
using Operator.Testing;

namespace Operator.Kubernetes.Tests.Client;

public class WatchTests
{
    private const string Added = """{"type":"ADDED","object":{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","resourceVersion":"1"},"data":{"k":"}{\"\\ é 🚀 ]["}}}""";
    private const string Modified = """{"object":{"metadata":{"name":"a","resourceVersion":"2"}},"type":"MODIFIED"}""";
    private const string Deleted = """{"type":"DELETED","object":{"metadata":{"name":"a","resourceVersion":"3"}}}""";
    private const string Bookmark = """{"type":"BOOKMARK","object":{"kind":"ConfigMap","apiVersion":"v1","metadata":{"resourceVersion":"4","creationTimestamp":null,"annotations":{"k8s.io/initial-events-end":"true"}}}}""";
    private const string Expired = """{"type":"ERROR","object":{"kind":"Status","apiVersion":"v1","status":"Failure","message":"too old resource version: 1 (9)","reason":"Expired","code":410}}""";

    [Fact]
    public async Task Events_arrive_whole_wherever_the_stream_is_cut()
    {
        var bytes = Encoding.UTF8.GetBytes(string.Join("\n", Added, Modified, Deleted, Bookmark) + "\n");
        for (var cut = 0; cut <= bytes.Length; cut++)
        {
            var events = await ReadAsync([bytes[..cut], bytes[cut..]]);
            AssertFour(events);
        }
        AssertFour(await ReadAsync(bytes.Select(b => new[] { b })));
    }

    [Fact]
    public async Task Events_need_no_newline_between_them()
    {
        AssertFour(await ReadAsync([Encoding.UTF8.GetBytes(Added + Modified + "\r\n \t" + Deleted + Bookmark)]));
    }

    [Fact]
    public async Task The_query_says_what_to_watch()
    {
        await using var api = await ApiStub.AnswerAsync(Added + "\n");
        using var client = api.Client();

        var options = new WatchOptions
        {
            Namespace = "n", ResourceVersion = "5", LabelSelector = "a=b", FieldSelector = "metadata.name=a", Timeout = TimeSpan.FromSeconds(300.5),
        };
        Assert.Single(await client.WatchAsync<V1ConfigMap>(options).ToListAsync());

        Assert.Equal("/api/v1/namespaces/n/configmaps", api.Last.Path);
        var query = api.Last.Query;
        Assert.Equal(("true", "5", "a=b", "true", "301"),
            (query["watch"], query["resourceVersion"], query["labelSelector"], query["allowWatchBookmarks"], query["timeoutSeconds"]));
        Assert.Equal("metadata.name=a", query["fieldSelector"]);
        Assert.False(query.ContainsKey("sendInitialEvents"));
        Assert.False(api.Last.Headers.ContainsKey("Accept-Encoding"));
    }

    [Fact]
    public async Task Initial_events_come_with_the_match_that_the_api_asks_for()
    {
        await using var api = await ApiStub.AnswerAsync("");
        using var client = api.Client();

        Assert.Empty(await client.WatchAsync<V1ConfigMap>(new WatchOptions { SendInitialEvents = true, AllowBookmarks = true }).ToListAsync());
        Assert.Equal(("true", "NotOlderThan"), (api.Last.Query["sendInitialEvents"], api.Last.Query["resourceVersionMatch"]));
    }

    [Fact]
    public async Task An_error_event_in_a_200_is_the_server_s_status()
    {
        var seen = new List<WatchEvent<V1ConfigMap>>();
        var error = await Assert.ThrowsAsync<KubernetesException>(() => ReadAsync([Encoding.UTF8.GetBytes(Added + "\n" + Expired + "\n")], seen));

        Assert.True(error.IsExpired);
        Assert.Equal(HttpStatusCode.Gone, error.StatusCode);
        Assert.Equal("too old resource version: 1 (9)", error.Message);
        Assert.Single(seen);
    }

    [Fact]
    public async Task A_refused_watch_is_the_server_s_status()
    {
        await using var api = await ApiStub.AnswerAsync(
            """{"kind":"Status","apiVersion":"v1","status":"Failure","message":"too old","reason":"Expired","code":410}""", 410);
        using var client = api.Client();

        var error = await Assert.ThrowsAsync<KubernetesException>(async () => await client.WatchAsync<V1ConfigMap>().ToListAsync());
        Assert.True(error.IsExpired);
    }

    [Fact]
    public async Task Half_an_event_at_the_end_is_a_broken_connection_after_the_whole_ones()
    {
        var bytes = Encoding.UTF8.GetBytes(Added + "\n" + Deleted);
        for (var end = Encoding.UTF8.GetByteCount(Added) + 2; end < bytes.Length; end++)
        {
            var seen = new List<WatchEvent<V1ConfigMap>>();
            var error = await Assert.ThrowsAsync<KubernetesConnectionException>(() => ReadAsync([bytes[..end]], seen));
            Assert.Equal(HttpRequestError.ResponseEnded, error.HttpRequestError);
            Assert.Single(seen);
        }
    }

    [Theory]
    [InlineData("garbage")]
    [InlineData("""{"type":"SURPRISE","object":{}}""")]
    [InlineData("""{"type":"ADDED"}""")]
    [InlineData("""{"object":{}}""")]
    [InlineData("""{"type":"ADDED","object":{]}}""")]
    [InlineData("[]")]
    public async Task What_is_no_event_is_a_broken_answer(string text)
    {
        var error = await Assert.ThrowsAnyAsync<Exception>(() => ReadAsync([Encoding.UTF8.GetBytes(text + "\n")]));
        Assert.True(error is KubernetesConnectionException or UnreadableObjectException, error.ToString());
    }

    [Fact]
    public async Task A_stream_that_fails_is_a_connection_error_that_names_the_server()
    {
        var handler = ScriptedHandler.Streams(() => new PiecewiseStream([Encoding.UTF8.GetBytes(Added)], new IOException("reset by peer")));
        using var client = handler.Client();

        var seen = new List<WatchEvent<V1ConfigMap>>();
        var error = await Assert.ThrowsAsync<KubernetesConnectionException>(() => DrainAsync(client, seen));
        Assert.Contains("https://api.test/ broke off its answer to GET /api/v1/configmaps: reset by peer", error.Message, StringComparison.Ordinal);
        Assert.Single(seen);
    }

    [Fact]
    public async Task An_object_larger_than_many_buffers_arrives_whole()
    {
        var value = new string('x', 3_000_000);
        var text = """{"type":"ADDED","object":{"metadata":{"name":"big"},"data":{"k":""" + "\"" + value + "\"}}}\n" + Deleted + "\n";
        var events = await ReadAsync(Encoding.UTF8.GetBytes(text).Chunk(10_000));

        Assert.Equal(value, events[0].Object.Data!["k"]);
        Assert.Equal(WatchEventType.Deleted, events[1].Type);
    }

    [Fact]
    public async Task An_object_over_the_limit_is_refused_and_not_collected_without_end()
    {
        IEnumerable<byte[]> Endless()
        {
            yield return """{"type":"ADDED","object":{"data":{"k":" """u8.ToArray();
            while (true) yield return new byte[10_000];
        }
        var handler = ScriptedHandler.Streams(() => new PiecewiseStream(Endless()));
        using var client = handler.Client(new() { MaxObjectBytes = 200_000 });

        var error = await Assert.ThrowsAsync<KubernetesConnectionException>(() => DrainAsync(client, []));
        Assert.Contains("limit of 200000 bytes", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cancelled_watch_ends_with_a_cancellation()
    {
        using var cancellation = new CancellationTokenSource();
        var handler = ScriptedHandler.Streams(() => new PiecewiseStream([Encoding.UTF8.GetBytes(Added)], waits: true));
        using var client = handler.Client();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var _ in client.WatchAsync<V1ConfigMap>(cancellationToken: cancellation.Token)) cancellation.Cancel();
        });
    }

    [Fact]
    public async Task A_watch_that_outlives_its_timeout_is_given_up_as_dead()
    {
        var time = new ManualTimeProvider();
        var handler = ScriptedHandler.Streams(() => new PiecewiseStream([Encoding.UTF8.GetBytes(Added)], waits: true));
        using var client = handler.Client(new() { TimeProvider = time, WatchGrace = TimeSpan.FromSeconds(30) });

        var watch = client.WatchAsync<V1ConfigMap>(new WatchOptions { Timeout = TimeSpan.FromMinutes(5) }).GetAsyncEnumerator();
        Assert.True(await watch.MoveNextAsync());
        var next = watch.MoveNextAsync().AsTask();
        time.Advance(TimeSpan.FromMinutes(5) + TimeSpan.FromSeconds(29));
        Assert.False(next.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1));
        var error = await Assert.ThrowsAsync<KubernetesConnectionException>(() => next);
        Assert.True(error.IsTimeout);
        await watch.DisposeAsync();
    }

    [Fact]
    public async Task A_watch_that_is_never_accepted_times_out()
    {
        var time = new ManualTimeProvider();
        var handler = new ScriptedHandler(async (_, token) =>
        {
            await Task.Delay(Timeout.Infinite, token);
            return new HttpResponseMessage();
        });
        using var client = handler.Client(new() { TimeProvider = time });

        var watch = client.WatchAsync<V1ConfigMap>().GetAsyncEnumerator();
        var next = watch.MoveNextAsync().AsTask();
        time.Advance(TimeSpan.FromSeconds(60));
        Assert.True((await Assert.ThrowsAsync<KubernetesConnectionException>(() => next)).IsTimeout);
    }

    [Fact]
    public async Task Leaving_the_loop_closes_the_connection()
    {
        var aborted = new TaskCompletionSource();
        await using var api = await ApiStub.StartAsync(async context =>
        {
            context.RequestAborted.Register(() => aborted.TrySetResult());
            await context.WriteAsync(Added + "\n");
            await context.Response.Body.FlushAsync();
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        });
        using var client = api.Client();

        await foreach (var _ in client.WatchAsync<V1ConfigMap>()) break;
        await aborted.Task.WaitAsync(TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task A_bookmark_fills_only_metadata_even_where_the_rest_would_not_fit()
    {
        var text = """{"type":"BOOKMARK","object":{"kind":"Widget","apiVersion":"example.com/v1","metadata":{"resourceVersion":"8"},"spec":{"replicas":""}}}""";
        var handler = ScriptedHandler.Streams(() => new PiecewiseStream([Encoding.UTF8.GetBytes(text)]));
        using var client = handler.Client(new() { JsonContexts = [WidgetContext.Default] });

        var bookmark = Assert.Single(await client.WatchAsync<Widget>().ToListAsync());
        Assert.Equal((WatchEventType.Bookmark, "8", "Widget"), (bookmark.Type, bookmark.Object.Metadata.ResourceVersion, bookmark.Object.Kind));
    }

    private static void AssertFour(List<WatchEvent<V1ConfigMap>> events)
    {
        Assert.Equal(
            [WatchEventType.Added, WatchEventType.Modified, WatchEventType.Deleted, WatchEventType.Bookmark], events.Select(e => e.Type));
        Assert.Equal(["1", "2", "3", "4"], events.Select(e => e.Object.Metadata.ResourceVersion));
        Assert.Equal("}{\"\\ é 🚀 ][", events[0].Object.Data!["k"]);
        Assert.Equal("true", events[3].Object.Metadata.Annotations!["k8s.io/initial-events-end"]);
        Assert.All(events, e => Assert.Equal(("v1", "ConfigMap"), (e.Object.ApiVersion, e.Object.Kind)));
    }

    private static async Task<List<WatchEvent<V1ConfigMap>>> ReadAsync(IEnumerable<byte[]> pieces, List<WatchEvent<V1ConfigMap>>? into = null)
    {
        var handler = ScriptedHandler.Streams(() => new PiecewiseStream(pieces));
        using var client = handler.Client();
        into ??= [];
        await DrainAsync(client, into);
        return into;
    }

    private static async Task DrainAsync(KubernetesClient client, List<WatchEvent<V1ConfigMap>> into)
    {
        await foreach (var item in client.WatchAsync<V1ConfigMap>()) into.Add(item);
    }
}
