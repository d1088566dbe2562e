using System.Text.Json.Nodes;
using Operator.LocalCluster.Api;
using Operator.LocalCluster.Protobuf;

namespace Operator.LocalCluster.Tests.Protobuf;

public class ProtobufBodiesTests
{
    [Theory]
    [InlineData("azhzAAoPCgJ2MRIJTmFtZXNwYWNlEh4KFgoGdGVhbS1rEgAaACIAKgAyADgAQgASABoCCgAaACIA",
        """{"kind":"Namespace","apiVersion":"v1","metadata":{"name":"team-k","generateName":"","namespace":"","selfLink":"","uid":"","resourceVersion":"","generation":0},"spec":{},"status":{"phase":""}}""")]
    [InlineData("azhzAAoPCgJ2MRIJQ29uZmlnTWFwEhwKEgoCYzESABoAIgAqADIAOABCABIGCgFrEgF2GgAiAA==",
        """{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"c1","generateName":"","namespace":"","selfLink":"","uid":"","resourceVersion":"","generation":0},"data":{"k":"v"}}""")]
    [InlineData("azhzAAoMCgJ2MRIGU2VjcmV0Eh4KEgoCczESABoAIgAqADIAOABCABIGCgFrEgF2GgAaACIA",
        """{"kind":"Secret","apiVersion":"v1","metadata":{"name":"s1","generateName":"","namespace":"","selfLink":"","uid":"","resourceVersion":"","generation":0},"data":{"k":"dg=="},"type":""}""")]
    [InlineData("azhzAAoyChdhdXRob3JpemF0aW9uLms4cy5pby92MRIXU2VsZlN1YmplY3RBY2Nlc3NSZXZpZXcSTQoQCgASABoAIgAqADIAOABCABIvCi0KB2RlZmF1bHQSBmNyZWF0ZRoLZXhhbXBsZS5jb20iACoHd2lkZ2V0czIAOgAaCAgAEgAaACAAGgAiAA==",
        """{"kind":"SelfSubjectAccessReview","apiVersion":"authorization.k8s.io/v1","metadata":{"name":"","generateName":"","namespace":"","selfLink":"","uid":"","resourceVersion":"","generation":0},"spec":{"resourceAttributes":{"namespace":"default","verb":"create","group":"example.com","version":"","resource":"widgets","subresource":"","name":""}},"status":{"allowed":false,"reason":"","evaluationError":"","denied":false}}""")]
    public void Recorded_bodies_of_kubectl_become_the_json_that_means_the_same(string body, string json)
    {
        Assert.True(ProtobufBodies.TryDecode(Convert.FromBase64String(body), out var value));
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(json), JsonNode.Parse(value!.ToJsonString())), value.ToJsonString());
    }

    [Fact]
    public void A_volume_lies_in_an_embedded_message()
    {
        // A pod whose spec has one volume {name: v, configMap: {name: c}}; written by hand, inside out.
        byte[] reference = [0x0a, 1, (byte)'c'];
        byte[] source = [0x0a, (byte)reference.Length, .. reference];
        byte[] union = [0x9a, 0x01, (byte)source.Length, .. source];
        byte[] volume = [0x0a, 1, (byte)'v', 0x12, (byte)union.Length, .. union];
        byte[] spec = [0x0a, (byte)volume.Length, .. volume];
        byte[] pod = [0x12, (byte)spec.Length, .. spec];
        Assert.True(ProtobufBodies.TryDecode(Envelope("v1", "Pod", pod), out var value));
        Assert.Equal("""{"kind":"Pod","apiVersion":"v1","spec":{"volumes":[{"name":"v","configMap":{"name":"c"}}]}}""", value!.ToJsonString());
    }

    [Fact]
    public void A_kind_that_is_not_built_in_is_left_to_the_caller() =>
        Assert.False(ProtobufBodies.TryDecode(Envelope("example.com/v1", "Widget", []), out _));

    [Theory]
    [InlineData("")]
    [InlineData("aGVsbG8=")]
    [InlineData("azhzAAoPCgJ2MRIJTmFtZXNwYWNlEh4KFgoG")]
    public void What_is_cut_or_something_else_is_a_bad_request(string body)
    {
        var error = Assert.Throws<ApiException>(() => ProtobufBodies.TryDecode(Convert.FromBase64String(body), out _));
        Assert.Equal(400, error.Code);
    }

    [Fact]
    public void A_part_that_would_be_lost_is_refused()
    {
        // Deployment.spec.template.spec.affinity is opaque here.
        byte[] affinity = [0x92, 0x01, 2, 0x0a, 0];
        byte[] podSpec = [.. affinity];
        byte[] template = [0x12, (byte)podSpec.Length, .. podSpec];
        byte[] spec = [0x1a, (byte)template.Length, .. template];
        byte[] deployment = [0x12, (byte)spec.Length, .. spec];
        var error = Assert.Throws<ApiException>(() => ProtobufBodies.TryDecode(Envelope("apps/v1", "Deployment", deployment), out _));
        Assert.Equal(415, error.Code);
    }

    [Fact]
    public void Random_bytes_never_break_the_reader()
    {
        var random = new Random(7);
        for (var i = 0; i < 5000; i++)
        {
            var raw = new byte[random.Next(64)];
            random.NextBytes(raw);
            try
            {
                ProtobufBodies.TryDecode(Envelope("v1", "Pod", raw), out _);
            }
            catch (ApiException error)
            {
                Assert.True(error.Code is 400 or 415);
            }
        }
    }

    private static byte[] Envelope(string apiVersion, string kind, byte[] raw)
    {
        byte[] Field(int number, byte[] bytes) => [(byte)(number << 3 | 2), (byte)bytes.Length, .. bytes];
        byte[] Text(int number, string text) => Field(number, System.Text.Encoding.UTF8.GetBytes(text));
        return [.. "k8s\0"u8, .. Field(1, [.. Text(1, apiVersion), .. Text(2, kind)]), .. Field(2, raw)];
    }
}
