using System.Net;

namespace Operator.Runtime.Health;

/// <summary>Where health is served.</summary>
public sealed class HealthOptions
{
    /// <summary>The port of <c>/healthz</c> and <c>/readyz</c>; 0 for any free one. Default 8081.</summary>
    public int Port { get; set; } = 8081;

    /// <summary>The address to listen on; null for all, which the kubelet needs to reach the pod.</summary>
    public IPAddress? BindAddress { get; set; }

    /// <summary>How long one check may take before it counts as failed. Default 3 s.</summary>
    public TimeSpan CheckTimeout { get; set; } = TimeSpan.FromSeconds(3);
}

/// <summary>Where metrics are served.</summary>
public sealed class MetricsOptions
{
    /// <summary>The port of <c>/metrics</c>; 0 for any free one. Default 8080.</summary>
    public int Port { get; set; } = 8080;

    /// <summary>The address to listen on; null for all, which Prometheus needs to reach the pod.</summary>
    public IPAddress? BindAddress { get; set; }
}
