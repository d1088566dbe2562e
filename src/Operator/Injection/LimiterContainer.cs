using System.Globalization;
using Operator.Contract;
using Operator.Kubernetes.Models;

namespace Operator.Injection;

/// <summary>The limiter as a native sidecar: an init container that is restarted always starts before the app and ends after it.</summary>
internal static class LimiterContainer
{
    /// <summary>Renders the container.</summary>
    public static V1Container Of(InjectionOptions options) => new()
    {
        Name = LimiterPod.ContainerName,
        Image = options.Image,
        ImagePullPolicy = options.ImagePullPolicy,
        RestartPolicy = "Always",
        Env = [.. Variables(options)],
        Ports = [new V1ContainerPort { Name = "claude-health", ContainerPort = options.HealthPort, Protocol = "TCP" }],
        // The app starts when the limiter answers, with or without a configuration: a late operator must not hold pods back.
        StartupProbe = Probe(options, period: 1, failures: 60),
        LivenessProbe = Probe(options, period: 10, failures: 6),
        Resources = new V1ResourceRequirements
        {
            Requests = Quantities(options.CpuRequest, options.MemoryRequest),
            Limits = Quantities(options.CpuLimit, options.MemoryLimit),
        },
        SecurityContext = new V1SecurityContext
        {
            RunAsNonRoot = true,
            RunAsUser = options.User,
            RunAsGroup = options.User,
            ReadOnlyRootFilesystem = true,
            AllowPrivilegeEscalation = false,
            Privileged = false,
            Capabilities = new V1Capabilities { Drop = ["ALL"] },
            SeccompProfile = new V1SeccompProfile { Type = "RuntimeDefault" },
        },
        VolumeMounts = [new V1VolumeMount { Name = LimiterVolume.Name, MountPath = LimiterPod.Directory, ReadOnly = true }],
        TerminationMessagePolicy = "FallbackToLogsOnError",
    };

    private static IEnumerable<V1EnvVar> Variables(InjectionOptions options)
    {
        yield return Value(LimiterPod.ListenVariable, string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{options.ListenPort}"));
        yield return Value(LimiterPod.HealthPortVariable, options.HealthPort.ToString(CultureInfo.InvariantCulture));
        yield return Value(LimiterPod.DirectoryVariable, LimiterPod.Directory);
        yield return Value(LimiterPod.UpstreamVariable, Address(options.Upstream));
        if (options.OperatorAddress is { } address) yield return Value(LimiterPod.OperatorVariable, Address(address));
        yield return Field("POD_NAME", "metadata.name");
        yield return Field("POD_NAMESPACE", "metadata.namespace");
        yield return Field("POD_UID", "metadata.uid");
        if (options.Telemetry is not { } telemetry) yield break;
        foreach (var variable in Telemetry(telemetry)) yield return variable;
    }

    /// <summary>OpenTelemetry's own variables; the kubelet fills in what stands above them.</summary>
    private static IEnumerable<V1EnvVar> Telemetry(LimiterTelemetry telemetry)
    {
        const string ServiceName = "service.name";
        if (telemetry.Endpoint.Contains(LimiterTelemetry.NodeAddress, StringComparison.Ordinal)) yield return Field("NODE_IP", "status.hostIP");
        yield return Value("OTEL_EXPORTER_OTLP_ENDPOINT", telemetry.Endpoint);
        yield return Value("OTEL_EXPORTER_OTLP_PROTOCOL", telemetry.Protocol);
        if (!telemetry.Traces) yield return Value("OTEL_TRACES_EXPORTER", "none");
        if (!telemetry.Metrics) yield return Value("OTEL_METRICS_EXPORTER", "none");
        if (telemetry is { Traces: true, Sampling: { } part })
        {
            yield return Value("OTEL_TRACES_SAMPLER", "parentbased_traceidratio");
            yield return Value("OTEL_TRACES_SAMPLER_ARG", part.ToString("0.################", CultureInfo.InvariantCulture));
        }
        yield return Value("OTEL_SERVICE_NAME", telemetry.Attributes.Where(a => a.Key == ServiceName).Select(a => a.Value).FirstOrDefault(LimiterPod.ContainerName));
        yield return Value("OTEL_RESOURCE_ATTRIBUTES", string.Join(',', new[]
        {
            "k8s.namespace.name=$(POD_NAMESPACE)", "k8s.pod.name=$(POD_NAME)", "k8s.pod.uid=$(POD_UID)", $"k8s.container.name={LimiterPod.ContainerName}",
        }.Concat(telemetry.Attributes.Where(a => a.Key != ServiceName).Select(a => $"{a.Key}={a.Value}"))));
    }

    private static string Address(Uri address) => address.AbsoluteUri.TrimEnd('/');

    private static V1EnvVar Value(string name, string value) => new() { Name = name, Value = value };

    private static V1EnvVar Field(string name, string path) =>
        new() { Name = name, ValueFrom = new V1EnvVarSource { FieldRef = new V1ObjectFieldSelector { FieldPath = path } } };

    private static V1Probe Probe(InjectionOptions options, int period, int failures) => new()
    {
        HttpGet = new V1HTTPGetAction { Path = "/healthz", Port = options.HealthPort },
        PeriodSeconds = period,
        TimeoutSeconds = 5,
        FailureThreshold = failures,
    };

    private static Dictionary<string, ResourceQuantity>? Quantities(string? cpu, string? memory)
    {
        var quantities = new Dictionary<string, ResourceQuantity>(StringComparer.Ordinal);
        if (cpu is not null) quantities.Add("cpu", cpu);
        if (memory is not null) quantities.Add("memory", memory);
        return quantities.Count > 0 ? quantities : null;
    }
}
