using Operator.Runtime.Reconciling;
using Operator.Runtime.Tests.Fakes;

namespace Operator.Runtime.Tests.Reconciling;

public class PredicatesTests
{
    public static TheoryData<string, string, bool> Cases => new()
    {
        { "generation", "nothing", false },
        { "generation", "generation", true },
        { "generation", "label", false },
        { "labels", "label", true },
        { "labels", "annotation", false },
        { "labels", "nothing", false },
        { "annotations", "annotation", true },
        { "annotations", "label", false },
        { "prefix", "annotation", false },
        { "prefix", "own annotation", true },
        { "generation or labels", "label", true },
        { "generation or labels", "annotation", false },
        { "generation and labels", "label", false },
        { "not labels", "label", false },
        { "not labels", "annotation", true },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_change_passes_when_it_is_of_the_kind(string predicate, string change, bool passes)
    {
        var (before, after) = (Make(), Make());
        if (change == "generation") after.Metadata.Generation = 2;
        if (change == "label") after.Metadata.Labels!["tier"] = "gold";
        if (change == "annotation") after.Metadata.Annotations = new Dictionary<string, string> { ["note"] = "x" };
        if (change == "own annotation") after.Metadata.Annotations = new Dictionary<string, string> { ["test.dev/retry"] = "x" };
        Assert.Equal(passes, Named(predicate).Updated(before, after));
    }

    [Fact]
    public void Comparing_predicates_let_creations_and_deletions_pass()
    {
        foreach (var predicate in new[] { Named("generation"), Named("labels"), Named("annotations"), Named("prefix") })
        {
            Assert.True(predicate.Created(Make()));
            Assert.True(predicate.Deleted(Make()));
        }
    }

    [Fact]
    public void An_object_that_loses_the_label_still_passes_once()
    {
        var predicate = Predicates.HasLabel<Widget>("app", "x");
        var (with, without) = (Make(), Make());
        without.Metadata.Labels = null;
        Assert.True(predicate.Updated(with, without));
        Assert.False(predicate.Updated(without, without));
        Assert.False(predicate.Created(without));
        Assert.True(predicate.Created(with));
        Assert.False(Predicates.HasLabel<Widget>("app", "y").Created(with));
    }

    private static EventPredicate<Widget> Named(string name) => name switch
    {
        "generation" => Predicates.GenerationChanged<Widget>(),
        "labels" => Predicates.LabelsChanged<Widget>(),
        "annotations" => Predicates.AnnotationsChanged<Widget>(),
        "prefix" => Predicates.AnnotationsChanged<Widget>("test.dev/"),
        "generation or labels" => Predicates.GenerationChanged<Widget>().Or(Predicates.LabelsChanged<Widget>()),
        "generation and labels" => Predicates.GenerationChanged<Widget>().And(Predicates.LabelsChanged<Widget>()),
        _ => Predicates.LabelsChanged<Widget>().Not(),
    };

    private static Widget Make()
    {
        var widget = Widget.Named("a");
        widget.Metadata.Generation = 1;
        widget.Metadata.Labels = new Dictionary<string, string> { ["app"] = "x" };
        return widget;
    }
}
