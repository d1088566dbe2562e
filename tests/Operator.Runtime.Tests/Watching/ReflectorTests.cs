using Operator.Kubernetes;
using Operator.Runtime.Caching;
using Operator.Runtime.Tests.Fakes;
using Operator.Runtime.Watching;

namespace Operator.Runtime.Tests.Watching;

public sealed class ReflectorTests : IDisposable
{
    private readonly Simulation _simulation = new();
    private readonly FakeCluster _cluster;
    private readonly RecordingSink _sink = new();
    private readonly CancellationTokenSource _stop = new();

    public ReflectorTests() => _cluster = new FakeCluster(_simulation.Time);

    public void Dispose() => _stop.Dispose();

    private List<FakeRequest> Lists => [.. _cluster.Requests.Where(r => r.Verb == "list")];

    private List<FakeRequest> Watches => [.. _cluster.Requests.Where(r => r.Verb == "watch")];

    [Fact]
    public void It_lists_in_pages_and_watches_from_the_version_of_the_list()
    {
        for (var i = 0; i < 5; i++) Create($"w{i}");
        Start(new ReflectorOptions { PageSize = 2 });
        Assert.Equal(["list", "replace w0,w1,w2,w3,w4"], _sink.Calls);
        Assert.Equal([2, 2, 2], Lists.Select(r => ((ListOptions)r.Options!).Limit));
        Assert.Equal(FakeHistory.Text(_cluster.History.Version), From(Watches.Single()));
        Create("w5");
        _simulation.Settle();
        Assert.Equal("Added w5", _sink.Calls[^1]);
    }

    [Fact]
    public void A_clean_close_resumes_from_the_last_event_without_a_list()
    {
        Start();
        Create("a");
        _simulation.Advance(TimeSpan.FromMinutes(1));
        _cluster.ForEachWatch(w => w.End = WatchEnd.Closed);
        _simulation.Settle();
        Create("b");
        _simulation.Advance(TimeSpan.FromSeconds(5));
        Assert.Single(Lists);
        Assert.Equal([FakeHistory.Text(100), FakeHistory.Text(101)], Watches.Select(From));
        Assert.Equal(["list", "replace ", "Added a", "Added b"], _sink.Calls);
    }

