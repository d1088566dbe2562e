using Microsoft.Extensions.Logging.Abstractions;
using Operator.Kubernetes.Models;
using Operator.Runtime.Applying;
using Operator.Runtime.Caching;
using Operator.Runtime.Hosting;
using Operator.Runtime.Tests.Fakes;

namespace Operator.Runtime.Tests.Applying;

public sealed class ApplierTests : IDisposable
{
    private readonly Simulation _simulation = new();
    private readonly FakeCluster _cluster;
    private readonly Informers _informers;
    private readonly Applier _applier;
    private readonly Widget _owner = Widget.Named("boss");

    public ApplierTests()
    {
        _cluster = new FakeCluster(_simulation.Time);
        _informers = new Informers(_cluster, new OperatorSettings(), _simulation.Time, new Random(1), NullLoggerFactory.Instance);
        _applier = new Applier("test/widget", _cluster, _informers);
        _owner.Metadata.Uid = "uid-boss";
        _informers.Get<Gadget>();
        _simulation.Start(() => _informers.StartAsync(default));
    }

    private List<FakeRequest> Applies => [.. _cluster.Requests.Where(r => r.Verb == "apply")];

    public void Dispose() => _informers.Dispose();

    [Fact]
    public void A_child_is_applied_under_the_controllers_name_with_its_owner()
    {
        var child = Gadget.Named("g", null, "x");
        child.Metadata.ResourceVersion = "7";
        child.Metadata.Uid = "old";
        child.Metadata.ManagedFields = [];
        var applied = Apply(child);
        var request = Assert.Single(Applies);
        Assert.Equal("test/widget", request.Patch!.FieldManager);
        Assert.True(request.Patch.Force);
        Assert.Equal(new ObjectKey("default", "g"), request.Key);
        Assert.Equal(
            """{"apiVersion":"test.dev/v1","kind":"Gadget","metadata":{"name":"g","namespace":"default","ownerReferences":[{"apiVersion":"test.dev/v1","kind":"Widget","name":"boss","uid":"uid-boss","controller":true,"blockOwnerDeletion":true}]},"spec":{"text":"x"}}""",
            Canonical(request.Body!));
        Assert.Equal("uid-1", applied.Metadata.Uid);
        Assert.Equal("7", child.Metadata.ResourceVersion);
        Assert.Null(child.Metadata.OwnerReferences);
    }

    [Fact]
    public void The_same_again_is_not_sent_while_the_cache_shows_all_of_it()
    {
        Apply(Gadget.Named("g", text: "x"));
        _simulation.Settle();
        Assert.Equal("uid-1", Apply(Gadget.Named("g", text: "x")).Metadata.Uid);
        Assert.Single(Applies);
    }

    [Fact]
    public void Something_else_is_sent()
    {
        Apply(Gadget.Named("g", text: "x"));
        _simulation.Settle();
        Apply(Gadget.Named("g", text: "y"));
        Assert.Equal(2, Applies.Count);
    }

    [Fact]
    public void A_field_that_is_no_longer_said_is_given_up()
    {
        Apply(Gadget.Named("g", text: "x"));
        _simulation.Settle();
        Apply(Gadget.Named("g"));
        Assert.Equal(2, Applies.Count);
    }

    [Fact]
    public void What_somebody_else_changed_is_set_right()
    {
        Apply(Gadget.Named("g", text: "x"));
        _simulation.Settle();
        var theirs = _cluster.Present<Gadget>().Single();
        theirs.Spec.Text = "theirs";
        _simulation.Run(() => _cluster.UpdateAsync(theirs));
        Apply(Gadget.Named("g", text: "x"));
        Assert.Equal(2, Applies.Count);
        Assert.Equal("x", _cluster.Present<Gadget>().Single().Spec.Text);
    }

    [Fact]
    public void What_somebody_else_deleted_is_made_again()
    {
        Apply(Gadget.Named("g", text: "x"));
        _simulation.Settle();
        _simulation.Run(() => _cluster.DeleteAsync<Gadget>("g", "default"));
        Apply(Gadget.Named("g", text: "x"));
        Assert.Single(_cluster.Present<Gadget>());
    }

    [Fact]
    public void Fields_of_others_do_not_matter()
    {
        Apply(Gadget.Named("g", text: "x"));
        _simulation.Settle();
        var theirs = _cluster.Present<Gadget>().Single();
        theirs.Spec.Parts = ["added by a default"];
        _simulation.Run(() => _cluster.UpdateAsync(theirs));
        Apply(Gadget.Named("g", text: "x"));
        Assert.Single(Applies);
    }

    [Fact]
    public void A_refusal_is_not_swallowed_and_is_sent_again()
    {
        _cluster.Fault = r => r.Verb == "apply" ? FakeErrors.Conflict() : null;
        Assert.ThrowsAny<Exception>(() => Apply(Gadget.Named("g", text: "x")));
        _cluster.Fault = static _ => null;
        Apply(Gadget.Named("g", text: "x"));
        Assert.Single(_cluster.Present<Gadget>());
    }

    [Fact]
    public void An_owner_in_another_namespace_is_refused() =>
        Assert.Contains("namespace 'elsewhere'", Assert.Throws<InvalidOperationException>(() => Apply(Gadget.Named("g", "elsewhere"))).Message, StringComparison.Ordinal);

    [Fact]
    public void An_owner_that_was_not_read_from_the_API_is_refused()
    {
        _owner.Metadata.Uid = null;
        Assert.Contains("metadata.uid", Assert.Throws<InvalidOperationException>(() => Apply(Gadget.Named("g"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_child_of_another_controller_is_refused()
    {
        var child = Gadget.Named("g");
        child.Metadata.OwnerReferences = [new V1OwnerReference { Kind = "Widget", Name = "rival", Uid = "r", Controller = true }];
        Assert.Contains("rival", Assert.Throws<InvalidOperationException>(() => Apply(child)).Message, StringComparison.Ordinal);
    }

    private Gadget Apply(Gadget child) => _simulation.Run(() => _applier.ApplyAsync(child, _owner, default));

    private static string Canonical(System.Text.Json.Nodes.JsonObject body)
    {
        var metadata = body["metadata"]!.AsObject();
        return new System.Text.Json.Nodes.JsonObject
        {
            ["apiVersion"] = body["apiVersion"]!.DeepClone(),
            ["kind"] = body["kind"]!.DeepClone(),
            ["metadata"] = new System.Text.Json.Nodes.JsonObject(metadata.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => KeyValuePair.Create(p.Key, p.Value?.DeepClone()))),
            ["spec"] = body["spec"]!.DeepClone(),
        }.ToJsonString();
    }
}
