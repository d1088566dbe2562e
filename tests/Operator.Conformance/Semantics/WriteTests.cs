using System.Text.Json.Nodes;
using Operator.Conformance.Verdicts;

namespace Operator.Conformance.Semantics;

public class WriteTests(ConformanceRun run) : SemanticsTests(run)
{
    [Theory]
    [MemberData(nameof(Targets))]
    public Task Without_a_status_subresource_every_change_outside_metadata_bumps_generation(string target) => RunAsync(target, async api =>
    {
        var group = $"{api.Namespace}.example.com";
        (await api.PostAsync(
            "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
            $$$"""
            {"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition","metadata":{"name":"gauges.{{{group}}}" },
             "spec":{"group":"{{{group}}}","scope":"Namespaced","names":{"plural":"gauges","singular":"gauge","kind":"Gauge","listKind":"GaugeList"},
              "versions":[{"name":"v1","served":true,"storage":true,"schema":{"openAPIV3Schema":{"type":"object","x-kubernetes-preserve-unknown-fields":true} } } ] } }
            """)).Must(201);
        var gauges = $"/apis/{group}/v1/namespaces/{api.Namespace}/gauges";
        await Eventually.HoldsAsync(async () => (await api.GetAsync(gauges)).Status == 200, "the new kind is served");

        var created = (await api.PostAsync(
            gauges, $$"""{"apiVersion":"{{group}}/v1","kind":"Gauge","metadata":{"name":"g"},"spec":{"a":1},"status":{"b":1} }""")).Must(201);
        Assert.Equal((1, 1), (created.Generation, (int)created.Body["status"]!["b"]!));
        Assert.Equal(2, (await api.PatchAsync(gauges + "/g", """{"status":{"b":2}}""")).Must(200).Generation);
        Assert.Equal(3, (await api.PatchAsync(gauges + "/g", """{"other":true}""")).Must(200).Generation);
        Assert.Equal(3, (await api.PatchAsync(gauges + "/g", """{"metadata":{"annotations":{"a":"b"}}}""")).Must(200).Generation);
        Assert.Equal(404, (await api.PatchAsync(gauges + "/g/status", """{"status":{"b":3}}""")).Status);
        (await api.DeleteAsync($"/apis/apiextensions.k8s.io/v1/customresourcedefinitions/gauges.{group}")).Must(200);
    });

    [Theory]
    [MemberData(nameof(Targets))]
    public Task A_dry_run_of_any_write_persists_nothing(string target) => RunAsync(target, async api =>
    {
        var created = await api.CreateWidgetAsync("one");
        var path = api.Widgets + "/one";
        var changed = created.Body.DeepClone().AsObject();
        changed["spec"]!["size"] = "large";
        Assert.Equal(2, (await api.PutAsync(path + "?dryRun=All", changed.ToJsonString())).Must(200).Generation);
        Assert.Equal(5, (int)(await api.PatchAsync(path + "?dryRun=All", """{"spec":{"replicas":5}}""")).Must(200).Body["spec"]!["replicas"]!);
        (await api.PatchAsync(path + "/status?dryRun=All", """{"status":{"replicas":5}}""")).Must(200);
        (await api.PatchAsync(path + "?dryRun=All&fieldManager=m&force=true", ApiSession.Widget("one", spec: """ "size":"large" """), ApiSession.Apply)).Must(200);
        (await api.PatchAsync(api.Widgets + "/new?dryRun=All&fieldManager=m", ApiSession.Widget("new"), ApiSession.Apply)).Must(201);
        (await api.DeleteAsync(path + "?dryRun=All")).Must(200);
        (await api.DeleteAsync(api.Widgets + "?dryRun=All")).Must(200);

        Assert.True(JsonNode.DeepEquals(created.Body, (await api.GetAsync(path)).Must(200).Body));
        (await api.GetAsync(api.Widgets + "/new")).Must(404);
    });

    [Theory]
    [MemberData(nameof(Targets))]
    public Task Of_many_writers_with_one_version_exactly_one_wins(string target) => RunAsync(target, async api =>
    {
        var created = await api.CreateWidgetAsync("one");
        var answers = await Task.WhenAll(Enumerable.Range(2, 12).Select(replicas =>
        {
            var body = created.Body.DeepClone().AsObject();
            body["spec"]!["size"] = "large";
            body["spec"]!["replicas"] = replicas;
            return api.PutAsync(api.Widgets + "/one", body.ToJsonString());
        }));
        Assert.Single(answers, a => a.Status == 200);
        Assert.All(answers.Where(a => a.Status != 200), a => Assert.Equal((409, "Conflict"), (a.Status, (string?)a.Body["reason"])));
        Assert.Equal(2, (await api.GetAsync(api.Widgets + "/one")).Must(200).Generation);
    });

