using System.Net;
using Operator.Contract;

namespace Operator.Limiter.Hosting;

/// <summary>How a limiter is started.</summary>
public sealed record LimiterOptions
{
    /// <summary>Where apps call; port 0 picks a free one.</summary>
    public IPEndPoint Listen { get; init; } = new(IPAddress.Loopback, LimiterPod.ListenPort);

    /// <summary>Where health and metrics answer; port 0 picks a free one. The kubelet probes the pod's address, so it is not loopback alone.</summary>
    public IPEndPoint Health { get; init; } = new(IPAddress.Any, LimiterPod.HealthPort);

    /// <summary>The folder with deployments and keys.</summary>
    public string Directory { get; init; } = LimiterPod.Directory;

    /// <summary>The only host that requests are sent to.</summary>
    public Uri Upstream { get; init; } = new("https://api.anthropic.com");

    /// <summary>The pod's namespace: configurations of others are refused. Null accepts any.</summary>
    public string? PodNamespace { get; init; }

    /// <summary>The pod's name; null outside of a cluster.</summary>
    public string? PodName { get; init; }

    /// <summary>The operator's base address, https; null for a limiter that lives from its files alone.</summary>
    public Uri? Operator { get; init; }

    /// <summary>Where to connect for <see cref="Operator"/>, asked for every connection; null to look its host up.</summary>
    public Func<IPEndPoint>? OperatorEndPoint { get; init; }

    /// <summary>How long requests under way may go on after the stop was asked for.</summary>
    public TimeSpan Drain { get; init; } = TimeSpan.FromSeconds(25);

    /// <summary>
    /// Reads OpenTelemetry's standard variables, such as <c>OTEL_EXPORTER_OTLP_ENDPOINT</c>, when the limiter starts; null exports nothing.
    /// </summary>
    public Func<string, string?>? Variables { get; init; }

    /// <summary>Reads the options from the environment.</summary>
    /// <exception cref="FormatException">A variable cannot be read; the message names it.</exception>
    public static LimiterOptions FromEnvironment(Func<string, string?> variable)
    {
        ArgumentNullException.ThrowIfNull(variable);
        var options = new LimiterOptions();
        if (Given(variable, LimiterPod.ListenVariable) is { } listen) options = options with { Listen = EndPoint(LimiterPod.ListenVariable, listen) };
        if (Given(variable, LimiterPod.HealthPortVariable) is { } health)
        {
            options = options with { Health = EndPoint(LimiterPod.HealthPortVariable, $"0.0.0.0:{health}") };
        }
        if (Given(variable, LimiterPod.DirectoryVariable) is { } directory) options = options with { Directory = directory };
        if (Given(variable, LimiterPod.UpstreamVariable) is { } upstream)
        {
            options = options with
            {
                Upstream = Uri.TryCreate(upstream, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.UserInfo.Length == 0
                    ? uri
                    : throw new FormatException($"{LimiterPod.UpstreamVariable} must be an http or https address, not {upstream}"),
            };
        }
        if (Given(variable, LimiterPod.OperatorVariable) is { } channel)
        {
            options = options with
            {
                // The pod's token goes there: never in clear.
                Operator = Uri.TryCreate(channel, UriKind.Absolute, out var uri) && uri.Scheme == "https" && uri.UserInfo.Length == 0
                    ? uri
                    : throw new FormatException($"{LimiterPod.OperatorVariable} must be an https address, not {channel}"),
            };
        }
        return options with { PodNamespace = Given(variable, "POD_NAMESPACE"), PodName = Given(variable, "POD_NAME"), Variables = variable };
    }

    private static string? Given(Func<string, string?> variable, string name) => variable(name) is { Length: > 0 } value ? value : null;

    private static IPEndPoint EndPoint(string name, string value) => IPEndPoint.TryParse(value, out var point)
        ? point
        : throw new FormatException($"{name} must be an address and a port such as 127.0.0.1:8787, not {value}");
}
