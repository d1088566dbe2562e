using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;
using Operator.Kubernetes.Yaml;
using Operator.Tests.Manifests;
using Xunit;

namespace Operator.Tests.Charts;

public sealed class ChartTests(InstalledManifests installed) : IClassFixture<InstalledManifests>
{
    private static readonly string[] Everything =
    [
        "admission.certManager.enabled=true", "metrics.serviceMonitor.enabled=true", "metrics.podMonitor.enabled=true",
        "metrics.prometheusRule.enabled=true", "metrics.dashboards.enabled=true", "evalHosts={evals.internal}",
    ];

    public static TheoryData<string> Targets => InstalledManifests.Targets;

    /// <summary>Two ways to install must not become two operators.</summary>
    [Fact]
    public async Task The_chart_installs_what_the_kustomization_installs()
    {
        if (!KubectlRun.IsPresent) Assert.Skip("kubectl is not on PATH");
        var token = TestContext.Current.CancellationToken;
        var chart = ByName(await HelmRun.ObjectsAsync(token));
        using var kubectl = new KubectlRun("");
        var (exit, text) = await kubectl.RunAsync(null, token, "kustomize", "default");
        Assert.True(exit == 0, text);
        var kustomization = ByName(KubernetesYaml.Parse(text, "default").OfType<JsonObject>());
        Assert.True(kustomization.Remove("Namespace/" + ManifestLabels.Namespace));
        Assert.True(chart.Remove("NetworkPolicy/" + ManifestLabels.Name));
        Assert.True(chart.Remove($"Pod/{ManifestLabels.Name}-test"));

        Assert.Equal(kustomization.Keys, chart.Keys);
        foreach (var (name, expected) in kustomization) Assert.Equal(Text(expected), Text(chart[name]));
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public async Task A_server_accepts_the_rendered_chart(string target)
    {
        var token = TestContext.Current.CancellationToken;
        var (_, text) = await HelmRun.TemplateAsync(token);
        var (_, namespaced) = await HelmRun.TemplateAsync(token, "namespaced=true", "replicas=1");
        var (kubectl, _) = await installed.OnAsync(target);

        foreach (var manifests in new[] { text, namespaced })
        {
            var (exit, answer) = await kubectl.RunAsync(manifests, token, "apply", "--server-side", "--field-manager=helm", "--force-conflicts", "--dry-run=server", "-f", "-");
            Assert.True(exit == 0, answer);
            Assert.DoesNotContain("Warning", answer, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task With_roles_alone_there_is_nothing_of_the_whole_cluster_but_the_definitions()
    {
        var kinds = (await HelmRun.ObjectsAsync(TestContext.Current.CancellationToken, "namespaced=true")).Where(o => o["metadata"]!["namespace"] is null).Select(Kind);

        Assert.Equal(["CustomResourceDefinition"], kinds.Distinct());
    }

    [Fact]
    public async Task With_roles_alone_limiters_reach_the_operator_and_nobody_else_does()
    {
        var token = TestContext.Current.CancellationToken;
        var objects = await HelmRun.ObjectsAsync(token, "namespaced=true", "admission.certManager.enabled=true", "metrics.podMonitor.enabled=true");
        Assert.Equal(["claude-operator-limiters", "claude-operator-metrics"], objects.Where(o => Kind(o) == "Service").Select(o => (string)o["metadata"]!["name"]!).Order(StringComparer.Ordinal));
        var container = objects.Single(o => Kind(o) == "Deployment")["spec"]!["template"]!["spec"]!["containers"]![0]!;
        Assert.Equal(["channel", "health", "metrics"], container["ports"]!.AsArray().Select(p => (string)p!["name"]!).Order(StringComparer.Ordinal));
        var names = container["env"]!.AsArray().Select(v => (string)v!["name"]!).ToList();
        Assert.Contains("CLAUDE_OPERATOR_NAMESPACE", names);
        // Not set: offline is the default there.
        Assert.DoesNotContain("CLAUDE_OPERATOR_CHANNELAUTHENTICATION", names);
        Assert.Contains("CLAUDE_OPERATOR_CERTIFICATEDIRECTORY", names);
        var certificate = objects.Single(o => Kind(o) == "Certificate" && (string?)o["metadata"]!["name"] == ManifestLabels.Name);
        Assert.All(certificate["spec"]!["dnsNames"]!.AsArray(), n => Assert.StartsWith("claude-operator-limiters.", (string)n!, StringComparison.Ordinal));
        Assert.DoesNotContain(objects, o => Kind(o) is "ClusterRole" or "ClusterRoleBinding" or "ValidatingWebhookConfiguration" or "MutatingWebhookConfiguration");
    }

    [Fact]
    public async Task No_role_has_a_verb_on_secrets_and_none_has_a_wildcard()
    {
        var token = TestContext.Current.CancellationToken;
        foreach (var objects in new[] { await HelmRun.ObjectsAsync(token, Everything), await HelmRun.ObjectsAsync(token, "namespaced=true") })
        {
            var rules = objects.Where(o => Kind(o) is "Role" or "ClusterRole").SelectMany(o => o["rules"]!.AsArray()).Select(r => r!.ToJsonString()).ToList();
            Assert.NotEmpty(rules);
            Assert.All(rules, r => Assert.DoesNotContain("secrets", r, StringComparison.Ordinal));
            Assert.All(rules, r => Assert.DoesNotContain("*", r, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task With_everything_on_every_object_says_where_it_lives_and_whose_it_is()
    {
        var objects = await HelmRun.ObjectsAsync(TestContext.Current.CancellationToken, Everything);

        foreach (var kind in new[] { "Certificate", "Issuer", "ServiceMonitor", "PodMonitor", "PrometheusRule", "ConfigMap" }) Assert.Contains(objects, o => Kind(o) == kind);
        Assert.All(objects.Where(o => Kind(o) != "CustomResourceDefinition"), o => Assert.Equal("claude-operator", (string?)o["metadata"]!["labels"]!["app.kubernetes.io/part-of"]));
        Assert.Equal(objects.Count, objects.Select(o => $"{Kind(o)}/{o["metadata"]!["name"]}").Distinct().Count());
    }

    /// <summary>Through the chart, the kubelet and the operator's reader to what the sidecar is made of.</summary>
    [Fact]
    public async Task The_operator_reads_the_telemetry_of_limiters_as_the_chart_hands_it_over()
    {
        var objects = await HelmRun.ObjectsAsync(
            TestContext.Current.CancellationToken, "limiter.telemetry.endpoint=http://$(NODE_IP):4318", "limiter.telemetry.protocol=http/protobuf",
            "limiter.telemetry.signals={traces}", "limiter.telemetry.sampling=0.05", "limiter.telemetry.attributes.cell=blue", "limiter.telemetry.attributes.k8s\\.cluster\\.name=prod-1");
        var environment = objects.Single(o => Kind(o) == "Deployment")["spec"]!["template"]!["spec"]!["containers"]![0]!["env"]!.AsArray();
        // The kubelet takes two dollars before a bracket for one that refers to nothing.
        var settings = environment.Where(v => v!["value"] is not null).Select(v => KeyValuePair.Create(
            ((string)v!["name"]!)[OperatorOptions.EnvironmentPrefix.Length..], (string?)((string)v["value"]!).Replace("$$(", "$(", StringComparison.Ordinal)));

        var (options, errors) = OperatorOptions.Read(new ConfigurationBuilder().AddInMemoryCollection(settings).Build());

        Assert.Empty(errors);
        var telemetry = options.Admission!.Injection.Telemetry!;
        Assert.Equal(("http://$(NODE_IP):4318", "http/protobuf", true, false, 0.05), (telemetry.Endpoint, telemetry.Protocol, telemetry.Traces, telemetry.Metrics, telemetry.Sampling));
        Assert.Equal([new("cell", "blue"), new("k8s.cluster.name", "prod-1")], telemetry.Attributes);
    }

    [Theory]
    [InlineData("image.digest=abc", "digest")]
    [InlineData("replica=3", "replica")]
    [InlineData("replicas=-1", "replicas")]
    [InlineData("limiter.upstream=api.anthropic.com", "upstream")]
    [InlineData("image.repository=claude:1", "repository")]
    [InlineData("metrics.serviceMonitor.interval=fast", "interval")]
    [InlineData("limiter.telemetry.endpoint=http://me:secret@collector:4317", "endpoint")]
    [InlineData("limiter.telemetry.protocol=http/json", "protocol")]
    [InlineData("limiter.telemetry.signals={logs}", "signals")]
    [InlineData("limiter.telemetry.sampling=2", "sampling")]
    [InlineData("limiter.telemetry.headers=a", "headers")]
    public async Task A_setting_that_cannot_be_is_refused_by_its_name(string setting, string name)
    {
        var (exit, text) = await HelmRun.TemplateAsync(TestContext.Current.CancellationToken, setting);

        Assert.NotEqual(0, exit);
        Assert.Contains(name, text, StringComparison.Ordinal);
    }

    private static string Kind(JsonObject o) => (string)o["kind"]!;

    private static SortedDictionary<string, JsonObject> ByName(IEnumerable<JsonObject> objects) =>
        new(objects.ToDictionary(o => $"{Kind(o)}/{o["metadata"]!["name"]}"), StringComparer.Ordinal);

    /// <summary>An object without what Helm adds of its own, in one order.</summary>
    private static string Text(JsonObject o)
    {
        var copy = o.DeepClone().AsObject();
        var metadata = copy["metadata"]!.AsObject();
        metadata.Remove("annotations");
        if (metadata["labels"] is JsonObject labels)
        {
            foreach (var label in labels.Select(l => l.Key).Where(l => l.StartsWith("app.kubernetes.io/", StringComparison.Ordinal) || l == "helm.sh/chart").ToList()) labels.Remove(label);
            if (labels.Count == 0) metadata.Remove("labels");
        }
        if (Kind(o) == "Deployment")
        {
            var environment = copy["spec"]!["template"]!["spec"]!["containers"]![0]!["env"]!.AsArray();
            foreach (var variable in environment.Where(v => (string?)v!["name"] is "CLAUDE_OPERATOR_UPSTREAM" or "CLAUDE_OPERATOR_LIMITERIMAGEPULLPOLICY").ToList()) environment.Remove(variable);
        }
        return YamlText.Write([Sorted(copy)!]);
    }

    private static JsonNode? Sorted(JsonNode? node) => node switch
    {
        JsonObject map => new JsonObject(map.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => KeyValuePair.Create(p.Key, Sorted(p.Value)))),
        JsonArray list => new JsonArray([.. list.Select(Sorted)]),
        _ => node?.DeepClone(),
    };
}
