using Microsoft.Extensions.Logging.Abstractions;
using Operator.Kubernetes;
using Operator.Kubernetes.Models;
using Operator.Runtime.Caching;
using Operator.Runtime.Queueing;
using Operator.Runtime.Reconciling;
using Operator.Runtime.Tests.Fakes;
using Operator.Runtime.Watching;
using Operator.Testing;

namespace Operator.Runtime.Tests.Reconciling;

public sealed class SourceTests : IDisposable
{
    private static readonly EntityMetadata WidgetKind = EntityMetadata.For<Widget>();

    private readonly Informer<Gadget> _gadgets = new(InformerScope.All, StoredFields.Strip, NullLogger.Instance);
    private readonly Informer<Widget> _widgets = new(InformerScope.All, StoredFields.Strip, NullLogger.Instance);
    private readonly WorkQueue<ObjectKey> _queue = new();

    private IReflectorSink<Gadget> Gadgets => _gadgets;

    private IReflectorSink<Widget> Widgets => _widgets;

    public void Dispose() => _queue.Dispose();

    [Fact]
    public void An_owned_object_leads_to_its_controller_alone()
    {
        var child = new V1ObjectMeta
        {
            NamespaceProperty = "ns",
            OwnerReferences =
            [
                new V1OwnerReference { ApiVersion = "test.dev/v1", Kind = "Widget", Name = "bystander" },
                new V1OwnerReference { ApiVersion = "test.dev/v1alpha1", Kind = "Widget", Name = "boss", Controller = true },
                new V1OwnerReference { ApiVersion = "other.dev/v1", Kind = "Widget", Name = "stranger", Controller = true },
            ],
        };
        Assert.Equal([new ObjectKey("ns", "boss")], OwnerMapping.Keys(child, WidgetKind));
        Assert.Equal([new ObjectKey(null, "boss")], OwnerMapping.Keys(child, WidgetKind with { Scope = EntityScope.Cluster }));
        Assert.Empty(OwnerMapping.Keys(new V1ObjectMeta(), WidgetKind));
    }

    [Fact]
    public async Task What_is_asked_for_later_many_times_is_asked_for_once_at_the_first_time()
    {
        var time = new ManualTimeProvider();
        using var queue = new WorkQueue<ObjectKey>(time);
        var trigger = new ReconcileTrigger();
        using var attached = new TriggerSource(trigger).Attach(queue);
        var (key, other) = (new ObjectKey("ns", "many"), new ObjectKey("ns", "few"));
        trigger.Enqueue(key, TimeSpan.FromMilliseconds(250));
        time.Advance(TimeSpan.FromMilliseconds(200));
        for (var i = 0; i < 100; i++) trigger.Enqueue(key, TimeSpan.FromMilliseconds(250));
        trigger.Enqueue(other);
        Assert.Equal((1, 1), (queue.Depth, queue.Delayed));
        Assert.Equal(other, (await queue.GetAsync(TestContext.Current.CancellationToken))!.Value.Key);
        time.Advance(TimeSpan.FromMilliseconds(50));
        Assert.Equal(key, (await queue.GetAsync(TestContext.Current.CancellationToken))!.Value.Key);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((0, 0), (queue.Depth, queue.Delayed));
    }

    [Fact]
    public void A_core_owner_has_no_group()
    {
        var child = new V1ObjectMeta { OwnerReferences = [new V1OwnerReference { ApiVersion = "v1", Kind = "Pod", Name = "p", Controller = true }] };
        Assert.Single(OwnerMapping.Keys(child, new EntityMetadata("", "v1", "Pod", "pods", EntityScope.Namespaced)));
        Assert.Empty(OwnerMapping.Keys(child, new EntityMetadata("x.dev", "v1", "Pod", "pods", EntityScope.Namespaced)));
    }

    [Fact]
    public void A_change_concerns_what_the_object_named_before_and_after()
    {
        Attach(g => [new ObjectKey("default", g.Spec.Text!)]);
        Gadgets.Replace([Make("g", "1", "old")]);
        Drain();
        Gadgets.Apply(new WatchEvent<Gadget>(WatchEventType.Modified, Make("g", "2", "new")));
        Assert.Equal(["new", "old"], Drain());
        Gadgets.Apply(new WatchEvent<Gadget>(WatchEventType.Deleted, Make("g", "3", "new")));
        Assert.Equal(["new"], Drain());
    }

    [Fact]
    public void A_mapper_that_throws_leads_to_all_entities()
    {
        Widgets.Replace([WidgetAt("a", "1"), WidgetAt("b", "2")]);
        Attach(_ => throw new InvalidOperationException("no"));
        Gadgets.Replace([Make("g", "1", "x")]);
        Assert.Equal(["a", "b"], Drain());
    }

