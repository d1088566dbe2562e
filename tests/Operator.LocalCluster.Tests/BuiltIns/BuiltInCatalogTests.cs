using System.Text.Json.Nodes;
using Operator.LocalCluster.BuiltIns;
using Operator.LocalCluster.Resources;

namespace Operator.LocalCluster.Tests.BuiltIns;

public class BuiltInCatalogTests
{
    internal static ResourceDefinition Find(string kind, string group = "") =>
        BuiltInCatalog.All.Single(definition => definition.Kind == kind && definition.Group == group);

    internal static JsonObject Defaulted(string kind, string group, string json)
    {
        var definition = Find(kind, group);
        var value = (JsonObject)JsonNode.Parse(json)!;
        definition.Schema.ApplyDefaults(value);
        definition.Strategy.ApplyDefaults(value);
        return value;
    }

    [Fact]
    public void Every_resource_stands_once_and_names_its_kind()
    {
        Assert.Equal(BuiltInCatalog.All.Count, BuiltInCatalog.All.Select(d => (d.Group, d.Version, d.Plural)).Distinct().Count());
        Assert.All(BuiltInCatalog.All, definition => Assert.Equal(definition.Plural, definition.Plural.ToLowerInvariant()));
    }

    [Fact]
    public void Every_cell_has_its_column()
    {
        foreach (var definition in BuiltInCatalog.All)
        {
            var cells = definition.Strategy.Cells(new JsonObject { ["metadata"] = new JsonObject { ["name"] = "n" } }, DateTimeOffset.UnixEpoch);
            Assert.Equal(definition.Columns.Count, cells!.Count);
        }
    }

    [Fact]
    public void A_deployment_gets_the_recorded_defaults()
    {
        var value = Defaulted("Deployment", "apps", """
            {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web","namespace":"default"},"spec":{"selector":{"matchLabels":{"app":"web"}},
            "template":{"metadata":{"labels":{"app":"web"}},"spec":{"containers":[{"env":[{"name":"A","value":"1"}],"image":"example/web:1","name":"main"}]}}}}
            """);
        var expected = JsonNode.Parse("""
            {"replicas":1,"selector":{"matchLabels":{"app":"web"}},"template":{"metadata":{"labels":{"app":"web"}},"spec":{"containers":[{"name":"main",
            "image":"example/web:1","env":[{"name":"A","value":"1"}],"resources":{},"terminationMessagePath":"/dev/termination-log",
            "terminationMessagePolicy":"File","imagePullPolicy":"IfNotPresent"}],"restartPolicy":"Always","terminationGracePeriodSeconds":30,
            "dnsPolicy":"ClusterFirst","securityContext":{},"schedulerName":"default-scheduler"}},"strategy":{"type":"RollingUpdate",
            "rollingUpdate":{"maxUnavailable":"25%","maxSurge":"25%"}},"revisionHistoryLimit":10,"progressDeadlineSeconds":600}
            """);
        Assert.True(JsonNode.DeepEquals(expected, value["spec"]), value["spec"]!.ToJsonString());
    }

    [Theory]
    [InlineData("example/web:1", "IfNotPresent")]
    [InlineData("example/web:latest", "Always")]
    [InlineData("example/web", "Always")]
    [InlineData("localhost:5000/web", "Always")]
    [InlineData("example/web@sha256:0123", "IfNotPresent")]
    public void The_pull_policy_follows_the_tag(string image, string policy)
    {
        var value = Defaulted("Pod", "", $$$"""{"spec":{"containers":[{"name":"c","image":"{{{image}}}"}]}}""");
        Assert.Equal(policy, value.Children("spec", "containers").Single().Text("imagePullPolicy"));
    }

    [Fact]
    public void A_built_in_kind_never_keeps_nulls_and_zero_values()
    {
        var value = Defaulted("Pod", "", """
            {"metadata":{"name":"p","creationTimestamp":null,"labels":{}},"spec":{"hostNetwork":false,"containers":[{"name":"c","image":"x:1","args":[]}]},"status":{}}
            """);
        Assert.Equal("""{"name":"p"}""", value["metadata"]!.ToJsonString());
        Assert.False(value.Child("spec")!.ContainsKey("hostNetwork"));
        Assert.False(value.Children("spec", "containers").Single().ContainsKey("args"));
    }

    [Theory]
    [InlineData("Lease", "coordination.k8s.io", """{"spec":{"renewTime":"2026-01-01T00:00:00.1234567Z"}}""",
        "parsing time \"2026-01-01T00:00:00.1234567Z\" as \"2006-01-02T15:04:05.000000Z07:00\": cannot parse \"7Z\" as \"Z07:00\"")]
    [InlineData("Lease", "coordination.k8s.io", """{"spec":{"renewTime":"2026-01-01T00:00:01Z"}}""",
        "parsing time \"2026-01-01T00:00:01Z\" as \"2006-01-02T15:04:05.000000Z07:00\": cannot parse \"Z\" as \".000000\"")]
    [InlineData("Deployment", "apps", """{"spec":{"replicas":"three"}}""",
        "json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32")]
    [InlineData("ConfigMap", "", """{"data":{"a":1}}""", "json: cannot unmarshal number into Go struct field ConfigMap.data of type string")]
    [InlineData("Secret", "", """{"data":{"a":"???"}}""", "illegal base64 data at input byte 0")]
    [InlineData("Lease", "coordination.k8s.io", """{"spec":{"renewTime":"2026-01-01T00:00:00.123456Z","leaseDurationSeconds":15}}""", null)]
    public void What_the_typed_form_cannot_hold_is_told_in_the_decoders_words(string kind, string group, string json, string? error) =>
        Assert.Equal(error, Find(kind, group).Strategy.FindDecodingError((JsonObject)JsonNode.Parse(json)!));
}
