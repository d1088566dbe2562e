using Operator.Injection;
using Operator.Kubernetes.Models;

namespace Operator.Tests.Injection;

public sealed class LimiterTelemetryTests
{
    [Fact]
    public void Without_an_endpoint_nothing_is_sent_and_no_variable_is_set()
    {
        var (telemetry, errors) = Read();
        Assert.Null(telemetry);
        Assert.Empty(errors);
        Assert.DoesNotContain(Variables(InjectionFixture.Usual()), v => v.Name!.StartsWith("OTEL_", StringComparison.Ordinal));
    }

    [Fact]
    public void An_endpoint_is_enough()
    {
        var variables = Rendered(("Endpoint", "http://collector.monitoring:4317"));

        Assert.Equal(
            [
                ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector.monitoring:4317"),
                ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"),
                ("OTEL_SERVICE_NAME", "claude-limiter"),
                ("OTEL_RESOURCE_ATTRIBUTES", "k8s.namespace.name=$(POD_NAMESPACE),k8s.pod.name=$(POD_NAME),k8s.pod.uid=$(POD_UID),k8s.container.name=claude-limiter"),
            ],
            variables);
    }

    [Fact]
    public void Every_setting_reaches_the_sidecar()
    {
        var variables = Rendered(
            ("Endpoint", "https://collector.example/otlp"), ("Protocol", "http/protobuf"), ("Signals", "traces"), ("Sampling", "0.00001"),
            ("Attributes", "k8s.cluster.name=prod-1, service.name=claude,team=a/b")).ToDictionary();

        Assert.Equal("https://collector.example/otlp", variables["OTEL_EXPORTER_OTLP_ENDPOINT"]);
        Assert.Equal("http/protobuf", variables["OTEL_EXPORTER_OTLP_PROTOCOL"]);
        Assert.Equal("none", variables["OTEL_METRICS_EXPORTER"]);
        Assert.DoesNotContain("OTEL_TRACES_EXPORTER", variables.Keys);
        Assert.Equal(("parentbased_traceidratio", "0.00001"), (variables["OTEL_TRACES_SAMPLER"], variables["OTEL_TRACES_SAMPLER_ARG"]));
        Assert.Equal("claude", variables["OTEL_SERVICE_NAME"]);
        Assert.EndsWith(",k8s.container.name=claude-limiter,k8s.cluster.name=prod-1,team=a/b", variables["OTEL_RESOURCE_ATTRIBUTES"], StringComparison.Ordinal);
    }

    [Fact]
    public void Metrics_alone_have_no_sampler()
    {
        var variables = Rendered(("Endpoint", "http://c:4317"), ("Signals", "metrics"), ("Sampling", "0.5")).ToDictionary();
        Assert.Equal("none", variables["OTEL_TRACES_EXPORTER"]);
        Assert.DoesNotContain("OTEL_TRACES_SAMPLER", variables.Keys);
    }

    [Theory]
    [InlineData("http://$(NODE_IP):4317")]
    [InlineData("http://[$(NODE_IP)]:4317")]
    public void A_collector_on_every_node_is_named_by_the_pods_node(string endpoint)
    {
        var fixture = InjectionFixture.Usual();
        fixture.Options.Telemetry = Read(("Endpoint", endpoint)).Telemetry;
        var variables = Variables(fixture);

        // The kubelet knows only what stands above.
        var node = variables.FindIndex(v => v.ValueFrom?.FieldRef?.FieldPath == "status.hostIP");
        Assert.Equal("NODE_IP", variables[node].Name);
        Assert.True(node < variables.FindIndex(v => v.Value == endpoint));
        foreach (var name in new[] { "POD_NAMESPACE", "POD_NAME", "POD_UID" }) Assert.True(variables.FindIndex(v => v.Name == name) < variables.FindIndex(v => v.Name == "OTEL_RESOURCE_ATTRIBUTES"));
    }

