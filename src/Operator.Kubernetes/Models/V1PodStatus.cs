using System.Text.Json.Serialization;
using Operator.Kubernetes.Serialization;

namespace Operator.Kubernetes.Models;

/// <summary>What is running of a pod.</summary>
public sealed class V1PodStatus : KubernetesModel
{
    /// <summary><c>Pending</c>, <c>Running</c>, <c>Succeeded</c>, <c>Failed</c> or <c>Unknown</c>.</summary>
    public string? Phase { get; set; }

    /// <summary>Its conditions, such as <c>Ready</c>.</summary>
    public IList<V1PodCondition>? Conditions { get; set; }

    /// <summary>The state of each container.</summary>
    public IList<V1ContainerStatus>? ContainerStatuses { get; set; }

    /// <summary>The state of each init container and sidecar.</summary>
    public IList<V1ContainerStatus>? InitContainerStatuses { get; set; }

    /// <summary>Why the pod is in this phase, for people to read.</summary>
    public string? Message { get; set; }

    /// <summary>Why, in one CamelCase word, such as <c>Evicted</c>.</summary>
    public string? Reason { get; set; }

    /// <summary>The node's address.</summary>
    public string? HostIP { get; set; }

    /// <summary>The pod's address.</summary>
    public string? PodIP { get; set; }

    /// <summary>All addresses of the pod.</summary>
    public IList<V1PodIP>? PodIPs { get; set; }

    /// <summary>When the node took the pod up.</summary>
    [JsonConverter(typeof(KubernetesTimeConverter))]
    public DateTimeOffset? StartTime { get; set; }

    /// <summary><c>Guaranteed</c>, <c>Burstable</c> or <c>BestEffort</c>.</summary>
    public string? QosClass { get; set; }
}

/// <summary>An address of a pod.</summary>
public sealed class V1PodIP : KubernetesModel
{
    /// <summary>The address.</summary>
    public string? Ip { get; set; }
}

/// <summary>One aspect of a pod's state.</summary>
public sealed class V1PodCondition : KubernetesModel
{
    /// <summary>The aspect, such as <c>Ready</c>.</summary>
    public string? Type { get; set; }

    /// <summary><c>True</c>, <c>False</c> or <c>Unknown</c>.</summary>
    public string? Status { get; set; }

    /// <summary>The generation that the observation is about.</summary>
    public long? ObservedGeneration { get; set; }

    /// <summary>When it was last looked at.</summary>
    [JsonConverter(typeof(KubernetesTimeConverter))]
    public DateTimeOffset? LastProbeTime { get; set; }

    /// <summary>When the status last changed.</summary>
    [JsonConverter(typeof(KubernetesTimeConverter))]
    public DateTimeOffset? LastTransitionTime { get; set; }

    /// <summary>The cause in one CamelCase word.</summary>
    public string? Reason { get; set; }

    /// <summary>The cause for people to read.</summary>
    public string? Message { get; set; }
}

/// <summary>The state of a container.</summary>
public sealed class V1ContainerStatus : KubernetesModel
{
    /// <summary>The container's name.</summary>
    public string? Name { get; set; }

    /// <summary>Whether its readiness probe passes.</summary>
    public bool Ready { get; set; }

    /// <summary>Whether its startup probe has passed.</summary>
    public bool? Started { get; set; }

    /// <summary>How often it was restarted.</summary>
    public int RestartCount { get; set; }

    /// <summary>The image that runs.</summary>
    public string? Image { get; set; }

    /// <summary>The image's digest.</summary>
    public string? ImageID { get; set; }

    /// <summary>The runtime's own name of it.</summary>
    public string? ContainerID { get; set; }

    /// <summary>Its present state.</summary>
    public V1ContainerState? State { get; set; }

    /// <summary>How it ended the time before.</summary>
    public V1ContainerState? LastState { get; set; }
}

/// <summary>The state of a container: one of the three is set.</summary>
public sealed class V1ContainerState : KubernetesModel
{
    /// <summary>It does not run yet.</summary>
    public V1ContainerStateWaiting? Waiting { get; set; }

    /// <summary>It runs.</summary>
    public V1ContainerStateRunning? Running { get; set; }

    /// <summary>It has ended.</summary>
    public V1ContainerStateTerminated? Terminated { get; set; }
}

/// <summary>Why a container does not run yet.</summary>
public sealed class V1ContainerStateWaiting : KubernetesModel
{
    /// <summary>The cause in one CamelCase word, such as <c>ImagePullBackOff</c>.</summary>
    public string? Reason { get; set; }

    /// <summary>The cause for people to read.</summary>
    public string? Message { get; set; }
}

/// <summary>Since when a container runs.</summary>
public sealed class V1ContainerStateRunning : KubernetesModel
{
    /// <summary>When it was started.</summary>
    [JsonConverter(typeof(KubernetesTimeConverter))]
    public DateTimeOffset? StartedAt { get; set; }
}

/// <summary>How a container ended.</summary>
public sealed class V1ContainerStateTerminated : KubernetesModel
{
    /// <summary>Its exit code.</summary>
    public int ExitCode { get; set; }

    /// <summary>The signal that ended it.</summary>
    public int? Signal { get; set; }

    /// <summary>The cause in one CamelCase word, such as <c>Completed</c> or <c>OOMKilled</c>.</summary>
    public string? Reason { get; set; }

    /// <summary>What it left at its termination message path.</summary>
    public string? Message { get; set; }

    /// <summary>When it was started.</summary>
    [JsonConverter(typeof(KubernetesTimeConverter))]
    public DateTimeOffset? StartedAt { get; set; }

    /// <summary>When it ended.</summary>
    [JsonConverter(typeof(KubernetesTimeConverter))]
    public DateTimeOffset? FinishedAt { get; set; }

    /// <summary>The runtime's own name of it.</summary>
    public string? ContainerID { get; set; }
}
