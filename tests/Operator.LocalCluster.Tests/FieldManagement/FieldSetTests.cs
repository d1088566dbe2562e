using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Operator.LocalCluster.FieldManagement;
using Operator.LocalCluster.Tests.Schemas;

namespace Operator.LocalCluster.Tests.FieldManagement;

public class FieldSetTests
{
    private static readonly Gen<PathElement> Steps = Gen.Elements("f:a", "f:b", "k:{\"name\":\"x\"}", "k:{\"name\":\"y\",\"port\":1}", "v:\"s\"", "v:2", "i:0").Select(PathElement.Decode);

    private static readonly Arbitrary<FieldSet> Sets = Gen.ListOf(Gen.NonEmptyListOf(Steps).Select(path => path.Take(4).ToArray())).Select(paths =>
    {
        var set = new FieldSet();
        foreach (var path in paths)
        {
            set.Insert(path);
        }

        return set;
    }).ToArbitrary();

    private static Config Seeded => Config.QuickThrowOnFailure.WithReplay(23, 9);

    [Fact]
    public void Union_intersection_and_difference_obey_the_laws_of_sets() =>
        Check.One(Seeded, Prop.ForAll(Sets, Sets, (a, b) =>
            a.Union(b).IsSame(b.Union(a))
            && a.Intersection(b).IsSame(b.Intersection(a))
            && a.Union(a).IsSame(a)
            && a.Difference(a).IsEmpty
            && a.Difference(b).Union(a.Intersection(b)).IsSame(a)
            && a.Difference(b).Intersection(b).IsEmpty
            && a.Union(b).Difference(b).IsSame(a.Difference(b))
            && a.RecursiveDifference(b).Difference(a.Difference(b)).IsEmpty
            && b.Paths().All(path => !a.RecursiveDifference(b).Paths().Any(left => left.Take(path.Count).SequenceEqual(path)))));

    [Fact]
    public void Membership_agrees_with_the_operations() =>
        Check.One(Seeded, Prop.ForAll(Sets, Sets, (a, b) => a.Union(b).Paths().All(path =>
            (a.Has(path) || b.Has(path))
            && a.Intersection(b).Has(path) == (a.Has(path) && b.Has(path))
            && a.Difference(b).Has(path) == (a.Has(path) && !b.Has(path)))));

    [Fact]
    public void The_encoded_form_reads_back_as_the_same_set() =>
        Check.One(Seeded, Prop.ForAll(Sets, set => FieldSet.Decode(JsonNode.Parse(set.Encode().ToJsonString())).IsSame(set)));

    [Fact]
    public void Operations_leave_their_operands_alone() =>
        Check.One(Seeded, Prop.ForAll(Sets, Sets, (a, b) =>
        {
            var (before, other) = (a.Encode().ToJsonString(), b.Encode().ToJsonString());
            _ = (a.Union(b), a.Intersection(b), a.Difference(b), a.RecursiveDifference(b), a.WithNamedFields(null));
            return a.Encode().ToJsonString() == before && b.Encode().ToJsonString() == other;
        }));

    [Fact]
    public void The_encoded_form_has_dots_for_members_with_children_and_is_ordered()
    {
        var set = FieldSet.Of(["spec"], ["spec", "b"], ["spec", "a"], ["data", "x"]);
        Assert.Equal("""{"f:data":{"f:x":{}},"f:spec":{".":{},"f:a":{},"f:b":{}}}""", set.Encode().ToJsonString());
    }

    [Theory]
    [InlineData("{'x:y':{}}")]
    [InlineData("{'f':{}}")]
    [InlineData("{'k:{':{}}")]
    [InlineData("{'i:x':{}}")]
    [InlineData("{'k:5':{}}")]
    [InlineData("[]")]
    public void Malformed_sets_are_refused(string json) => Assert.Throws<FormatException>(() => FieldSet.Decode(Json.Node(json)));

    [Theory]
    [InlineData("f:spec", ".spec")]
    [InlineData("k:{\"port\":1,\"name\":\"a\"}", "[name=\"a\",port=1]")]
    [InlineData("v:\"x\"", "[=\"x\"]")]
    [InlineData("i:3", "[3]")]
    public void Steps_are_shown_as_in_conflict_messages(string encoded, string shown) => Assert.Equal(shown, PathElement.Decode(encoded).ToString());
}
