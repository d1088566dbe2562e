using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Operator.LocalCluster.Patching;
using Operator.LocalCluster.Tests.Schemas;

namespace Operator.LocalCluster.Tests.Patching;

public class MergePatchTests
{
    // The examples of RFC 7386, appendix A.
    [Theory]
    [InlineData("{'a':'b'}", "{'a':'c'}", "{'a':'c'}")]
    [InlineData("{'a':'b'}", "{'b':'c'}", "{'a':'b','b':'c'}")]
    [InlineData("{'a':'b'}", "{'a':null}", "{}")]
    [InlineData("{'a':'b','b':'c'}", "{'a':null}", "{'b':'c'}")]
    [InlineData("{'a':['b']}", "{'a':'c'}", "{'a':'c'}")]
    [InlineData("{'a':'c'}", "{'a':['b']}", "{'a':['b']}")]
    [InlineData("{'a':{'b':'c'}}", "{'a':{'b':'d','c':null}}", "{'a':{'b':'d'}}")]
    [InlineData("{'a':[{'b':'c'}]}", "{'a':[1]}", "{'a':[1]}")]
    [InlineData("['a','b']", "['c','d']", "['c','d']")]
    [InlineData("{'a':'b'}", "['c']", "['c']")]
    [InlineData("{'a':'foo'}", "null", "null")]
    [InlineData("{'a':'foo'}", "'bar'", "'bar'")]
    [InlineData("{'e':null}", "{'a':1}", "{'e':null,'a':1}")]
    [InlineData("[1,2]", "{'a':'b','c':null}", "{'a':'b'}")]
    [InlineData("{}", "{'a':{'bb':{'ccc':null}}}", "{'a':{'bb':{}}}")]
    // Beyond the RFC, as the server does it.
    [InlineData("{}", "{'a':[{'b':null,'c':1}]}", "{'a':[{'c':1}]}")]
    public void The_patch_is_merged(string target, string patch, string expected) =>
        Json.AreEqual(Json.Node(expected), MergePatch.Apply(Json.Node(target), Json.Node(patch)));

    [Fact]
    public void The_target_stays_as_it_was()
    {
        var target = Json.Object("{'a':{'b':1}}");
        MergePatch.Apply(target, Json.Node("{'a':{'b':2}}"));
        Json.AreEqual(Json.Node("{'a':{'b':1}}"), target);
    }

    [Fact]
    public void A_patch_applied_twice_changes_nothing_more() =>
        Check.One(Config.QuickThrowOnFailure.WithReplay(3, 5), Prop.ForAll(DefaultsAndPruningTests.Widgets.ToArbitrary(), DefaultsAndPruningTests.Widgets.ToArbitrary(), (target, patch) =>
        {
            var once = MergePatch.Apply(target, patch);
            return JsonNode.DeepEquals(once, MergePatch.Apply(once, patch));
        }));
}