    [Fact]
    public void A_predicate_that_throws_lets_the_event_pass()
    {
        Attach(g => [new ObjectKey("default", g.Spec.Text!)], new EventPredicate<Gadget> { Created = _ => throw new InvalidOperationException("no") });
        Gadgets.Replace([Make("g", "1", "x")]);
        Assert.Equal(["x"], Drain());
    }

    [Fact]
    public void A_predicate_keeps_events_back()
    {
        Attach(g => [new ObjectKey("default", g.Spec.Text!)], new EventPredicate<Gadget> { Updated = (_, _) => false });
        Gadgets.Replace([Make("g", "1", "x")]);
        Drain();
        Gadgets.Apply(new WatchEvent<Gadget>(WatchEventType.Modified, Make("g", "2", "x")));
        Assert.Empty(Drain());
    }

    [Fact]
    public void The_initial_listing_waits_at_low_priority()
    {
        Attach(g => [new ObjectKey("default", g.Spec.Text!)]);
        Gadgets.Replace([Make("g", "1", "x")]);
        Assert.Equal(WorkPriority.Low, Next().Priority);
        Gadgets.Apply(new WatchEvent<Gadget>(WatchEventType.Added, Make("h", "2", "y")));
        Assert.Equal(WorkPriority.Normal, Next().Priority);
    }

    [Fact]
    public void The_begin_of_a_deletion_passes_every_predicate()
    {
        var never = new EventPredicate<Widget> { Created = _ => false, Updated = (_, _) => false, Deleted = _ => false };
        var source = new EntitySource<Widget>(_widgets, never, "widget", NullLogger.Instance);
        source.Attach(_queue);
        Widgets.Replace([WidgetAt("a", "1")]);
        Assert.Empty(Drain());
        var going = WidgetAt("a", "2");
        going.Metadata.DeletionTimestamp = DateTimeOffset.UnixEpoch;
        Widgets.Apply(new WatchEvent<Widget>(WatchEventType.Modified, going));
        Assert.Equal(["a"], Drain());
        Widgets.Apply(new WatchEvent<Widget>(WatchEventType.Deleted, going));
        Assert.Equal(["a"], Drain());
        Assert.Equal([going], source.Gone(new ObjectKey("default", "a")));
    }

    [Fact]
    public void Every_entity_that_is_gone_is_remembered_until_it_was_told()
    {
        var source = new EntitySource<Widget>(_widgets, new EventPredicate<Widget>(), "widget", NullLogger.Instance);
        source.Attach(_queue);
        var key = new ObjectKey("default", "a");
        Widgets.Replace([WidgetAt("a", "1", "first")]);
        Widgets.Apply(new WatchEvent<Widget>(WatchEventType.Added, WidgetAt("a", "2", "second")));
        Widgets.Apply(new WatchEvent<Widget>(WatchEventType.Deleted, WidgetAt("a", "3", "second")));
        Assert.Equal(["first", "second"], source.Gone(key).Select(w => w.Metadata.Uid));
        source.Told(key, source.Gone(key)[0]);
        Assert.Equal(["second"], source.Gone(key).Select(w => w.Metadata.Uid));
        Widgets.Apply(new WatchEvent<Widget>(WatchEventType.Added, WidgetAt("a", "2", "second")));
        Assert.Empty(source.Gone(key));
    }

    private void Attach(Func<Gadget, IEnumerable<ObjectKey>> map, EventPredicate<Gadget>? predicate = null) =>
        new MappedSource<Gadget>(
            _gadgets, predicate ?? new EventPredicate<Gadget>(), map, () => _widgets.List().Select(w => ObjectKey.Of(w)), "widget", NullLogger.Instance)
            .Attach(_queue);

    private List<string> Drain()
    {
        var keys = new List<string>();
        while (_queue.Depth > 0) keys.Add(Next().Key.Name);
        return [.. keys.Order(StringComparer.Ordinal)];
    }

    private WorkItem<ObjectKey> Next()
    {
        var got = _queue.GetAsync().AsTask();
        Assert.True(got.IsCompleted, "a key should have been there");
        var item = got.GetAwaiter().GetResult()!.Value;
        _queue.Done(item.Key);
        return item;
    }

    private static Gadget Make(string name, string version, string text)
    {
        var gadget = Gadget.Named(name, text: text);
        gadget.Metadata.Uid = "u-" + name;
        gadget.Metadata.ResourceVersion = version;
        return gadget;
    }

    private static Widget WidgetAt(string name, string version, string? uid = null)
    {
        var widget = Widget.Named(name);
        widget.Metadata.Uid = uid ?? "u-" + name;
        widget.Metadata.ResourceVersion = version;
        return widget;
    }
}
