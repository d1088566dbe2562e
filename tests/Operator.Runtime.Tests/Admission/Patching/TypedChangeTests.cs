using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Operator.Runtime.Admission.Patching;

namespace Operator.Runtime.Tests.Admission.Patching;

public class TypedChangeTests
{
    [Theory]
    // what came; the typed copy before; the typed copy after; what goes back
    [InlineData("""{"x":1,"new":9}""", """{"x":1}""", """{"x":2}""", """{"x":2,"new":9}""")]
    [InlineData("""{"x":1,"new":9}""", """{"x":1,"y":0}""", """{"x":1,"y":0}""", """{"x":1,"new":9}""")]
    [InlineData("""{}""", """{"spec":{"size":0}}""", """{"spec":{"size":3}}""", """{"spec":{"size":3}}""")]
    [InlineData("""{}""", """{"spec":{"size":0,"z":1}}""", """{"spec":{"size":3,"z":1}}""", """{"spec":{"size":3}}""")]
    [InlineData("""{"x":1,"new":9}""", """{"x":1}""", """{}""", """{"new":9}""")]
    [InlineData("""{"l":[{"v":1,"new":1},{"v":2,"new":2}]}""", """{"l":[{"v":1},{"v":2}]}""", """{"l":[{"v":2},{"v":3}]}""", """{"l":[{"v":2,"new":2},{"v":3}]}""")]
    [InlineData("""{"l":[{"name":"a","v":1,"new":1}]}""", """{"l":[{"name":"a","v":1}]}""", """{"l":[{"name":"b","v":0},{"name":"a","v":2}]}""", """{"l":[{"name":"b","v":0},{"name":"a","v":2,"new":1}]}""")]
    [InlineData("""{"l":[{"v":1,"new":1}]}""", """{"l":[{"v":1}]}""", """{"l":[{"v":5}]}""", """{"l":[{"v":5,"new":1}]}""")]
    [InlineData("""{"l":[1,2]}""", """{"l":[1,2]}""", """{"l":[2]}""", """{"l":[2]}""")]
    [InlineData("""{"t":"2026-01-01T00:00:00.000Z","x":1}""", """{"t":"2026-01-01T00:00:00Z","x":1}""", """{"t":"2026-01-01T00:00:00Z","x":2}""", """{"t":"2026-01-01T00:00:00.000Z","x":2}""")]
    public void Only_the_change_is_carried_over(string document, string before, string after, string expected)
    {
        var result = TypedChange.CarryOver(JsonNode.Parse(document), JsonNode.Parse(before), JsonNode.Parse(after));
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), result), result?.ToJsonString());
    }

    [Fact]
    public void A_copy_that_loses_nothing_carries_every_change_over()
    {
        var documents = RandomJson.Documents();
        var property = Prop.ForAll(
            documents.ToArbitrary(),
            documents.ToArbitrary(),
            (before, after) => JsonNode.DeepEquals(
                JsonNode.Parse(after), TypedChange.CarryOver(JsonNode.Parse(before), JsonNode.Parse(before), JsonNode.Parse(after))));
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(500).WithReplay(7, 9), property);
    }

    [Fact]
    public void No_change_carries_nothing_over_however_much_the_copy_loses()
    {
        var documents = RandomJson.Documents();
        var property = Prop.ForAll(
            documents.ToArbitrary(),
            documents.ToArbitrary(),
            (document, copy) => JsonNode.DeepEquals(
                JsonNode.Parse(document), TypedChange.CarryOver(JsonNode.Parse(document), JsonNode.Parse(copy), JsonNode.Parse(copy))));
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(300).WithReplay(11, 13), property);
    }
}