    [Fact]
    public void A_bookmark_moves_the_version_on()
    {
        Start();
        _cluster.History.Skip();
        _cluster.History.Skip();
        _cluster.ForEachWatch(w => w.SendBookmark = true);
        _simulation.Advance(TimeSpan.FromMinutes(1));
        _cluster.ForEachWatch(w => w.End = WatchEnd.Closed);
        _simulation.Settle();
        Assert.Equal([FakeHistory.Text(100), FakeHistory.Text(102)], Watches.Select(From));
        Assert.Equal(["list", "replace "], _sink.Calls);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_expired_version_leads_to_a_new_list(bool asEvent)
    {
        Create("a");
        Start();
        _simulation.Advance(TimeSpan.FromMinutes(1));
        if (asEvent)
        {
            _cluster.ForEachWatch(w => w.End = WatchEnd.Expired);
        }
        else
        {
            _cluster.History.Skip();
            _cluster.History.Compact();
            _cluster.ForEachWatch(w => w.End = WatchEnd.Closed);
        }
        _simulation.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(["list", "replace a", "watch failed: VersionUnavailable", "list", "replace a"], _sink.Calls);
    }

    [Fact]
    public void A_server_that_closes_every_watch_at_once_is_not_hammered()
    {
        Start();
        for (var i = 0; i < 600; i++)
        {
            _cluster.ForEachWatch(w => w.End = WatchEnd.Closed);
            _simulation.Advance(TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(100));
        }
        Assert.InRange(Watches.Count, 3, 20);
        Assert.Single(Lists);
    }

    [Fact]
    public void A_server_that_expires_every_watch_at_once_is_not_hammered()
    {
        Start();
        for (var i = 0; i < 600; i++)
        {
            _cluster.ForEachWatch(w => w.End = WatchEnd.Expired);
            _simulation.Advance(TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(100));
        }
        Assert.InRange(Lists.Count, 3, 20);
    }

    [Fact]
    public void A_half_open_watch_is_noticed_soon_after_the_server_should_have_closed_it()
    {
        Start();
        var asked = ((WatchOptions)Watches.Single().Options!).Timeout!.Value;
        _cluster.ForEachWatch(w => w.HalfOpen = true);
        Create("a");
        _simulation.Advance(asked + TimeSpan.FromSeconds(29));
        Assert.Single(Watches);
        _simulation.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(2, Watches.Count);
        Assert.Equal(["list", "replace ", "watch failed: HalfOpen", "Added a"], _sink.Calls);
    }

    [Fact]
    public void The_server_is_asked_to_close_watches_after_five_to_ten_minutes()
    {
        Start();
        _simulation.Advance(TimeSpan.FromHours(4), TimeSpan.FromSeconds(10));
        var timeouts = Watches.Select(w => ((WatchOptions)w.Options!).Timeout!.Value.TotalMinutes).ToList();
        Assert.InRange(timeouts.Count, 24, 48);
        Assert.All(timeouts, t => Assert.InRange(t, 5, 10));
        Assert.True(timeouts.Max() - timeouts.Min() > 2);
        Assert.Single(Lists);
    }

    [Fact]
    public void A_page_token_that_expires_leads_to_one_whole_list()
    {
        for (var i = 0; i < 5; i++) Create($"w{i}");
        _cluster.Fault = request =>
        {
            if (((ListOptions?)request.Options)?.Continue is null) return null;
            _cluster.Fault = static _ => null;
            return FakeErrors.Expired();
        };
        Start(new ReflectorOptions { PageSize = 2 });
        Assert.Equal(["list", "list failed: VersionUnavailable", "list", "replace w0,w1,w2,w3,w4"], _sink.Calls);
        Assert.Equal([2, 2, null], Lists.Select(r => ((ListOptions)r.Options!).Limit));
    }

    [Fact]
    public void A_refused_connection_is_tried_again_at_growing_intervals()
    {
        _cluster.Fault = static _ => FakeErrors.Refused();
        Start();
        _simulation.Advance(TimeSpan.FromMinutes(10), TimeSpan.FromMilliseconds(500));
        Assert.InRange(Lists.Count, 20, 80);
        _cluster.Fault = static _ => null;
        _simulation.Advance(TimeSpan.FromSeconds(31));
        Assert.Equal("replace ", _sink.Calls[^1]);
    }

    [Fact]
    public void A_throttled_list_waits_as_long_as_the_server_asks()
    {
        _cluster.Fault = static _ => FakeErrors.TooManyRequests(20);
        Start();
        _simulation.Advance(TimeSpan.FromSeconds(19));
        Assert.Single(Lists);
        _simulation.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(2, Lists.Count);
    }

    [Fact]
    public void A_broken_connection_resumes_from_the_last_event()
    {
        Start();
        Create("a");
        _simulation.Advance(TimeSpan.FromMinutes(1));
        _cluster.ForEachWatch(w => w.End = WatchEnd.Broken);
        Create("b");
        _simulation.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(["list", "replace ", "Added a", "Added b", "watch failed: Unreachable"], _sink.Calls.Order(StringComparer.Ordinal).OrderBy(c => c.StartsWith("watch", StringComparison.Ordinal)).ThenBy(c => c.StartsWith("Added", StringComparison.Ordinal)));
        Assert.Single(Lists);
    }

    [Fact]
    public void Cancelling_ends_it()
    {
        var run = Start();
        _stop.Cancel();
        _simulation.Settle();
        Assert.True(run.IsCanceled);
        Assert.Empty(_cluster.Watches);
    }

    private Task Start(ReflectorOptions? options = null)
    {
        var reflector = new Reflector<Widget>(
            _cluster, InformerScope.All, _sink, options ?? new ReflectorOptions(), _simulation.Time, new Random(5));
        return _simulation.Start(() => reflector.RunAsync(_stop.Token));
    }

    private void Create(string name) => _simulation.Run(() => _cluster.CreateAsync(Widget.Named(name)));

    private static string? From(FakeRequest watch) => ((WatchOptions)watch.Options!).ResourceVersion;
}
