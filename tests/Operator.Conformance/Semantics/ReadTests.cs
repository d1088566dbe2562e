using System.Text.Json.Nodes;
using Operator.Conformance.Verdicts;

namespace Operator.Conformance.Semantics;

public class ReadTests(ConformanceRun run) : SemanticsTests(run)
{
    [Theory]
    [MemberData(nameof(Targets))]
    public Task Pages_are_parts_of_one_snapshot(string target) => RunAsync(target, async api =>
    {
        foreach (var name in new[] { "a", "b", "c" }) await api.CreateWidgetAsync(name);
        var first = (await api.GetAsync(api.Widgets + "?limit=2")).Must(200);
        (await api.DeleteAsync(api.Widgets + "/c")).Must(200);
        await api.CreateWidgetAsync("d");
        var next = Uri.EscapeDataString((string)first.Body["metadata"]!["continue"]!);
        var second = (await api.GetAsync($"{api.Widgets}?limit=2&continue={next}")).Must(200);

        Assert.Equal(["c"], second.Body["items"]!.AsArray().Select(i => (string)i!["metadata"]!["name"]!));
        Assert.Equal(first.Version, second.Version);
        Assert.True(string.IsNullOrEmpty((string?)second.Body["metadata"]!["continue"]));
    });

    [Theory]
    [MemberData(nameof(Targets))]
    public Task A_list_at_an_exact_version_is_the_past(string target) => RunAsync(target, async api =>
    {
        var one = await api.CreateWidgetAsync("one");
        await api.CreateWidgetAsync("two");
        var past = (await api.GetAsync($"{api.Widgets}?resourceVersion={one.Version}&resourceVersionMatch=Exact")).Must(200);
        Assert.Equal(["one"], past.Body["items"]!.AsArray().Select(i => (string)i!["metadata"]!["name"]!));
        Assert.Equal(one.Version, past.Version);
        var recent = (await api.GetAsync($"{api.Widgets}?resourceVersion={one.Version}&resourceVersionMatch=NotOlderThan")).Must(200);
        Assert.Equal(2, recent.Body["items"]!.AsArray().Count);
    });

    [Theory]
    [MemberData(nameof(Targets))]
    public Task Label_selectors_speak_the_whole_language(string target) => RunAsync(target, async api =>
    {
        await api.CreateWidgetAsync("a", ""","labels":{"tier":"gold","zone":"x"}""");
        await api.CreateWidgetAsync("b", ""","labels":{"tier":"iron"}""");
        await api.CreateWidgetAsync("c");
        async Task Selects(string selector, params string[] names)
        {
            var list = (await api.GetAsync($"{api.Widgets}?labelSelector={Uri.EscapeDataString(selector)}")).Must(200);
            Assert.Equal(names, list.Body["items"]!.AsArray().Select(i => (string)i!["metadata"]!["name"]!));
        }
        await Selects("tier", "a", "b");
        await Selects("!tier", "c");
        await Selects("tier=gold", "a");
        await Selects("tier==gold", "a");
        await Selects("tier!=gold", "b", "c");
        await Selects("tier in (gold, iron)", "a", "b");
        await Selects("tier notin (gold)", "b", "c");
        await Selects("tier in (gold,iron),zone", "a");
        await Selects("", "a", "b", "c");
        (await api.GetAsync($"{api.Widgets}?labelSelector={Uri.EscapeDataString("tier in gold")}")).Must(400);
    });

    [Theory]
    [MemberData(nameof(Targets))]
    public Task Field_selectors_of_metadata_work_on_custom_resources(string target) => RunAsync(target, async api =>
    {
        await api.CreateWidgetAsync("a");
        await api.CreateWidgetAsync("b");
        async Task Selects(string selector, params string[] names)
        {
            var list = (await api.GetAsync($"/apis/example.com/v1/widgets?fieldSelector={Uri.EscapeDataString(selector)}")).Must(200);
            Assert.Equal(names, list.Body["items"]!.AsArray().Select(i => (string)i!["metadata"]!["name"]!));
        }
        await Selects($"metadata.namespace={api.Namespace}", "a", "b");
        await Selects($"metadata.namespace={api.Namespace},metadata.name!=a", "b");
    });

