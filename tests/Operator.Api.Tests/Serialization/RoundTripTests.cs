using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Operator.Api.Tests.Validation;
using Operator.Kubernetes.Serialization;
using Xunit;

namespace Operator.Api.Tests.Serialization;

public sealed class RoundTripTests
{
    public static TheoryData<string, Type> Manifests => new()
    {
        { Manifest.Deployment, typeof(ClaudeDeployment) },
        { Manifest.Quota, typeof(ClaudeQuota) },
        { Manifest.EvalRun, typeof(ClaudeEvalRun) },
    };

    /// <summary>What users wrote comes back as they wrote it; only enums that have a value without being written are added.</summary>
    [Theory]
    [MemberData(nameof(Manifests))]
    public void A_manifest_comes_back_as_it_was_written(string manifest, Type type)
    {
        var before = JsonNode.Parse(manifest)!;
        var after = RoundTrip(before, type);

        AssertContains(before, after, "");
        Assert.True(JsonNode.DeepEquals(after, RoundTrip(after, type)));
    }

    [Theory]
    [MemberData(nameof(Manifests))]
    public void Fields_of_a_newer_version_are_kept(string manifest, Type type)
    {
        var before = Manifest.With(manifest, "spec.fromTheFuture", """{"a":[1,{"b":null}]}""");
        var after = RoundTrip(before, type);

        Assert.Equal("""{"a":[1,{"b":null}]}""", after["spec"]!["fromTheFuture"]!.ToJsonString());
    }

    [Theory]
    [InlineData("10", "10")]
    [InlineData("\"10%\"", "\"10%\"")]
    [InlineData("\"0.5%\"", "\"0.5%\"")]
    [InlineData("1.5", "\"1.5\"")]
    [InlineData("true", "\"true\"")]
    public void A_weight_keeps_its_text(string written, string expected)
    {
        var entity = Manifest.Read<ClaudeDeployment>(Manifest.With(Manifest.Deployment, "spec.canary.steps[0].weight", written));

        Assert.Null(entity.Unreadable);
        Assert.Equal(expected, Manifest.Json.ToNode(entity)["spec"]!["canary"]!["steps"]![0]!["weight"]!.ToJsonString());
    }

    [Theory]
    [InlineData("spec.lane", "\"interactive\"", Lane.Interactive)]
    [InlineData("spec.lane", "\"bulk\"", Lane.Bulk)]
    public void Enums_are_read_by_the_names_of_the_schema(string path, string written, Lane lane) =>
        Assert.Equal(lane, Manifest.Read<ClaudeDeployment>(Manifest.With(Manifest.Deployment, path, written)).Spec.Lane);

    [Fact]
    public void The_error_of_an_unreadable_object_is_never_written()
    {
        var entity = Manifest.Read<ClaudeDeployment>(Manifest.With(Manifest.Deployment, "spec.lane", "\"express\""));

        Assert.NotNull(entity.Unreadable);
        Assert.DoesNotContain("unreadable", Manifest.Json.ToNode(entity).ToJsonString(), StringComparison.OrdinalIgnoreCase);
    }

    private static JsonObject RoundTrip(JsonNode node, Type type)
    {
        var method = typeof(RoundTripTests).GetMethod(nameof(RoundTripAs), BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(type);
        return (JsonObject)method.Invoke(null, [node])!;
    }

    private static JsonObject RoundTripAs<T>(JsonNode node) => Manifest.Json.ToNode(Manifest.Json.FromNode<T>(node));

    private static void AssertContains(JsonNode? expected, JsonNode? actual, string path)
    {
        switch (expected)
        {
            case JsonObject map:
                foreach (var (name, value) in map) AssertContains(value, actual?[name], $"{path}.{name}");
                break;
            case JsonArray list:
                Assert.Equal(list.Count, actual?.AsArray().Count);
                for (var i = 0; i < list.Count; i++) AssertContains(list[i], actual![i], $"{path}[{i}]");
                break;
            default:
                Assert.True(JsonNode.DeepEquals(expected, actual), $"{path}: {expected?.ToJsonString()} became {actual?.ToJsonString()}");
                break;
        }
    }
}
