using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FsCheck.Fluent;
using Operator.Kubernetes.Models;
using Operator.Kubernetes.Serialization;
using Operator.Kubernetes.Tests.Support;

namespace Operator.Kubernetes.Tests.Serialization;

public class RoundTripTests
{
    private static readonly KubernetesJson Json = new(WidgetContext.Default);

    [Fact]
    public void Unknown_fields_at_every_depth_survive_key_by_key()
    {
        var gen = JsonGen.Object().Select(o => o.Replace("\"kind\":", "\"kind_\":", StringComparison.Ordinal).Replace("\"spec\":", "\"spec_\":", StringComparison.Ordinal));
        JsonGen.ForAll(gen, extra =>
        {
            var document = JsonNode.Parse("""
                {"apiVersion":"example.com/v1","kind":"Widget",
                 "metadata":{"name":"a","namespace":"n","labels":{"x":"y"},"ownerReferences":[{"name":"o","uid":"u"}],"managedFields":[{"manager":"m"}]},
                 "spec":{"size":"big","replicas":3},"status":{"ready":2}}
                """)!.AsObject();
            var unknown = JsonNode.Parse(extra)!.AsObject();
            JsonObject[] places =
            [
                document, document["metadata"]!.AsObject(), document["metadata"]!["ownerReferences"]![0]!.AsObject(),
                document["metadata"]!["managedFields"]![0]!.AsObject(), document["spec"]!.AsObject(), document["status"]!.AsObject(),
            ];
            foreach (var place in places)
                foreach (var (key, value) in unknown) place[key] = value?.DeepClone();

            var back = JsonNode.Parse(Json.Serialize(Json.Deserialize<Widget>(Encoding.UTF8.GetBytes(document.ToJsonString()))));
            Assert.True(JsonGen.Same(document, back), $"{document.ToJsonString()}\n{back!.ToJsonString()}");
        });
    }

    [Theory]
    [InlineData("9007199254740993")]
    [InlineData("18446744073709551616")]
    [InlineData("1.0")]
    [InlineData("1e3")]
    [InlineData("-0")]
    public void The_spelling_of_unknown_numbers_survives(string number)
    {
        var text = Encoding.UTF8.GetString(Json.Serialize(Json.Deserialize<Widget>(Encoding.UTF8.GetBytes($$"""{"spec":{"x":{{number}} } }"""))));
        Assert.Contains($"\"x\":{number}}}", text, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_field_may_have_any_name()
    {
        const string Text = """{"metadata":{},"$unknown":1,"additionalProperties":{"x":2},"AdditionalProperties":3,"Kind":4}""";
        var back = JsonNode.Parse(Json.Serialize(Json.Deserialize<V1ConfigMap>(Encoding.UTF8.GetBytes(Text))));
        Assert.True(JsonGen.Same(JsonNode.Parse(Text), back), back!.ToJsonString());
    }

    [Fact]
    public void What_is_not_set_is_not_written()
    {
        Assert.Equal("""{"metadata":{}}""", Encoding.UTF8.GetString(Json.Serialize(new V1ConfigMap())));
    }

    [Fact]
    public void Text_is_written_readably()
    {
        var map = new V1ConfigMap { Data = new Dictionary<string, string> { ["k"] = "a+b <é> 'x'" } };
        Assert.Contains("a+b <é> 'x'", Encoding.UTF8.GetString(Json.Serialize(map)), StringComparison.Ordinal);
    }

    [Fact]
    public void Times_are_written_as_the_api_reads_them()
    {
        var time = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.FromHours(2)).AddTicks(1234567);
        var lease = new V1Lease { Metadata = { CreationTimestamp = time }, Spec = new() { RenewTime = time } };
        var node = Json.ToNode(lease);

        Assert.Equal("2026-01-02T01:04:05Z", node["metadata"]!["creationTimestamp"]!.ToString());
        Assert.Equal("2026-01-02T01:04:05.123456Z", node["spec"]!["renewTime"]!.ToString());
        var back = Json.FromNode<V1Lease>(node);
        Assert.Equal(time.AddTicks(-7).ToUniversalTime(), back.Spec!.RenewTime);
    }

    [Fact]
    public void Strings_that_repeat_are_shared_and_those_that_differ_are_not_mixed_up()
    {
        var text = """{"kind":"Widget","metadata":{"namespace":"shared-namespace","labels":{"app.kubernetes.io/name":"web"}}}"""u8;
        var (one, two) = (Json.Deserialize<Widget>(text), Json.Deserialize<Widget>(text));
        Assert.Same(one.Kind, two.Kind);
        Assert.Same(one.Metadata.NamespaceProperty, two.Metadata.NamespaceProperty);
        Assert.Same(one.Metadata.Labels!.Keys.Single(), two.Metadata.Labels!.Keys.Single());

        // More names than the table has places, with every kind of character.
        for (var i = 0; i < 20_000; i++)
        {
            var name = $"n{i}-é{(char)('a' + (i % 26))}";
            var parsed = Json.Deserialize<Widget>(Encoding.UTF8.GetBytes($$$"""{"metadata":{"namespace":"{{{name}}}","labels":{"k{{{i}}}":"v"} } }"""));
            Assert.Equal((name, $"k{i}"), (parsed.Metadata.NamespaceProperty, parsed.Metadata.Labels!.Keys.Single()));
        }
    }

    [Theory]
    [InlineData("""{"metadata":{"labels":[]}}""")]
    [InlineData("""{"metadata":{"labels":{"a":1}}}""")]
    [InlineData("""{"metadata":{"creationTimestamp":"yesterday"}}""")]
    [InlineData("""{"metadata":{"name":{}}}""")]
    [InlineData("""{"metadata":""")]
    [InlineData("null")]
    public void Json_that_does_not_fit_is_a_json_error(string text) =>
        Assert.Throws<JsonException>(() => Json.Deserialize<Widget>(Encoding.UTF8.GetBytes(text)));
}
