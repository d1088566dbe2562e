using System.Text.Json.Nodes;
using Operator.LocalCluster.Api;
using Operator.LocalCluster.Patching;
using Operator.LocalCluster.Tests.Schemas;

namespace Operator.LocalCluster.Tests.Patching;

public class JsonPatchTests
{
    [Theory]
    [InlineData("{'a':1}", "[{'op':'add','path':'/b','value':2}]", "{'a':1,'b':2}")]
    [InlineData("{'a':1}", "[{'op':'add','path':'/a','value':2}]", "{'a':2}")]
    [InlineData("{'a':[1,3]}", "[{'op':'add','path':'/a/1','value':2}]", "{'a':[1,2,3]}")]
    [InlineData("{'a':[1]}", "[{'op':'add','path':'/a/1','value':2}]", "{'a':[1,2]}")]
    [InlineData("{'a':[1]}", "[{'op':'add','path':'/a/-','value':2}]", "{'a':[1,2]}")]
    [InlineData("{'a':[1]}", "[{'op':'add','path':'/a/-1','value':2}]", "{'a':[1,2]}")]
    [InlineData("{'a':[1,2]}", "[{'op':'remove','path':'/a/-1'}]", "{'a':[1]}")]
    [InlineData("{}", "[{'op':'add','path':'/a','value':null}]", "{'a':null}")]
    [InlineData("{}", "[{'op':'add','path':'/a'}]", "{'a':null}")]
    [InlineData("{'a':1}", "[{'op':'add','path':'','value':{'b':2}}]", "{'b':2}")]
    [InlineData("{'a':1,'b':2}", "[{'op':'remove','path':'/a'}]", "{'b':2}")]
    [InlineData("{'a':1}", "[{'op':'replace','path':'/a','value':[1]}]", "{'a':[1]}")]
    [InlineData("{}", "[{'op':'replace','path':'/a','value':1},{'op':'copy','from':'/b','path':'/c'}]", "{'a':1,'c':null}")]
    [InlineData("{'a':[1,2]}", "[{'op':'replace','path':'/a/1','value':3}]", "{'a':[1,3]}")]
    [InlineData("{'a':{'b':1}}", "[{'op':'move','from':'/a/b','path':'/c'}]", "{'a':{},'c':1}")]
    [InlineData("{'a':[1,2,3]}", "[{'op':'move','from':'/a/0','path':'/a/2'}]", "{'a':[2,3,1]}")]
    [InlineData("{'a':{'b':1}}", "[{'op':'copy','from':'/a','path':'/c'},{'op':'replace','path':'/c/b','value':2}]", "{'a':{'b':1},'c':{'b':2}}")]
    [InlineData("{'a':{'x':1,'y':2}}", "[{'op':'test','path':'/a','value':{'y':2,'x':1}}]", "{'a':{'x':1,'y':2}}")]
    [InlineData("{'a':1}", "[{'op':'test','path':'/missing','value':null}]", "{'a':1}")]
    [InlineData("{'a/b':1,'m~n':2}", "[{'op':'remove','path':'/a~1b'},{'op':'remove','path':'/m~0n'}]", "{}")]
    [InlineData("{'':1}", "[{'op':'remove','path':'/'}]", "{}")]
    [InlineData("{'metadata':{}}", "[{'op':'add','path':'/metadata/annotations','value':{}},{'op':'add','path':'/metadata/annotations/example.com~1x','value':'y'}]", "{'metadata':{'annotations':{'example.com/x':'y'}}}")]
    public void Operations_are_carried_out(string target, string patch, string expected) =>
        Json.AreEqual(Json.Node(expected), JsonPatch.Apply(Json.Node(target)!, (JsonArray)Json.Node(patch)!));

    [Theory]
    [InlineData("[{'op':'test','path':'/a','value':2}]")]
    [InlineData("[{'op':'remove','path':'/missing'}]")]
    [InlineData("[{'op':'replace','path':'/list/1','value':1}]")]
    [InlineData("[{'op':'replace','path':'/missing/b','value':1}]")]
    [InlineData("[{'op':'add','path':'/missing/b','value':1}]")]
    [InlineData("[{'op':'add','path':'/list/5','value':1}]")]
    [InlineData("[{'op':'add','path':'/list/x','value':1}]")]
    [InlineData("[{'op':'add','path':'/a/b','value':1}]")]
    [InlineData("[{'op':'add','path':'b','value':1}]")]
    [InlineData("[{'op':'add','value':1}]")]
    [InlineData("[{'op':'move','path':'/b'}]")]
    [InlineData("[{'op':'copy','from':'/list/1','path':'/b'}]")]
    [InlineData("[{'op':'move','from':'/missing','path':'/b'}]")]
    [InlineData("[{'op':'frobnicate','path':'/a'}]")]
    [InlineData("[{}]")]
    public void An_operation_that_does_not_fit_is_refused_in_the_servers_words(string patch)
    {
        var error = Assert.Throws<ApiException>(() => JsonPatch.Apply(Json.Object("{'a':1,'list':[1]}"), (JsonArray)Json.Node(patch)!));
        Assert.Equal((422, "Invalid", "the server rejected our request due to an error in our request"), (error.Code, error.Reason, error.Message));
        Json.AreEqual(new JsonObject(), error.Details);
    }

    [Fact]
    public void Malformed_and_oversized_patches_are_refused()
    {
        Assert.Equal(400, Assert.Throws<ApiException>(() => JsonPatch.Apply(new JsonObject(), [1])).Code);
        var many = new JsonArray([.. Enumerable.Range(0, 10_001).Select(_ => Json.Node("{'op':'add','path':'/a','value':1}"))]);
        var error = Assert.Throws<ApiException>(() => JsonPatch.Apply(new JsonObject(), many));
        Assert.Equal((413, "The allowed maximum operations in a JSON patch is 10000, got 10001"), (error.Code, error.Message));
    }

    [Fact]
    public void Copies_cannot_grow_without_bound()
    {
        var doubling = new JsonArray([.. Enumerable.Range(0, 40).Select(_ => Json.Node("{'op':'copy','from':'/a','path':'/a/-'}"))]);
        Assert.Equal(422, Assert.Throws<ApiException>(() => JsonPatch.Apply(Json.Object("{'a':[1,2,3,4]}"), doubling)).Code);
    }

    [Fact]
    public void A_chain_of_operations_cannot_nest_without_bound()
    {
        var path = "";
        var chain = new JsonArray([.. Enumerable.Range(0, 300).Select(_ => Json.Object($"{{'op':'add','path':'{path += "/a"}','value':{{}}}}"))]);
        Assert.Equal(422, Assert.Throws<ApiException>(() => JsonPatch.Apply(new JsonObject(), chain)).Code);
    }
}
