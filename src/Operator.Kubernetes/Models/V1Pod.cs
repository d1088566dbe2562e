using System.Text.Json;
using System.Text.Json.Serialization;

namespace Operator.Kubernetes.Models;

/// <summary>Containers that run together on one node.</summary>
[KubernetesEntity(ApiVersion = "v1", Kind = "Pod", PluralName = "pods")]
public sealed class V1Pod : KubernetesObject, ISpec<V1PodSpec>
{
    /// <summary>What is to run.</summary>
    public V1PodSpec Spec { get; set; } = new();

    /// <summary>What is running.</summary>
    public V1PodStatus? Status { get; set; }
}

/// <summary>The pods that a controller makes.</summary>
public sealed class V1PodTemplateSpec : KubernetesModel
{
    /// <summary>Labels and annotations of the pods.</summary>
    public V1ObjectMeta? Metadata { get; set; }

    /// <summary>What they run.</summary>
    public V1PodSpec? Spec { get; set; }
}

/// <summary>What a pod runs, and under which conditions.</summary>
public sealed class V1PodSpec : KubernetesModel
{
    /// <summary>The containers; at least one.</summary>
    public IList<V1Container>? Containers { get; set; }

    /// <summary>Containers that run before, in order; one with restart policy Always stays as a sidecar.</summary>
    public IList<V1Container>? InitContainers { get; set; }

    /// <summary>The volumes that containers mount.</summary>
    public IList<V1Volume>? Volumes { get; set; }

    /// <summary><c>Always</c>, <c>OnFailure</c> or <c>Never</c>.</summary>
    public string? RestartPolicy { get; set; }

    /// <summary>The identity of the pod's processes.</summary>
    public string? ServiceAccountName { get; set; }

    /// <summary>Whether a token of it is mounted.</summary>
    public bool? AutomountServiceAccountToken { get; set; }

    /// <summary>Users, groups and profiles of all containers.</summary>
    public V1PodSecurityContext? SecurityContext { get; set; }

    /// <summary>The node; set by the scheduler.</summary>
    public string? NodeName { get; set; }

    /// <summary>Labels that the node must have.</summary>
    public IDictionary<string, string>? NodeSelector { get; set; }

    /// <summary>Taints of nodes that the pod bears.</summary>
    public IList<V1Toleration>? Tolerations { get; set; }

    /// <summary>Scheduling preferences, as the API writes them.</summary>
    public JsonElement? Affinity { get; set; }

    /// <summary>How pods spread over the cluster, as the API writes them.</summary>
    public IList<JsonElement>? TopologySpreadConstraints { get; set; }

    /// <summary>Seconds between the request to end and the kill.</summary>
    public long? TerminationGracePeriodSeconds { get; set; }

    /// <summary>Seconds after which the pod is failed.</summary>
    public long? ActiveDeadlineSeconds { get; set; }

    /// <summary>The name of its priority.</summary>
    public string? PriorityClassName { get; set; }

    /// <summary>Secrets with which images are pulled.</summary>
    public IList<V1LocalObjectReference>? ImagePullSecrets { get; set; }

    /// <summary>Whether the pod uses the node's network.</summary>
    public bool? HostNetwork { get; set; }

    /// <summary>Whether the pod sees the node's processes.</summary>
    public bool? HostPID { get; set; }

    /// <summary>Whether the pod shares the node's IPC namespace.</summary>
    public bool? HostIPC { get; set; }

    /// <summary>Whether its containers see each other's processes.</summary>
    public bool? ShareProcessNamespace { get; set; }

    /// <summary>Whether the addresses of services stand in the environment.</summary>
    public bool? EnableServiceLinks { get; set; }

    /// <summary>How names are resolved.</summary>
    public string? DnsPolicy { get; set; }

    /// <summary>The pod's host name.</summary>
    public string? Hostname { get; set; }

    /// <summary>The pod's subdomain.</summary>
    public string? Subdomain { get; set; }

    /// <summary>Which scheduler places the pod.</summary>
    public string? SchedulerName { get; set; }

    /// <summary>Which runtime runs it.</summary>
    public string? RuntimeClassName { get; set; }
}

/// <summary>A taint that a pod bears.</summary>
public sealed class V1Toleration : KubernetesModel
{
    /// <summary>The taint's key; null for all.</summary>
    public string? Key { get; set; }

    /// <summary><c>Exists</c> or <c>Equal</c>.</summary>
    [JsonPropertyName("operator")]
    public string? OperatorProperty { get; set; }

    /// <summary>The taint's value, for <c>Equal</c>.</summary>
    public string? Value { get; set; }

    /// <summary>The taint's effect; null for all.</summary>
    public string? Effect { get; set; }

    /// <summary>How long it is borne; null for ever.</summary>
    public long? TolerationSeconds { get; set; }
}
