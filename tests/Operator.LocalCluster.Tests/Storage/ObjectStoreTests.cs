using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Operator.LocalCluster.Storage;

namespace Operator.LocalCluster.Tests.Storage;

public class ObjectStoreTests
{
    private const string Key = "example.com/widgets";

    [Fact]
    public void Every_write_takes_the_next_revision_of_all_resources()
    {
        var store = new ObjectStore();
        var first = store.Create(Key, Widget("a"), sorted: true)!;
        var other = store.Create("/configmaps", Widget("a"), sorted: false)!;
        var second = store.Update(Key, first, Widget("a", "2"), sorted: true)!;
        Assert.Equal(first.Revision + 1, other.Revision);
        Assert.Equal(other.Revision + 1, second.Revision);
        Assert.Equal(second.Revision, store.Revision);
        Assert.Equal($"{second.Revision}", (string?)second.Parse()["metadata"]!["resourceVersion"]);
    }

    [Fact]
    public void A_name_is_created_once()
    {
        var store = new ObjectStore();
        Assert.NotNull(store.Create(Key, Widget("a"), sorted: true));
        Assert.Null(store.Create(Key, Widget("a"), sorted: true));
        Assert.NotNull(store.Create("other/widgets", Widget("a"), sorted: true));
    }

    [Fact]
    public void Only_the_present_state_is_replaced_or_removed()
    {
        var store = new ObjectStore();
        var old = store.Create(Key, Widget("a"), sorted: true)!;
        var present = store.Update(Key, old, Widget("a", "2"), sorted: true)!;
        Assert.Null(store.Update(Key, old, Widget("a", "3"), sorted: true));
        Assert.Null(store.Delete(Key, old));
        Assert.NotNull(store.Delete(Key, present));
        Assert.Null(store.Get(Key, "default", "a"));
    }

    [Fact]
    public void What_a_reader_changes_is_not_what_is_stored()
    {
        var store = new ObjectStore();
        var stored = store.Create(Key, Widget("a"), sorted: true)!;
        stored.Parse()["spec"]!["value"] = "changed";
        Assert.Equal("1", (string?)store.Get(Key, "default", "a")!.Parse()["spec"]!["value"]);
    }

    [Fact]
    public void A_deletion_carries_the_last_state_with_its_own_revision()
    {
        var store = new ObjectStore();
        var created = store.Create(Key, Widget("a"), sorted: true)!;
        var deleted = store.Delete(Key, created)!;
        Assert.Equal(created.Revision + 1, deleted.Revision);
        Assert.Equal("1", (string?)deleted.Parse()["spec"]!["value"]);
        Assert.Equal($"{deleted.Revision}", (string?)deleted.Parse()["metadata"]!["resourceVersion"]);
    }

    [Fact]
    public void Lists_are_ordered_by_namespace_and_name_and_cut_by_namespace()
    {
        var store = new ObjectStore();
        foreach (var (ns, name) in ((string, string)[])[("b", "x"), ("a", "y"), ("a-b", "x"), ("a", "x")])
            store.Create(Key, Widget(name, "1", ns), sorted: true);
        var snapshot = store.Snapshot(Key);
        Assert.Equal(["a-b/x", "a/x", "a/y", "b/x"], snapshot.Objects.Select(o => o.Key));
        var (start, end) = snapshot.Range("a");
        Assert.Equal(["a/x", "a/y"], Enumerable.Range(start, end - start).Select(i => snapshot.Objects[i].Key));
    }

    [Fact]
    public void A_subscription_gets_the_past_and_then_every_write_in_order()
    {
        var store = new ObjectStore();
        var start = store.Create(Key, Widget("a"), sorted: true)!;
        var second = store.Update(Key, start, Widget("a", "2"), sorted: true)!;
        var seen = new List<(StoreEventType, long)>();
        using (store.Subscribe(Key, start.Revision, null, e => seen.Add((e.Type, e.Revision))))
        {
            store.Create("/configmaps", Widget("a"), sorted: false);
            store.Delete(Key, second);
        }
        store.Create(Key, Widget("b"), sorted: true);
        Assert.Equal([(StoreEventType.Modified, start.Revision + 1), (StoreEventType.Deleted, start.Revision + 3)], seen);
    }

