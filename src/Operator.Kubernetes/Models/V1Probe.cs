namespace Operator.Kubernetes.Models;

/// <summary>A check on a container: one of exec, httpGet, tcpSocket and grpc is set.</summary>
public sealed class V1Probe : KubernetesModel
{
    /// <summary>Passes when the command ends with 0.</summary>
    public V1ExecAction? Exec { get; set; }

    /// <summary>Passes when the answer's status is 200 to 399.</summary>
    public V1HTTPGetAction? HttpGet { get; set; }

    /// <summary>Passes when the port accepts a connection.</summary>
    public V1TCPSocketAction? TcpSocket { get; set; }

    /// <summary>Passes when the health service says so.</summary>
    public V1GRPCAction? Grpc { get; set; }

    /// <summary>Seconds after the start before the first check.</summary>
    public int? InitialDelaySeconds { get; set; }

    /// <summary>Seconds between checks; default 10.</summary>
    public int? PeriodSeconds { get; set; }

    /// <summary>Seconds after which a check has failed; default 1.</summary>
    public int? TimeoutSeconds { get; set; }

    /// <summary>Passes in a row that make a failed probe good again.</summary>
    public int? SuccessThreshold { get; set; }

    /// <summary>Failures in a row that count; default 3.</summary>
    public int? FailureThreshold { get; set; }

    /// <summary>Seconds to end after a failure; null for the pod's own.</summary>
    public long? TerminationGracePeriodSeconds { get; set; }
}

/// <summary>A command that runs in the container.</summary>
public sealed class V1ExecAction : KubernetesModel
{
    /// <summary>Program and arguments; no shell.</summary>
    public IList<string>? Command { get; set; }
}

/// <summary>An HTTP request to the container.</summary>
public sealed class V1HTTPGetAction : KubernetesModel
{
    /// <summary>The path.</summary>
    public string? Path { get; set; }

    /// <summary>The port, by number or name.</summary>
    public IntOrString Port { get; set; }

    /// <summary>The host; null for the pod's address.</summary>
    public string? Host { get; set; }

    /// <summary><c>HTTP</c> or <c>HTTPS</c>.</summary>
    public string? Scheme { get; set; }

    /// <summary>Headers to send.</summary>
    public IList<V1HTTPHeader>? HttpHeaders { get; set; }
}

/// <summary>One header.</summary>
public sealed class V1HTTPHeader : KubernetesModel
{
    /// <summary>Its name.</summary>
    public string? Name { get; set; }

    /// <summary>Its value.</summary>
    public string? Value { get; set; }
}

/// <summary>A TCP connection to the container.</summary>
public sealed class V1TCPSocketAction : KubernetesModel
{
    /// <summary>The port, by number or name.</summary>
    public IntOrString Port { get; set; }

    /// <summary>The host; null for the pod's address.</summary>
    public string? Host { get; set; }
}

/// <summary>A gRPC health check.</summary>
public sealed class V1GRPCAction : KubernetesModel
{
    /// <summary>The port.</summary>
    public int Port { get; set; }

    /// <summary>The service to ask about.</summary>
    public string? Service { get; set; }
}
