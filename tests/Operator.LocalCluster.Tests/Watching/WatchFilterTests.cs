using System.Text.Json.Nodes;
using Operator.LocalCluster.Api;
using Operator.LocalCluster.Resources;
using Operator.LocalCluster.Schemas;
using Operator.LocalCluster.Selectors;
using Operator.LocalCluster.Storage;
using Operator.LocalCluster.Watching;

namespace Operator.LocalCluster.Tests.Watching;

public class WatchFilterTests
{
    private const string Key = "example.com/widgets";

    private static readonly ResourceDefinition Widgets = new()
    {
        Group = "example.com", Version = "v1", Kind = "Widget", Plural = "widgets", Singular = "widget", IsCustom = true,
        Schema = StructuralSchema.Parse(new JsonObject { ["type"] = "object" }),
    };

    [Theory]
    [InlineData("in", "in", "MODIFIED")]
    [InlineData("in", "out", "DELETED")]
    [InlineData("out", "in", "ADDED")]
    [InlineData("out", "out", null)]
    [InlineData(null, "in", "ADDED")]
    [InlineData(null, "out", null)]
    [InlineData("in", null, "DELETED")]
    [InlineData("out", null, null)]
    public void A_write_is_what_it_means_to_the_selection(string? before, string? after, string? expected)
    {
        var (classified, revision) = Classify(before, after, "ns");
        Assert.Equal(expected, classified?.Name);
        if (classified is not { } seen) return;
        Assert.Equal(revision, seen.Object.Revision);
        Assert.Equal($"{revision}", (string?)seen.Object.Parse()["metadata"]!["resourceVersion"]);
    }

    [Fact]
    public void An_object_that_leaves_the_selection_is_shown_as_it_was()
    {
        var (classified, _) = Classify("in", "out", "ns");
        Assert.Equal("in", (string?)classified!.Value.Object.Parse()["metadata"]!["labels"]!["sel"]);
    }

    [Fact]
    public void Another_namespace_is_not_seen() => Assert.Null(Classify(null, "in", "other").Item1);

    private static ((string Name, StoredObject Object)?, long) Classify(string? before, string? after, string watched)
    {
        var store = new ObjectStore();
        var live = before is null ? null : store.Create(Key, Widget(before), sorted: true);
        StoreEvent? last = null;
        using (store.Subscribe(Key, store.Revision, null, e => last = e))
        {
            if (live is null) store.Create(Key, Widget(after!), sorted: true);
            else if (after is null) store.Delete(Key, live);
            else store.Update(Key, live, Widget(after), sorted: true);
        }
        var options = new ListOptions { Labels = LabelSelector.Parse("sel=in"), Fields = FieldSelector.Parse("", Widgets) };
        return (new WatchFilter(watched, options).Classify(last!), store.Revision);
    }

    private static JsonObject Widget(string label) => new()
    {
        ["apiVersion"] = "example.com/v1",
        ["kind"] = "Widget",
        ["metadata"] = new JsonObject { ["name"] = "w", ["namespace"] = "ns", ["labels"] = new JsonObject { ["sel"] = label } },
    };
}
