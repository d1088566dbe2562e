namespace Operator.Kubernetes.Models;

/// <summary>A stable address for a set of pods.</summary>
[KubernetesEntity(ApiVersion = "v1", Kind = "Service", PluralName = "services")]
public sealed class V1Service : KubernetesObject, ISpec<V1ServiceSpec>
{
    /// <summary>What is exposed, and how.</summary>
    public V1ServiceSpec Spec { get; set; } = new();

    /// <summary>What a load balancer made of it.</summary>
    public V1ServiceStatus? Status { get; set; }
}

/// <summary>What a service exposes, and how.</summary>
public sealed class V1ServiceSpec : KubernetesModel
{
    /// <summary>The labels of the pods behind the service.</summary>
    public IDictionary<string, string>? Selector { get; set; }

    /// <summary>The ports.</summary>
    public IList<V1ServicePort>? Ports { get; set; }

    /// <summary><c>ClusterIP</c>, <c>NodePort</c>, <c>LoadBalancer</c> or <c>ExternalName</c>.</summary>
    public string? Type { get; set; }

    /// <summary>The address; <c>None</c> for a headless service.</summary>
    public string? ClusterIP { get; set; }

    /// <summary>Whether pods that are not ready get an address too.</summary>
    public bool? PublishNotReadyAddresses { get; set; }

    /// <summary><c>ClientIP</c> or <c>None</c>.</summary>
    public string? SessionAffinity { get; set; }
}

/// <summary>One port of a service.</summary>
public sealed class V1ServicePort : KubernetesModel
{
    /// <summary>Its name, unique in the service.</summary>
    public string? Name { get; set; }

    /// <summary><c>TCP</c>, <c>UDP</c> or <c>SCTP</c>.</summary>
    public string? Protocol { get; set; }

    /// <summary>The protocol above, such as <c>kubernetes.io/h2c</c>.</summary>
    public string? AppProtocol { get; set; }

    /// <summary>The port of the service, 1 to 65535.</summary>
    public int Port { get; set; }

    /// <summary>The port of the pods, by number or name.</summary>
    public IntOrString? TargetPort { get; set; }

    /// <summary>The port on every node.</summary>
    public int? NodePort { get; set; }
}

/// <summary>What a load balancer made of a service.</summary>
public sealed class V1ServiceStatus : KubernetesModel
{
    /// <summary>Its conditions.</summary>
    public IList<V1Condition>? Conditions { get; set; }
}
