using System.Text;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Operator.Runtime.Admission.Patching;

namespace Operator.Runtime.Tests.Admission.Patching;

public class JsonPatchDiffTests
{
    [Theory]
    [InlineData("""{"a":1}""", """{"a":1}""", "")]
    [InlineData("""{"a":1}""", """{"a":1.0}""", "")]
    [InlineData("""{"a":1}""", """{"a":2}""", """[{"op":"replace","path":"/a","value":2}]""")]
    [InlineData("""{"a":1}""", """{}""", """[{"op":"remove","path":"/a"}]""")]
    [InlineData("""{}""", """{"a":null}""", """[{"op":"add","path":"/a","value":null}]""")]
    [InlineData("""{"a/b~c":1}""", """{"a/b~c":2}""", """[{"op":"replace","path":"/a~1b~0c","value":2}]""")]
    [InlineData("""{"a":{"b":1}}""", """{"a":[1]}""", """[{"op":"replace","path":"/a","value":[1]}]""")]
    [InlineData("[1,2,3]", "[1,3]", """[{"op":"remove","path":"/1"}]""")]
    [InlineData("[1,3]", "[1,2,3]", """[{"op":"add","path":"/1","value":2}]""")]
    [InlineData("[1,2,3,4]", "[]", """[{"op":"remove","path":"/3"},{"op":"remove","path":"/2"},{"op":"remove","path":"/1"},{"op":"remove","path":"/0"}]""")]
    [InlineData("""[{"a":1,"b":2}]""", """[{"a":1,"b":3}]""", """[{"op":"replace","path":"/0/b","value":3}]""")]
    [InlineData("1", "2", """[{"op":"replace","path":"","value":2}]""")]
    public void The_patch_says_what_differs(string before, string after, string patch) =>
        Assert.Equal(patch, Encoding.UTF8.GetString(JsonPatchDiff.Compute(JsonNode.Parse(before), JsonNode.Parse(after)).Span));

    [Fact]
    public void Applying_the_patch_gives_the_other_document()
    {
        var documents = RandomJson.Documents();
        var property = Prop.ForAll(
            documents.ToArbitrary(),
            documents.ToArbitrary(),
            (a, b) => JsonNode.DeepEquals(JsonNode.Parse(b), JsonPatchApplier.Apply(JsonNode.Parse(a), JsonPatchDiff.Compute(JsonNode.Parse(a), JsonNode.Parse(b)))));
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(500).WithReplay(42, 43), property);
    }
}
