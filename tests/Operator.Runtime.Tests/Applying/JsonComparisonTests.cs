using System.Text.Json.Nodes;
using Operator.Runtime.Applying;

namespace Operator.Runtime.Tests.Applying;

public class JsonComparisonTests
{
    [Theory]
    [InlineData("""{"a":1}""", """{"a":1}""", true)]
    [InlineData("""{"a":1,"b":2}""", """{"b":2,"a":1}""", true)]
    [InlineData("""{"a":1,"b":null}""", """{"a":1}""", true)]
    [InlineData("""{"a":1}""", """{"a":1,"b":null}""", true)]
    [InlineData("""{"a":1}""", """{"a":1.0}""", true)]
    [InlineData("""{"a":1}""", """{"a":"1"}""", false)]
    [InlineData("""{"a":[1,2]}""", """{"a":[2,1]}""", false)]
    [InlineData("""{"a":[{"x":1}]}""", """{"a":[{"x":1,"y":null}]}""", true)]
    [InlineData("""{"a":{}}""", """{}""", false)]
    public void Documents_are_the_same_when_they_mean_the_same(string a, string b, bool same)
    {
        Assert.Equal(same, JsonComparison.Same(JsonNode.Parse(a), JsonNode.Parse(b)));
        Assert.Equal(same, JsonComparison.Same(JsonNode.Parse(b), JsonNode.Parse(a)));
    }

    [Theory]
    [InlineData("""{"a":1,"more":2}""", """{"a":1}""", true)]
    [InlineData("""{"a":{"b":1,"more":2}}""", """{"a":{"b":1}}""", true)]
    [InlineData("""{"a":[{"b":1,"more":2}]}""", """{"a":[{"b":1}]}""", true)]
    [InlineData("""{"a":[1,2]}""", """{"a":[1]}""", false)]
    [InlineData("""{"a":1}""", """{"a":2}""", false)]
    [InlineData("""{}""", """{"a":2}""", false)]
    public void A_document_contains_what_another_says(string whole, string part, bool contains) =>
        Assert.Equal(contains, JsonComparison.Contains(JsonNode.Parse(whole), JsonNode.Parse(part)));

    [Theory]
    [InlineData("""{"a":1}""", """{"a":1}""", """{}""")]
    [InlineData("""{"a":1}""", """{"a":2}""", """{"a":2}""")]
    [InlineData("""{"a":1,"b":2}""", """{"a":1}""", """{"b":null}""")]
    [InlineData("""{"a":{"x":1,"y":2}}""", """{"a":{"x":1,"y":3}}""", """{"a":{"y":3}}""")]
    [InlineData("""{"a":[1]}""", """{"a":[1,2]}""", """{"a":[1,2]}""")]
    [InlineData("""{}""", """{"a":{"x":1}}""", """{"a":{"x":1}}""")]
    [InlineData("""{"a":{"x":1}}""", """{"a":null}""", """{"a":null}""")]
    public void A_merge_patch_says_only_what_differs(string from, string to, string patch) =>
        Assert.Equal(patch, JsonComparison.MergePatch(JsonNode.Parse(from)!.AsObject(), JsonNode.Parse(to)!.AsObject()).ToJsonString());
}
