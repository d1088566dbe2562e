using System.Text.Json.Nodes;
using Operator.LocalCluster.Resources;

namespace Operator.LocalCluster.Tests.BuiltIns;

public class StrategyTests
{
    [Theory]
    [InlineData("ConfigMap", "", """{"data":{"a":"3"},"immutable":true}""", """{"data":{"a":"2"},"immutable":true}""",
        "data: Forbidden: field is immutable when `immutable` is set")]
    [InlineData("ConfigMap", "", """{"data":{"a":"2"}}""", """{"data":{"a":"2"},"immutable":true}""",
        "immutable: Forbidden: field is immutable when `immutable` is set")]
    [InlineData("ConfigMap", "", """{"data":{"a":"2"},"immutable":true}""", """{"data":{"a":"1"}}""", null)]
    [InlineData("Secret", "", """{"type":"a"}""", """{"type":"b"}""", "type: Invalid value: \"a\": field is immutable")]
    [InlineData("Lease", "coordination.k8s.io", """{"spec":{"leaseDurationSeconds":0}}""", null,
        "spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0")]
    [InlineData("Event", "events.k8s.io", """{"metadata":{"namespace":"n"},"regarding":{"namespace":"n"},"reason":"R","type":"Normal"}""", null,
        "eventTime: Required value")]
    [InlineData("Event", "", """{"metadata":{"namespace":"n"},"involvedObject":{"namespace":"m"}}""", null,
        "involvedObject.namespace: Invalid value: \"m\": does not match event.namespace")]
    [InlineData("Job", "batch", """{"spec":{"template":{"spec":{"restartPolicy":"Always","containers":[{"name":"c","image":"i"}]}}}}""", null,
        "spec.template.spec.restartPolicy: Required value: valid values: \"OnFailure\", \"Never\"")]
    [InlineData("Deployment", "apps",
        """{"spec":{"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"c"}},"spec":{"containers":[{"name":"c","image":"i"}]}}}}""", null,
        "spec.template.metadata.labels: Invalid value: {\"a\":\"c\"}: `selector` does not match template `labels`")]
    [InlineData("RoleBinding", "rbac.authorization.k8s.io", """{"roleRef":{"name":"b"}}""", """{"roleRef":{"name":"a"}}""",
        "roleRef: Invalid value: {\"name\":\"b\"}: cannot change roleRef")]
    [InlineData("Pod", "", """{"spec":{"containers":[{"name":"c","image":"i","volumeMounts":[{"name":"v","mountPath":"/x"}]}]}}""", null,
        "spec.containers[0].volumeMounts[0].name: Not found: \"v\"")]
    public void A_rule_of_a_kind_is_told_in_the_servers_words(string kind, string group, string json, string? live, string? error)
    {
        var errors = BuiltInCatalogTests.Find(kind, group).Strategy.Validate(Parse(json), live is null ? null : Parse(live));
        Assert.Equal(error, errors.Select(e => $"{e.Field}: {e.Message}").FirstOrDefault());
    }

    [Fact]
    public void An_event_reads_the_same_in_both_groups()
    {
        var value = Parse("""{"apiVersion":"events.k8s.io/v1","kind":"Event","note":"n","regarding":{"kind":"Widget"},"reportingController":"c","eventTime":"2026-01-01T00:00:00.000000Z"}""");
        var newer = BuiltInCatalogTests.Find("Event", "events.k8s.io").Strategy;
        newer.ApplyDefaults(value);
        var original = value.DeepClone();
        newer.ToStorage(value);
        Assert.Equal("n", value.Text("message"));
        Assert.Equal("Widget", value.Text("involvedObject", "kind"));
        Assert.Equal("v1", value.Text("apiVersion"));
        BuiltInCatalogTests.Find("Event").Strategy.FromStorage(value);
        newer.FromStorage(value);
        Assert.True(JsonNode.DeepEquals(original, value), value.ToJsonString());
    }

    [Fact]
    public void A_namespace_is_held_until_its_finalizers_are_gone()
    {
        var strategy = BuiltInCatalogTests.Find("Namespace").Strategy;
        var value = Parse("""{"metadata":{"name":"n"}}""");
        strategy.PrepareForCreate(value);
        Assert.True(strategy.HoldsDeletion(value));
        Assert.Equal("Active", value.Text("status", "phase"));
        var marked = (JsonObject)value.DeepClone();
        strategy.PrepareForDelete(marked, value);
        Assert.Equal("Terminating", marked.Text("status", "phase"));
        var finalized = (JsonObject)marked.DeepClone();
        finalized["spec"] = new JsonObject();
        strategy.PrepareForUpdate(finalized, marked, "finalize");
        Assert.False(strategy.HoldsDeletion(finalized));
        Assert.Equal("Terminating", finalized.Text("status", "phase"));
    }

    [Theory]
    [InlineData("""{"spec":{}}""", null, 0)]
    [InlineData("""{"spec":{"nodeName":"n"}}""", null, 30)]
    [InlineData("""{"spec":{"nodeName":"n","terminationGracePeriodSeconds":5}}""", null, 5)]
    [InlineData("""{"spec":{"nodeName":"n"}}""", 0L, 0)]
    [InlineData("""{"spec":{"nodeName":"n"},"status":{"phase":"Succeeded"}}""", null, 0)]
    public void A_pod_gets_grace_only_where_a_node_runs_it(string pod, long? requested, long seconds) =>
        Assert.Equal(seconds, BuiltInCatalogTests.Find("Pod").Strategy.GracePeriodSeconds(Parse(pod), requested));

    [Fact]
    public void Clear_text_of_a_secret_becomes_data()
    {
        var value = BuiltInCatalogTests.Defaulted("Secret", "", """{"data":{"a":"eA=="},"stringData":{"b":"y"}}""");
        Assert.Equal("""{"data":{"a":"eA==","b":"eQ=="},"type":"Opaque"}""", value.ToJsonString());
    }

    [Fact]
    public void A_job_selects_its_pods_by_its_uid()
    {
        var value = BuiltInCatalogTests.Defaulted("Job", "batch", """{"metadata":{"name":"j","uid":"u"},"spec":{"template":{"spec":{"containers":[{"name":"c","image":"i:1"}],"restartPolicy":"Never"}}}}""");
        BuiltInCatalogTests.Find("Job", "batch").Strategy.PrepareForCreate(value);
        Assert.Equal("u", value.Text("spec", "selector", "matchLabels", "batch.kubernetes.io/controller-uid"));
        Assert.Equal("j", value.Text("spec", "template", "metadata", "labels", "job-name"));
        Assert.Equal(6, value.Number("spec", "backoffLimit"));
        Assert.Equal(1, value.Number("spec", "completions"));
    }

    private static JsonObject Parse(string json) => (JsonObject)JsonNode.Parse(json)!;
}
