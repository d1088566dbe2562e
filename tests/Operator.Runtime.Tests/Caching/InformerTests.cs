using Microsoft.Extensions.Logging.Abstractions;
using Operator.Kubernetes;
using Operator.Kubernetes.Models;
using Operator.Runtime.Caching;
using Operator.Runtime.Tests.Fakes;
using Operator.Runtime.Watching;

namespace Operator.Runtime.Tests.Caching;

public class InformerTests
{
    private readonly Informer<Widget> _informer = new(InformerScope.All, StoredFields.Strip, NullLogger.Instance);
    private readonly RecordingHandler<Widget> _handler = new();

    private IReflectorSink<Widget> Sink => _informer;

    public InformerTests() => _informer.AddHandler(_handler);

    [Fact]
    public void A_relist_emits_deletes_for_missing_objects()
    {
        Sink.Replace([Make("a", "1"), Make("b", "2")]);
        Sink.Replace([Make("b", "2")]);
        Assert.Equal("deleted a/u-a@1 unseen", _handler.Events[^1]);
        Assert.Null(_informer.Get(new ObjectKey("default", "a")));
        Assert.Equal(1, _informer.Count);
    }

    [Fact]
    public void A_relist_says_nothing_of_objects_that_did_not_change_and_keeps_them()
    {
        Sink.Replace([Make("a", "1"), Make("b", "2")]);
        var kept = _informer.Get(new ObjectKey("default", "a"));
        _handler.Events.Clear();
        Sink.Replace([Make("a", "1"), Make("b", "3")]);
        Assert.Equal(["updated b/u-b@2 to b/u-b@3"], _handler.Events);
        Assert.Same(kept, _informer.Get(new ObjectKey("default", "a")));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_same_name_with_a_new_UID_is_a_delete_and_an_add(bool byList)
    {
        Sink.Replace([Make("a", "1")]);
        _handler.Events.Clear();
        if (byList) Sink.Replace([Make("a", "5", "other")]);
        else Sink.Apply(new WatchEvent<Widget>(WatchEventType.Modified, Make("a", "5", "other")));
        Assert.Equal(["deleted a/u-a@1 unseen", "added a/other@5"], _handler.Events);
    }

    [Fact]
    public void A_deletion_carries_the_final_state()
    {
        Sink.Replace([Make("a", "1")]);
        Sink.Apply(new WatchEvent<Widget>(WatchEventType.Deleted, Make("a", "9")));
        Assert.Equal("deleted a/u-a@9", _handler.Events[^1]);
    }

    [Fact]
    public void A_deletion_of_another_UID_frees_the_name_with_the_state_that_was_known()
    {
        Sink.Replace([Make("a", "1")]);
        Sink.Apply(new WatchEvent<Widget>(WatchEventType.Deleted, Make("a", "9", "other")));
        Assert.Equal("deleted a/u-a@1 unseen", _handler.Events[^1]);
        Assert.Equal(0, _informer.Count);
    }

    [Fact]
    public void It_has_synced_only_after_the_handlers_were_told()
    {
        var during = true;
        _informer.AddHandler(new RecordingHandler<Widget> { OnEvent = () => during = _informer.HasSynced });
        Assert.False(_informer.HasSynced);
        Sink.Replace([Make("a", "1")]);
        Assert.False(during);
        Assert.True(_informer.HasSynced);
        Assert.Equal(["added a/u-a@1 initially"], _handler.Events);
    }

    [Fact]
    public void A_handler_that_comes_late_is_told_of_what_is_there()
    {
        Sink.Replace([Make("a", "1")]);
        var late = new RecordingHandler<Widget>();
        var registration = _informer.AddHandler(late);
        Sink.Apply(new WatchEvent<Widget>(WatchEventType.Added, Make("b", "2")));
        registration.Dispose();
        Sink.Apply(new WatchEvent<Widget>(WatchEventType.Added, Make("c", "3")));
        Assert.Equal(["added a/u-a@1 initially", "added b/u-b@2"], late.Events);
    }

    [Fact]
    public void A_handler_that_throws_stops_no_other()
    {
        var failures = 0;
        var informer = new Informer<Widget>(InformerScope.All, StoredFields.Strip, NullLogger.Instance, _ => failures++);
        informer.AddHandler(new RecordingHandler<Widget> { OnEvent = () => throw new InvalidOperationException("no") });
        informer.AddHandler(_handler);
        ((IReflectorSink<Widget>)informer).Replace([Make("a", "1"), Make("b", "2")]);
        Assert.Equal(2, _handler.Events.Count);
        Assert.Equal(2, failures);
        Assert.True(informer.HasSynced);
    }

    [Fact]
    public void Managed_fields_are_not_stored()
    {
        var widget = Make("a", "1");
        widget.Metadata.ManagedFields = [new V1ManagedFieldsEntry { Manager = "kubectl" }];
        Assert.Null(Sink.Transform(widget).Metadata.ManagedFields);
    }

    [Fact]
    public void Index_follows_every_change()
    {
        _informer.AddIndex("gadget", w => w.Spec.GadgetRef is { } name ? [name] : []);
        Sink.Replace([Make("a", "1", gadget: "x"), Make("b", "2", gadget: "x"), Make("c", "3")]);
        Assert.Equal(["a", "b"], By("x"));
        Sink.Apply(new WatchEvent<Widget>(WatchEventType.Modified, Make("a", "4", gadget: "y")));
        Assert.Equal(["b"], By("x"));
        Assert.Equal(["a"], By("y"));
        Sink.Apply(new WatchEvent<Widget>(WatchEventType.Deleted, Make("b", "5", gadget: "x")));
        Assert.Empty(By("x"));
        Sink.Replace([]);
        Assert.Empty(By("y"));
    }

    [Fact]
    public void An_index_that_comes_late_holds_what_is_there()
    {
        Sink.Replace([Make("a", "1", gadget: "x")]);
        _informer.AddIndex("gadget", w => [w.Spec.GadgetRef!]);
        Assert.Equal(["a"], By("x"));
    }

    [Fact]
    public void An_index_that_throws_leaves_only_that_object_out_of_it()
    {
        _informer.AddIndex("gadget", w => w.Spec.GadgetRef is { } name ? [name] : throw new InvalidOperationException("no"));
        Sink.Replace([Make("a", "1", gadget: "x"), Make("b", "2")]);
        Assert.Equal(["a"], By("x"));
        Assert.Equal(2, _informer.Count);
    }

    [Fact]
    public void An_unknown_index_and_a_name_that_is_taken_are_refused()
    {
        Assert.Contains("namespace, ownerUid", Assert.Throws<ArgumentException>(() => _informer.ByIndex("nope", "x")).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => _informer.AddIndex(StoreIndexes.Namespace, _ => []));
    }

    [Fact]
    public void Lists_are_of_one_moment()
    {
        Sink.Replace([Make("a", "1"), Make("b", "2")]);
        var before = _informer.List();
        var one = _informer.List("default");
        Assert.Same(before, _informer.List());
        Sink.Apply(new WatchEvent<Widget>(WatchEventType.Deleted, Make("a", "3")));
        Assert.Equal(2, before.Count);
        Assert.Equal(2, one.Count);
        Assert.Single(_informer.List());
    }

    [Fact]
    public void Objects_are_found_by_owner()
    {
        var owned = Make("a", "1");
        owned.Metadata.OwnerReferences = [new V1OwnerReference { Uid = "boss" }];
        Sink.Replace([owned, Make("b", "2")]);
        Assert.Same(owned, Assert.Single(_informer.ByIndex(StoreIndexes.OwnerUid, "boss")));
    }

    [Fact]
    public async Task Readers_see_whole_states_while_the_informer_writes()
    {
        // Every state has as many objects in the index as in the list; a torn read would show a difference or throw.
        _informer.AddIndex("all", _ => ["x"]);
        using var stop = new CancellationTokenSource();
        var reader = Task.Run(() =>
        {
            var sizes = new HashSet<int>();
            while (!stop.IsCancellationRequested)
            {
                sizes.Add(_informer.ByIndex("all", "x").Count);
                sizes.Add(_informer.List().Count);
            }
            return sizes;
        });
        for (var i = 0; i < 300; i++)
            Sink.Replace(i % 2 == 0 ? [.. Enumerable.Range(0, 50).Select(n => Make($"w{n}", "1"))] : []);
        await stop.CancelAsync();
        Assert.Subset(new HashSet<int> { 0, 50 }, await reader);
    }

    private IEnumerable<string?> By(string value) => _informer.ByIndex("gadget", value).Select(w => w.Metadata.Name).Order(StringComparer.Ordinal);

    private static Widget Make(string name, string version, string? uid = null, string? gadget = null)
    {
        var widget = Widget.Named(name);
        widget.Metadata.Uid = uid ?? "u-" + name;
        widget.Metadata.ResourceVersion = version;
        widget.Spec.GadgetRef = gadget;
        return widget;
    }
}
