using System.Runtime.CompilerServices;
using System.Text.Json;
using Operator.Kubernetes;
using Operator.Kubernetes.Models;
using Operator.Runtime.LeaderElection;
using Operator.Runtime.Tests.Fakes;

namespace Operator.Runtime.Tests.LeaderElection;

public class LeaseLockTests
{
    private static readonly DateTimeOffset Time = new DateTimeOffset(2026, 5, 1, 12, 0, 0, TimeSpan.Zero).AddTicks(1_234_560);
    private static readonly LeaderElectionRecord Mine = new("me", 15, Time, Time, 3);

    private readonly FakeCluster _cluster = new(TimeProvider.System);
    private readonly LeaseLock _lease;

    public LeaseLockTests() => _lease = new LeaseLock(_cluster, "shop", "widgets");

    [Fact]
    public async Task A_record_comes_back_as_it_was_written()
    {
        Assert.Null(await _lease.ReadAsync(default));
        var created = await _lease.CreateAsync(Mine, default);
        Assert.Equal(Mine, created.Record);
        Assert.Equal(Mine, (await _lease.ReadAsync(default))!.Record);
        var renewed = Mine with { RenewTime = Time.AddSeconds(2) };
        Assert.Equal(renewed, (await _lease.UpdateAsync(created, renewed, default)).Record);
    }

    [Fact]
    public async Task The_epoch_counts_on_from_the_second_in_which_the_server_created_the_lease()
    {
        var created = await _lease.CreateAsync(Mine, default);
        var at = (await _cluster.GetAsync<V1Lease>("widgets", "shop"))!.Metadata.CreationTimestamp!.Value;
        Assert.Equal((at, at.ToUnixTimeSeconds() + 3), (created.CreatedAt!.Value, created.Epoch));
        var taken = await _lease.UpdateAsync(created, Mine with { HolderIdentity = "next", LeaseTransitions = 4 }, default);
        Assert.Equal(created.Epoch + 1, taken.Epoch);
    }

    [Fact]
    public async Task Times_have_six_digits_on_the_wire()
    {
        await _lease.CreateAsync(Mine, default);
        var body = _cluster.Requests.Single(request => request.Verb == "create").Body!;
        Assert.Equal("2026-05-01T12:00:00.123456Z", (string?)body["spec"]!["renewTime"]);
        Assert.Equal("2026-05-01T12:00:00.123456Z", (string?)body["spec"]!["acquireTime"]);
        Assert.Equal(15, (int)body["spec"]!["leaseDurationSeconds"]!);
    }

    [Fact]
    public async Task A_write_over_somebody_elses_write_is_refused()
    {
        var first = await _lease.CreateAsync(Mine, default);
        await _lease.UpdateAsync(first, Mine with { HolderIdentity = "other" }, default);
        var error = await Assert.ThrowsAsync<KubernetesException>(() => _lease.UpdateAsync(first, Mine, default));
        Assert.True(error.IsConflict);
        Assert.Equal("other", (await _lease.ReadAsync(default))!.Record.HolderIdentity);
    }

    [Fact]
    public async Task What_others_put_on_the_lease_stays()
    {
        using var unknown = JsonDocument.Parse("7");
        await _cluster.CreateAsync(new V1Lease
        {
            Metadata = new V1ObjectMeta { Name = "widgets", NamespaceProperty = "shop", Labels = new Dictionary<string, string> { ["team"] = "a" } },
            Spec = new V1LeaseSpec { HolderIdentity = "other", AdditionalProperties = new Dictionary<string, JsonElement> { ["future"] = unknown.RootElement.Clone() } },
        });
        var read = (await _lease.ReadAsync(default))!;
        await _lease.UpdateAsync(read, Mine, default);
        var stored = (await _cluster.GetAsync<V1Lease>("widgets", "shop"))!;
        Assert.Equal("a", stored.Metadata.Labels!["team"]);
        Assert.Equal(7, stored.Spec!.AdditionalProperties!["future"].GetInt32());
    }

    [Fact]
    public async Task A_lease_without_a_holder_is_held_by_nobody()
    {
        await _cluster.CreateAsync(new V1Lease { Metadata = new V1ObjectMeta { Name = "widgets", NamespaceProperty = "shop" } });
        Assert.False((await _lease.ReadAsync(default))!.Record.IsHeld);
    }

    [Fact]
    public async Task The_watch_tells_changes_and_the_deletion_of_this_lease_alone()
    {
        var client = new WatchedLease();
        var seen = new List<string?>();
        await foreach (var version in new LeaseLock(client, "shop", "widgets").WatchAsync(default)) seen.Add(version?.Record.HolderIdentity);
        Assert.Equal(["me", "next", null], seen);
        Assert.Equal(("shop", "metadata.name=widgets"), (client.Asked!.Namespace, client.Asked.FieldSelector));
        Assert.NotNull(client.Asked.Timeout);
    }

    private sealed class WatchedLease : StubClient
    {
        public WatchOptions? Asked { get; private set; }

        public override async IAsyncEnumerable<WatchEvent<T>> WatchAsync<T>(
            WatchOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            Asked = options;
            await Task.Yield();
            yield return Event<T>(WatchEventType.Added, "me");
            yield return Event<T>(WatchEventType.Bookmark, "");
            yield return Event<T>(WatchEventType.Modified, "next");
            yield return Event<T>(WatchEventType.Deleted, "next");
        }

        private static WatchEvent<T> Event<T>(WatchEventType type, string holder) =>
            new(type, (T)(object)new V1Lease { Spec = new V1LeaseSpec { HolderIdentity = holder } });
    }
}