    [Theory]
    [MemberData(nameof(Targets))]
    public Task Events_print_as_kubectl_shows_them(string target) => RunAsync(target, async api =>
    {
        var time = DateTimeOffset.UtcNow.ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", System.Globalization.CultureInfo.InvariantCulture);
        (await api.PostAsync(
            $"/apis/events.k8s.io/v1/namespaces/{api.Namespace}/events",
            $$"""
            {"apiVersion":"events.k8s.io/v1","kind":"Event","metadata":{"name":"e"},"eventTime":"{{time}}","action":"Step","reason":"Stepped","type":"Normal",
             "note":"to ten percent","reportingController":"example.com/c","reportingInstance":"i",
             "regarding":{"apiVersion":"example.com/v1","kind":"Widget","name":"w","namespace":"{{api.Namespace}}"} }
            """)).Must(201);
        var table = (await api.GetAsync($"/api/v1/namespaces/{api.Namespace}/events", "application/json;as=Table;v=v1;g=meta.k8s.io")).Must(200);
        var cells = table.Body["rows"]![0]!["cells"]!.AsArray();
        Assert.Equal(["Normal", "Stepped", "widget/w"], cells.Skip(1).Take(3).Select(c => (string?)c));
        Assert.Contains("to ten percent", cells.Select(c => c?.ToString()));
        var selected = (await api.GetAsync(
            $"/api/v1/namespaces/{api.Namespace}/events?fieldSelector={Uri.EscapeDataString("involvedObject.kind=Widget,involvedObject.name=w")}")).Must(200);
        Assert.Single(selected.Body["items"]!.AsArray());
        var others = (await api.GetAsync(
            $"/api/v1/namespaces/{api.Namespace}/events?fieldSelector={Uri.EscapeDataString("involvedObject.name=other")}")).Must(200);
        Assert.Empty(others.Body["items"]!.AsArray());
    });

    [Theory]
    [MemberData(nameof(Targets))]
    public Task An_autoscaler_prints_its_metrics(string target) => RunAsync(target, async api =>
    {
        var autoscalers = $"/apis/autoscaling/v2/namespaces/{api.Namespace}/horizontalpodautoscalers";
        (await api.PostAsync(
            autoscalers,
            """
            {"apiVersion":"autoscaling/v2","kind":"HorizontalPodAutoscaler","metadata":{"name":"h"},
             "spec":{"maxReplicas":5,"scaleTargetRef":{"apiVersion":"apps/v1","kind":"Deployment","name":"web"},"metrics":[
              {"type":"Resource","resource":{"name":"cpu","target":{"type":"Utilization","averageUtilization":80}}},
              {"type":"Resource","resource":{"name":"memory","target":{"type":"AverageValue","averageValue":"1Gi"}}}]}}
            """)).Must(201);
        var table = (await api.GetAsync(autoscalers, "application/json;as=Table;v=v1;g=meta.k8s.io")).Must(200);
        var cells = table.Body["rows"]![0]!["cells"]!.AsArray();
        Assert.Equal(
            ["h", "Deployment/web", "cpu: <unknown>/80%, memory: <unknown>/1Gi", "1", "5", "0"], cells.Take(6).Select(c => c?.ToString()));
    });

    [Theory]
    [MemberData(nameof(Targets))]
    public Task An_unknown_token_is_unauthorized(string target) => RunAsync(target, async api =>
    {
        var answer = (await api.SendAsync(HttpMethod.Get, api.Widgets, null, null, token: "not-a-token")).Must(401);
        Assert.Equal(("Unauthorized", "Unauthorized"), ((string?)answer.Body["reason"], (string?)answer.Body["message"]));
    });

    [Theory]
    [MemberData(nameof(Targets))]
    public Task Discovery_speaks_both_dialects(string target) => RunAsync(target, async api =>
    {
        var groups = (await api.GetAsync("/apis")).Must(200);
        Assert.Equal("APIGroupList", (string?)groups.Body["kind"]);
        Assert.Contains(groups.Body["groups"]!.AsArray(), g => (string?)g!["name"] == "example.com");
        var aggregated = (await api.GetAsync("/apis", "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList")).Must(200);
        Assert.Equal("APIGroupDiscoveryList", (string?)aggregated.Body["kind"]);
        var group = Assert.Single(aggregated.Body["items"]!.AsArray(), i => (string?)i!["metadata"]!["name"] == "example.com");
        var widgets = group!["versions"]![0]!["resources"]![0]!;
        Assert.Equal(("widgets", "Widget", "Namespaced"), ((string?)widgets["resource"], (string?)widgets["responseKind"]!["kind"], (string?)widgets["scope"]));
        Assert.Equal(["scale", "status"], widgets["subresources"]!.AsArray().Select(s => (string)s!["subresource"]!).Order());
        Assert.Equal("APIResourceList", (string?)(await api.GetAsync("/api/v1")).Must(200).Body["kind"]);
        Assert.Equal("APIGroup", (string?)(await api.GetAsync("/apis/example.com")).Must(200).Body["kind"]);
    });
}
