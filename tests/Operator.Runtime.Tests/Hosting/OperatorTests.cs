using Operator.Kubernetes;
using Operator.Kubernetes.Models;
using Operator.Runtime.Applying;
using Operator.Runtime.Caching;
using Operator.Runtime.Finalizers;
using Operator.Runtime.Hosting;
using Operator.Runtime.Metrics;
using Operator.Runtime.Reconciling;
using Operator.Runtime.Tests.Fakes;

namespace Operator.Runtime.Tests.Hosting;

public class OperatorTests
{
    [Fact]
    public void A_controller_reconciles_what_is_there_what_comes_and_what_goes()
    {
        using var test = new OperatorFixture(
            o => o.AddController<WidgetController, Widget>(), c => c.CreateAsync(Widget.Named("a"))).Start();
        test.Do(c => c.CreateAsync(Widget.Named("b")));
        test.Do(c => c.DeleteAsync<Widget>("a", "default"));
        Assert.Equal(["widget a", "widget b", "widget a gone"], test.World.Log);
    }

    [Fact]
    public void An_idle_operator_makes_no_requests_but_its_watches()
    {
        using var test = new OperatorFixture(o => o
            .AddController<WidgetController, Widget>(c => c.Owns<Gadget>())
            .AddController<GadgetController, Gadget>()
            .AddFinalizer<Cleanup, Widget>("test.dev/cleanup"));
        test.World.Widgets = async (w, token) =>
        {
            await test.Service<IApplier<WidgetController>>().ApplyAsync(Gadget.Named(w.Metadata.Name!, text: "x"), w, token);
            await test.Service<IStatusWriter>().WriteAsync(w, new WidgetStatus { ObservedValue = w.Spec.Value }, token);
            return ReconciliationResult<Widget>.Success(w);
        };
        test.Start();
        for (var i = 0; i < 20; i++) test.Do(c => c.CreateAsync(Widget.Named($"w{i}", value: i)));
        test.Simulation.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(20, test.Cluster.Present<Gadget>().Count);
        test.Cluster.ForgetRequests();
        test.World.Log.Clear();

        test.Simulation.Advance(TimeSpan.FromHours(1), TimeSpan.FromSeconds(5));

        Assert.DoesNotContain(test.Cluster.Requests, r => r.Verb != "watch");
        // Two kinds, a watch every five to ten minutes each.
        Assert.InRange(test.Cluster.Requests.Count, 10, 26);
        Assert.Empty(test.World.Log);
    }

    [Fact]
    public void A_reconcile_that_changes_nothing_writes_nothing()
    {
        using var test = new OperatorFixture(o => o.AddController<WidgetController, Widget>(c => c.Owns<Gadget>()));
        test.World.Widgets = async (w, token) =>
        {
            await test.Service<IApplier<WidgetController>>().ApplyAsync(Gadget.Named(w.Metadata.Name!, text: "x"), w, token);
            await test.Service<IStatusWriter>().WriteAsync(w, new WidgetStatus { ObservedValue = 1 }, token);
            return ReconciliationResult<Widget>.Success(w, TimeSpan.FromSeconds(10));
        };
        test.Start();
        test.Do(c => c.CreateAsync(Widget.Named("a")));
        test.Simulation.Advance(TimeSpan.FromSeconds(15));
        test.Cluster.ForgetRequests();
        test.World.Log.Clear();
        test.Simulation.Advance(TimeSpan.FromSeconds(100));
        Assert.InRange(test.World.Log.Count, 9, 11);
        Assert.DoesNotContain(test.Cluster.Requests, r => r.IsWrite);
    }

    [Fact]
    public void A_child_that_somebody_deletes_is_made_again()
    {
        using var test = new OperatorFixture(o => o.AddController<WidgetController, Widget>(c => c.Owns<Gadget>()));
        test.World.Widgets = async (w, token) =>
        {
            await test.Service<IApplier<WidgetController>>().ApplyAsync(Gadget.Named("child", text: "x"), w, token);
            return ReconciliationResult<Widget>.Success(w);
        };
        test.Start();
        test.Do(c => c.CreateAsync(Widget.Named("a")));
        Assert.Equal("test/widget", test.Cluster.Requests.Single(r => r.Verb == "apply").Patch!.FieldManager);
        test.Do(c => c.DeleteAsync<Gadget>("child", "default"));
        Assert.Single(test.Cluster.Present<Gadget>());
    }