    [Fact]
    public void A_subscription_without_a_revision_starts_with_the_present()
    {
        var store = new ObjectStore();
        store.Create(Key, Widget("a"), sorted: true);
        StoreSnapshot? initial = null;
        var events = 0;
        using var subscription = store.Subscribe(Key, null, s => initial = s, _ => events++);
        store.Create(Key, Widget("b"), sorted: true);
        Assert.Equal(["default/a"], initial!.Value.Objects.Select(o => o.Key));
        Assert.Equal(1, events);
    }

    [Fact]
    public void After_a_compaction_the_past_is_expired_and_the_present_is_not()
    {
        var store = new ObjectStore();
        var first = store.Create(Key, Widget("a"), sorted: true)!;
        var second = store.Update(Key, first, Widget("a", "2"), sorted: true)!;
        store.Compact();
        Assert.Throws<RevisionExpiredException>(() => store.SnapshotAt(Key, first.Revision));
        Assert.Throws<RevisionExpiredException>(() => store.Subscribe(Key, first.Revision, null, _ => { }));
        Assert.Single(store.SnapshotAt(Key, second.Revision).Objects);
        store.Subscribe(Key, second.Revision, null, _ => { }).Dispose();
    }

    [Fact]
    public void A_resource_that_is_first_seen_after_a_compaction_has_no_older_history()
    {
        var store = new ObjectStore();
        store.Create("/configmaps", Widget("a"), sorted: false);
        store.Compact();
        Assert.Throws<RevisionExpiredException>(() => store.Subscribe(Key, 1, null, _ => { }));
    }

    [Fact]
    public void A_revision_of_the_future_is_too_large()
    {
        var store = new ObjectStore();
        var error = Assert.Throws<RevisionTooLargeException>(() => store.SnapshotAt(Key, 99));
        Assert.Equal((99, store.Revision), (error.Requested, error.Current));
    }

    [Fact]
    public void History_is_bounded_and_the_newest_events_stay()
    {
        var store = new ObjectStore(history: 10);
        var live = store.Create(Key, Widget("a"), sorted: true)!;
        var revisions = new List<long>();
        for (var i = 0; i < 100; i++)
        {
            live = store.Update(Key, live, Widget("a", $"{i}"), sorted: true)!;
            revisions.Add(live.Revision);
        }
        Assert.Throws<RevisionExpiredException>(() => store.Subscribe(Key, revisions[50], null, _ => { }));
        var seen = new List<long>();
        store.Subscribe(Key, revisions[^10], null, e => seen.Add(e.Revision)).Dispose();
        Assert.Equal(revisions[^9..], seen);
    }

    [Fact]
    public void Every_past_revision_lists_what_was_there()
    {
        var operations = Gen.Choose(0, 29).ListOf(60);
        Prop.ForAll(operations.ToArbitrary(), Matches).QuickCheckThrowOnFailure();

        static bool Matches(IReadOnlyList<int> steps)
        {
            var store = new ObjectStore();
            var model = new SortedDictionary<string, string>(StringComparer.Ordinal);
            var history = new Dictionary<long, string> { [store.Revision] = "" };
            foreach (var step in steps)
            {
                var (name, action) = ($"n{step % 10}", step / 10);
                var live = store.Get(Key, "default", name);
                var value = $"{store.Revision}";
                if (live is null)
                {
                    store.Create(Key, Widget(name, value), sorted: true);
                    model[name] = value;
                }
                else if (action == 2)
                {
                    store.Delete(Key, live);
                    model.Remove(name);
                }
                else
                {
                    store.Update(Key, live, Widget(name, value), sorted: true);
                    model[name] = value;
                }
                history[store.Revision] = string.Join(",", model.Select(m => $"{m.Key}={m.Value}"));
            }
            return history.All(h => h.Value == string.Join(
                ",", store.SnapshotAt(Key, h.Key).Objects.Select(o => $"{o.Name}={o.Parse()["spec"]!["value"]}")));
        }
    }

    private static JsonObject Widget(string name, string value = "1", string ns = "default") => new()
    {
        ["apiVersion"] = "example.com/v1",
        ["kind"] = "Widget",
        ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = ns, ["labels"] = new JsonObject { ["value"] = value } },
        ["spec"] = new JsonObject { ["value"] = value },
    };
}