    [Theory]
    [MemberData(nameof(Targets))]
    public Task A_status_write_with_a_stale_version_conflicts(string target) => RunAsync(target, async api =>
    {
        var created = await api.CreateWidgetAsync("one");
        (await api.PatchAsync(api.Widgets + "/one", """{"metadata":{"labels":{"a":"b"}}}""")).Must(200);
        var stale = created.Body.DeepClone().AsObject();
        stale["status"] = new JsonObject { ["replicas"] = 1 };
        var conflict = (await api.PutAsync(api.Widgets + "/one/status", stale.ToJsonString())).Must(409);
        Assert.Equal("Conflict", (string?)conflict.Body["reason"]);
    });

    [Theory]
    [MemberData(nameof(Targets))]
    public Task A_patch_of_status_changes_neither_spec_nor_labels(string target) => RunAsync(target, async api =>
    {
        var created = await api.CreateWidgetAsync("one", ""","labels":{"a":"b"}""");
        var patched = (await api.PatchAsync(
            api.Widgets + "/one/status", """{"metadata":{"labels":{"a":"c"}},"spec":{"size":"large"},"status":{"replicas":3}}""")).Must(200);
        Assert.Equal("b", (string?)patched.Body["metadata"]!["labels"]!["a"]);
        Assert.Equal("small", (string?)patched.Body["spec"]!["size"]);
        Assert.Equal(3, (int)patched.Body["status"]!["replicas"]!);
        Assert.Equal(created.Generation, patched.Generation);
        Assert.True(patched.VersionNumber > created.VersionNumber);
    });

    [Theory]
    [MemberData(nameof(Targets))]
    public Task A_new_object_of_an_old_name_has_a_new_identity(string target) => RunAsync(target, async api =>
    {
        var first = await api.CreateWidgetAsync("one");
        (await api.DeleteAsync(api.Widgets + "/one")).Must(200);
        var second = await api.CreateWidgetAsync("one");
        Assert.NotEqual(first.Uid, second.Uid);
        Assert.Equal(1, second.Generation);
        // An update that means the old object must not hit the new one.
        var update = second.Body.DeepClone().AsObject();
        update["metadata"]!["uid"] = first.Uid;
        (await api.PutAsync(api.Widgets + "/one", update.ToJsonString())).Must(409);
    });

    [Theory]
    [MemberData(nameof(Targets))]
    public Task System_fields_of_metadata_are_the_servers(string target) => RunAsync(target, async api =>
    {
        var created = await api.CreateWidgetAsync(
            "one",
            ""","uid":"11111111-1111-1111-1111-111111111111","generation":7,"creationTimestamp":"2001-01-01T00:00:00Z","deletionTimestamp":"2001-01-01T00:00:00Z","selfLink":"/x" """);
        Assert.NotEqual("11111111-1111-1111-1111-111111111111", created.Uid);
        Assert.Equal(1, created.Generation);
        Assert.NotEqual("2001-01-01T00:00:00Z", (string?)created.Body["metadata"]!["creationTimestamp"]);
        Assert.Null(created.Body["metadata"]!["deletionTimestamp"]);
        var refused = (await api.PostAsync(api.Widgets, ApiSession.Widget("two", ""","resourceVersion":"5" """))).Must(500);
        Assert.Equal("resourceVersion should not be set on objects to be created", (string?)refused.Body["message"]);
    });

    [Theory]
    [MemberData(nameof(Targets))]
    public Task A_body_over_the_limit_is_refused(string target) => RunAsync(target, async api =>
    {
        var answer = await api.PostAsync(api.Widgets, ApiSession.Widget("one", $$""","annotations":{"big":"{{new string('x', 4 * 1024 * 1024)}}"}"""));
        Assert.Equal((413, "RequestEntityTooLarge"), (answer.Status, (string?)answer.Body["reason"]));
        var annotations = (await api.PostAsync(api.Widgets, ApiSession.Widget("two", $$""","annotations":{"big":"{{new string('x', 300 * 1024)}}"}"""))).Must(422);
        Assert.Contains("metadata.annotations: Too long", (string?)annotations.Body["message"], StringComparison.Ordinal);
    });

    [Theory]
    [MemberData(nameof(Targets))]
    public Task A_namespace_that_is_going_takes_no_new_objects(string target) => RunAsync(target, async api =>
    {
        await api.CreateWidgetAsync("one", ""","finalizers":["example.com/hold"]""");
        (await api.DeleteAsync($"/api/v1/namespaces/{api.Namespace}")).Must(200);
        await Eventually.HoldsAsync(
            async () => (await api.PostAsync(api.Widgets + "?dryRun=All", ApiSession.Widget("probe"))).Status == 403, "the namespace takes no new objects");
        var refused = (await api.PostAsync(api.Widgets, ApiSession.Widget("two"))).Must(403);
        Assert.Equal("Forbidden", (string?)refused.Body["reason"]);
        Assert.Equal("NamespaceTerminating", (string?)refused.Body["details"]!["causes"]![0]!["reason"]);
        (await api.PatchAsync(api.Widgets + "/one", """{"metadata":{"finalizers":null}}""")).Must(200);
    });
}