    [Fact]
    public void A_change_of_a_mapped_object_leads_to_the_entities_that_name_it()
    {
        using var test = new OperatorFixture(
            o => o.AddController<WidgetController, Widget>(c => c
                .Index("gadget", w => w.Spec.GadgetRef is { } name ? [name] : [])
                .Watches<Gadget>((g, widgets) => widgets.ByIndex("gadget", g.Metadata.Name!).Select(w => ObjectKey.Of(w)))),
            c =>
            {
                foreach (var (name, gadget) in new[] { ("a", "g"), ("b", "g"), ("c", "other") })
                {
                    var widget = Widget.Named(name);
                    widget.Spec.GadgetRef = gadget;
                    c.CreateAsync(widget);
                }
            }).Start();
        test.World.Log.Clear();
        test.Do(c => c.CreateAsync(Gadget.Named("g")));
        Assert.Equal(["widget a", "widget b"], test.World.Log.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Controllers_of_the_same_kind_share_one_informer()
    {
        using var test = new OperatorFixture(o => o
            .AddController<WidgetController, Widget>()
            .AddController<WidgetController, Widget>(c => c.Name = "second")).Start();
        Assert.Single(test.Cluster.Requests, r => r.Verb == "list");
        test.Do(c => c.CreateAsync(Widget.Named("a")));
        Assert.Equal(["widget a", "widget a"], test.World.Log);
    }

    [Fact]
    public void A_controller_that_cannot_be_put_together_stops_no_other()
    {
        using var test = new OperatorFixture(o => o
            .AddController<GadgetController, Gadget>(c => c.Index(StoreIndexes.Namespace, _ => []))
            .AddController<WidgetController, Widget>()).Start();
        test.Do(c => c.CreateAsync(Widget.Named("a")));
        Assert.Equal(["widget a"], test.World.Log);
    }

    [Fact]
    public void A_kind_that_cannot_be_listed_holds_up_only_its_own_controller()
    {
        using var test = new OperatorFixture(o => o
            .AddController<GadgetController, Gadget>()
            .AddController<WidgetController, Widget>(),
            c => c.Fault = r => r.Resource == "gadgets" ? FakeErrors.Status(System.Net.HttpStatusCode.Forbidden, "Forbidden", "no") : null).Start();
        test.Do(c => c.CreateAsync(Widget.Named("a")));
        Assert.Equal(["widget a"], test.World.Log);
        Assert.False(test.Service<IInformers>().HaveSynced);
        test.Cluster.Fault = static _ => null;
        test.Simulation.Advance(TimeSpan.FromSeconds(35));
        Assert.True(test.Service<IInformers>().HaveSynced);
    }

    [Fact]
    public void A_controller_that_throws_is_counted_and_stops_no_other()
    {
        using var test = new OperatorFixture(o => o
            .AddController<GadgetController, Gadget>()
            .AddController<WidgetController, Widget>(c => c.Name = "throwing"));
        test.World.Widgets = (_, _) => throw new InvalidOperationException("broken");
        var exporter = test.Service<PrometheusExporter>();
        test.Start();
        test.Do(c => c.CreateAsync(Widget.Named("a")));
        test.Do(c => c.CreateAsync(Gadget.Named("g")));
        Assert.Contains("gadget g", test.World.Log);
        Assert.True(test.World.Log.Count(l => l == "widget a") > 2);
        Assert.Contains($"controller_runtime_reconcile_errors_total{{controller=\"throwing\"}} {test.World.Log.Count(l => l == "widget a")}", exporter.Write(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_finalizer_is_there_before_the_first_reconcile()
    {
        using var test = new OperatorFixture(o => o
            .AddController<WidgetController, Widget>()
            .AddFinalizer<Cleanup, Widget>("test.dev/cleanup"));
        test.World.Widgets = (w, _) =>
        {
            test.World.Log.Add(string.Join(",", w.Metadata.Finalizers ?? []));
            return Task.FromResult(ReconciliationResult<Widget>.Success(w));
        };
        test.Start();
        test.Do(c => c.CreateAsync(Widget.Named("a")));
        test.Do(c => c.DeleteAsync<Widget>("a", "default"));
        Assert.Equal(["widget a", "test.dev/cleanup"], test.World.Log[..2]);
        Assert.Equal(["cleanup a", "widget a gone"], test.World.Log[^2..]);
        Assert.Empty(test.Cluster.Present<Widget>());
    }

    [Fact]
    public void A_controller_may_change_what_it_is_given()
    {
        using var test = new OperatorFixture(o => o.AddController<WidgetController, Widget>());
        test.World.Widgets = (w, _) =>
        {
            w.Spec.Value = 99;
            w.Metadata.Labels = new Dictionary<string, string> { ["changed"] = "yes" };
            return Task.FromResult(ReconciliationResult<Widget>.Success(w));
        };
        test.Start();
        test.Do(c => c.CreateAsync(Widget.Named("a", value: 1)));
        var cached = test.Service<IInformers>().Get<Widget>().Get(new ObjectKey("default", "a"))!;
        Assert.Equal(1, cached.Spec.Value);
        Assert.Null(cached.Metadata.Labels);
    }

    [Fact]
    public void A_reconcile_waits_for_its_own_last_write_and_then_reads_live()
    {
        var seen = new List<long?>();
        using var test = new OperatorFixture(o => o.AddController<WidgetController, Widget>(c => c.Predicate = Predicates.GenerationChanged<Widget>()));
        test.World.Widgets = async (w, token) =>
        {
            seen.Add(w.Status?.Writes);
            var body = System.Text.Encoding.UTF8.GetBytes($$$"""{"status":{"writes":{{{(w.Status?.Writes ?? 0) + 1}}}}}""");
            var client = test.Service<IKubernetesClient>();
            await client.PatchAsync<Widget>("a", "default", new KubernetesPatch(PatchType.Merge, body), new PatchOptions { Subresource = "status" }, token);
            return ReconciliationResult<Widget>.Success(w, TimeSpan.FromMilliseconds(500));
        };
        test.Start();
        test.Do(c =>
        {
            // The creation is seen; what follows is held back.
            _ = c.CreateAsync(Widget.Named("a"));
            return Task.CompletedTask;
        });
        test.Cluster.ForEachWatch(w => w.Paused = true);
        test.Cluster.ForgetRequests();
        test.Simulation.Advance(TimeSpan.FromSeconds(10), TimeSpan.FromMilliseconds(100));
        // Nothing was decided on a state without the last write, and nothing was read live more often than the patience allows.
        Assert.Equal(Enumerable.Range(0, seen.Count).Select(i => i == 0 ? null : (long?)i), seen);
        Assert.InRange(test.Cluster.Requests.Count(r => r.Verb == "get"), 3, 6);
        test.Cluster.ForEachWatch(w => w.Paused = false);
        test.Simulation.Advance(TimeSpan.FromSeconds(3), TimeSpan.FromMilliseconds(100));
        test.Cluster.ForgetRequests();
        test.Simulation.Advance(TimeSpan.FromSeconds(5), TimeSpan.FromMilliseconds(100));
        Assert.DoesNotContain(test.Cluster.Requests, r => r.Verb == "get");
        Assert.Equal(Enumerable.Range(0, seen.Count).Select(i => i == 0 ? null : (long?)i), seen);
    }

    [Fact]
    public void A_stop_lets_running_reconciles_end_and_nothing_is_written_after_it()
    {
        using var test = new OperatorFixture(o => o.AddController<WidgetController, Widget>());
        test.World.Widgets = async (w, token) =>
        {
            await Task.Delay(TimeSpan.FromSeconds(5), test.Simulation.Time, token);
            test.World.Log.Add("ended");
            return ReconciliationResult<Widget>.Success(w);
        };
        test.Start();
        test.Do(c => c.CreateAsync(Widget.Named("a")));
        var stop = test.Stop(TimeSpan.FromSeconds(30));
        test.Do(c => c.CreateAsync(Widget.Named("b")));
        test.Simulation.Advance(TimeSpan.FromSeconds(10));
        Assert.True(stop.IsCompletedSuccessfully);
        Assert.Equal(["widget a", "ended"], test.World.Log);
    }

    [Fact]
    public void A_stop_cancels_what_takes_too_long()
    {
        using var test = new OperatorFixture(o => o.AddController<WidgetController, Widget>());
        test.World.Widgets = async (w, token) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, test.Simulation.Time, token);
            return ReconciliationResult<Widget>.Success(w);
        };
        test.Start();
        test.Do(c => c.CreateAsync(Widget.Named("a")));
        var stop = test.Stop(TimeSpan.FromSeconds(30));
        test.Simulation.Advance(TimeSpan.FromSeconds(29));
        Assert.False(stop.IsCompleted);
        test.Simulation.Advance(TimeSpan.FromSeconds(2));
        Assert.True(stop.IsCompletedSuccessfully);
    }

    [Fact]
    public void Settings_that_make_no_sense_are_refused()
    {
        Refused(o => o.AddController<WidgetController, Widget>().AddController<WidgetController, Widget>(), "controller 'widget' already");
        Refused(o => o.AddController<WidgetController, Widget>(c => c.MaxConcurrentReconciles = 0), "MaxConcurrentReconciles is 0");
        Refused(o => o.AddController<WidgetController, Widget>(c => c.ReconcileTimeout = TimeSpan.Zero), "ReconcileTimeout");
        Refused(o => o.AddFinalizer<Cleanup, Widget>("cleanup"), "domain/name");
        Refused(o => o.AddFinalizer<Cleanup, Widget>("test.dev/a").AddFinalizer<Cleanup, Widget>("test.dev/a"), "already");
        Assert.Throws<InvalidOperationException>(() => new OperatorFixture(o => o.Services.AddKubernetesOperator()));
    }

    private static void Refused(Action<IOperatorBuilder> build, string because) =>
        Assert.Contains(because, Assert.Throws<ArgumentException>(() => new OperatorFixture(build)).Message, StringComparison.Ordinal);

    public sealed class Cleanup(World world) : IEntityFinalizer<Widget>
    {
        public Task<ReconciliationResult<Widget>> FinalizeAsync(Widget entity, CancellationToken cancellationToken)
        {
            world.Log.Add($"cleanup {entity.Metadata.Name}");
            return Task.FromResult(ReconciliationResult<Widget>.Success(entity));
        }
    }
}
