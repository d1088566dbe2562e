using System.Text;
using System.Text.Json.Nodes;
using FsCheck.Fluent;
using Operator.Kubernetes.Models;
using Operator.Kubernetes.Patching;
using Operator.Kubernetes.Tests.Support;

namespace Operator.Kubernetes.Tests.Patching;

public class JsonMergePatchTests
{
    [Fact]
    public void A_difference_applied_to_the_old_document_gives_the_new_one()
    {
        var documents = JsonGen.Object(nulls: false);
        JsonGen.ForAll(documents.Zip(documents), pair =>
        {
            var (from, to) = (JsonNode.Parse(pair.Item1)!, JsonNode.Parse(pair.Item2)!);
            var before = from.ToJsonString();
            var result = JsonMergePatch.Apply(from, JsonMergePatch.Diff(from, to));
            Assert.True(JsonNode.DeepEquals(to, result), $"{before} → {to.ToJsonString()} gave {result?.ToJsonString()}");
            Assert.Equal(before, from.ToJsonString());
        }, 1000);
    }

    [Fact]
    public void Equal_documents_differ_by_nothing()
    {
        JsonGen.ForAll(JsonGen.Object(), text => Assert.Equal("{}", JsonMergePatch.Diff(JsonNode.Parse(text), JsonNode.Parse(text))!.ToJsonString()));
        Assert.Null(KubernetesPatch.MergeDiff(new JsonObject { ["a"] = 1 }, new JsonObject { ["a"] = 1 }));
    }

    [Theory]
    [InlineData("""{"a":1,"b":2}""", """{"a":1,"b":3}""", """{"b":3}""")]
    [InlineData("""{"a":1,"b":2}""", """{"a":1}""", """{"b":null}""")]
    [InlineData("""{"a":{"b":1,"c":2}}""", """{"a":{"b":1}}""", """{"a":{"c":null}}""")]
    [InlineData("""{"a":[1,2]}""", """{"a":[1]}""", """{"a":[1]}""")]
    [InlineData("""{"a":1}""", """{"a":{"b":{}}}""", """{"a":{"b":{}}}""")]
    [InlineData("""{}""", """{"a":{"b":null}}""", """{"a":{}}""")]
    [InlineData("""{}""", """{"a":null}""", """{}""")]
    [InlineData("""{"a":null}""", """{}""", """{"a":null}""")]
    [InlineData("""{"a":1}""", """{"a":null}""", """{"a":null}""")]
    public void The_difference_is_minimal(string from, string to, string expected) =>
        Assert.Equal(expected, JsonMergePatch.Diff(JsonNode.Parse(from), JsonNode.Parse(to))!.ToJsonString());

    [Theory]
    // The examples of RFC 7386, appendix A.
    [InlineData("""{"a":"b"}""", """{"a":"c"}""", """{"a":"c"}""")]
    [InlineData("""{"a":"b"}""", """{"b":"c"}""", """{"a":"b","b":"c"}""")]
    [InlineData("""{"a":"b"}""", """{"a":null}""", """{}""")]
    [InlineData("""{"a":["b"]}""", """{"a":"c"}""", """{"a":"c"}""")]
    [InlineData("""{"a":{"b":"c"}}""", """{"a":{"b":"d","c":null}}""", """{"a":{"b":"d"}}""")]
    [InlineData("""["a","b"]""", """["c","d"]""", """["c","d"]""")]
    [InlineData("""{"e":null}""", """{"a":1}""", """{"e":null,"a":1}""")]
    [InlineData("""[1,2]""", """{"a":"b","c":null}""", """{"a":"b"}""")]
    [InlineData("""{}""", """{"a":{"bb":{"ccc":null}}}""", """{"a":{"bb":{}}}""")]
    public void Patches_apply_as_the_rfc_says(string target, string patch, string expected) =>
        Assert.Equal(expected, JsonMergePatch.Apply(JsonNode.Parse(target), JsonNode.Parse(patch))!.ToJsonString());

    [Fact]
    public void An_apply_patch_leaves_out_what_only_the_server_writes()
    {
        var map = new V1ConfigMap
        {
            Metadata = new V1ObjectMeta
            {
                Name = "a", NamespaceProperty = "n", Uid = "u", ResourceVersion = "3", Generation = 2, CreationTimestamp = DateTimeOffset.UnixEpoch,
                ManagedFields = [new V1ManagedFieldsEntry { Manager = "m" }],
            },
            Data = new Dictionary<string, string> { ["k"] = "v" },
        };
        var body = JsonNode.Parse(KubernetesPatch.Apply(map).Body.Span);
        var expected = JsonNode.Parse("""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","namespace":"n"},"data":{"k":"v"}}""");
        Assert.True(JsonNode.DeepEquals(expected, body), body!.ToJsonString());
        Assert.Equal("u", map.Metadata.Uid);
        Assert.Throws<ArgumentException>(() => KubernetesPatch.Apply(new JsonObject { ["kind"] = "ConfigMap" }));
    }

    [Fact]
    public void Json_patches_are_written_with_escaped_pointers()
    {
        var patch = KubernetesPatch.FromOperations(
            JsonPatchOperation.Test("/metadata/resourceVersion", "7"),
            JsonPatchOperation.Add(JsonPatchOperation.Pointer("metadata", "annotations", "a/b~c"), "x"),
            JsonPatchOperation.Replace("/spec", null),
            JsonPatchOperation.Remove("/status"),
            JsonPatchOperation.Move("/a", "/b"),
            JsonPatchOperation.Copy("/a", "/c/-"));
        Assert.Equal(
            """[{"op":"test","path":"/metadata/resourceVersion","value":"7"},{"op":"add","path":"/metadata/annotations/a~1b~0c","value":"x"},{"op":"replace","path":"/spec","value":null},{"op":"remove","path":"/status"},{"op":"move","path":"/b","from":"/a"},{"op":"copy","path":"/c/-","from":"/a"}]""",
            Encoding.UTF8.GetString(patch.Body.Span));
        Assert.Throws<ArgumentException>(() => JsonPatchOperation.Remove("spec"));
    }
}