    [Theory]
    [InlineData("Endpoint", "collector:4317")]
    [InlineData("Endpoint", "ftp://collector")]
    [InlineData("Endpoint", "http://me:planted@collector:4317")]
    [InlineData("Endpoint", "http://collector:4317/?key=planted")]
    [InlineData("Endpoint", "http://collector:4317/#planted")]
    [InlineData("Endpoint", "http://collector:4317/$(POD_NAME)")]
    [InlineData("Endpoint", "http://$(NODE_IP)$(planted):4317")]
    [InlineData("Protocol", "http/planted")]
    [InlineData("Signals", "traces,planted")]
    [InlineData("Sampling", "10%planted")]
    [InlineData("Sampling", "1.1")]
    [InlineData("Sampling", "-0.1")]
    [InlineData("Sampling", "NaN")]
    [InlineData("Attributes", "planted")]
    [InlineData("Attributes", "=planted")]
    [InlineData("Attributes", "a=$(planted)")]
    [InlineData("Attributes", "a=planted b")]
    [InlineData("Attributes", "a=1,a=2")]
    [InlineData("Attributes", "k8s.pod.name=planted")]
    [InlineData("Attributes", "service.instance.id=planted")]
    public void A_wrong_setting_is_told_by_its_name_and_never_quoted(string name, string value)
    {
        var (telemetry, errors) = Read(("Endpoint", "http://collector:4317"), (name, value));
        Assert.Null(telemetry);
        var error = Assert.Single(errors);
        Assert.StartsWith(name + " ", error, StringComparison.Ordinal);
        Assert.DoesNotContain("planted", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Too_many_and_too_long_attributes_are_refused()
    {
        var endpoint = ("Endpoint", "http://c:4317");
        Assert.NotNull(Read(endpoint, ("Attributes", string.Join(',', Enumerable.Range(0, 32).Select(i => $"a{i}=1")))).Telemetry);
        Assert.Null(Read(endpoint, ("Attributes", string.Join(',', Enumerable.Range(0, 33).Select(i => $"a{i}=1")))).Telemetry);
        Assert.Null(Read(endpoint, ("Attributes", "a=" + new string('x', 255))).Telemetry);
    }

    [Theory]
    [InlineData("Protocol", "grpc")]
    [InlineData("Signals", "traces")]
    [InlineData("Sampling", "0.1")]
    [InlineData("Attributes", "a=b")]
    public void Settings_that_go_nowhere_are_an_error(string name, string value) =>
        Assert.StartsWith("Endpoint must be given", Assert.Single(Read((name, value)).Errors), StringComparison.Ordinal);

    [Fact]
    public void Nothing_in_a_pod_changes_where_its_limiter_sends_telemetry()
    {
        var fixture = InjectionFixture.Usual();
        fixture.Options.Telemetry = Read(("Endpoint", "http://collector:4317")).Telemetry;
        var pod = InjectionFixture.LabelledPod();
        pod.Spec.Containers![0].Env = [new V1EnvVar { Name = "OTEL_EXPORTER_OTLP_ENDPOINT", Value = "http://own" }];
        pod.Metadata.Annotations = new Dictionary<string, string> { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = "http://own" };
        var first = fixture.Inject(pod).Pod!;
        first.Spec!.InitContainers!.Single().Env!.Single(v => v.Name == "OTEL_EXPORTER_OTLP_ENDPOINT").Value = "http://own";

        var again = fixture.Inject(first).Pod!;

        Assert.Equal("http://collector:4317", again.Spec!.InitContainers!.Single().Env!.Single(v => v.Name == "OTEL_EXPORTER_OTLP_ENDPOINT").Value);
        // The app's own telemetry is its own.
        Assert.Equal("http://own", again.Spec!.Containers![0].Env!.Single(v => v.Name == "OTEL_EXPORTER_OTLP_ENDPOINT").Value);
    }

    private static List<V1EnvVar> Variables(InjectionFixture fixture) => [.. fixture.Inject(InjectionFixture.LabelledPod()).Pod!.Spec!.InitContainers!.Single().Env!];

    private static IEnumerable<(string Name, string Value)> Rendered(params (string Name, string Value)[] settings)
    {
        var fixture = InjectionFixture.Usual();
        var (telemetry, errors) = Read(settings);
        Assert.Empty(errors);
        fixture.Options.Telemetry = telemetry;
        return Variables(fixture).Where(v => v.Name!.StartsWith("OTEL_", StringComparison.Ordinal)).Select(v => (v.Name!, v.Value!));
    }

    private static (LimiterTelemetry? Telemetry, List<string> Errors) Read(params (string Name, string Value)[] settings)
    {
        var errors = new List<string>();
        var telemetry = LimiterTelemetry.Read(name => settings.Where(s => s.Name == name).Select(s => s.Value).LastOrDefault(), (name, what) => errors.Add($"{name} {what}"));
        return (telemetry, errors);
    }
}
