using System.Text.Json.Serialization;
using Operator.Kubernetes.Serialization;

namespace Operator.Kubernetes.Models;

/// <summary>Pods of one kind, replaced step by step when they change.</summary>
[KubernetesEntity(Group = "apps", ApiVersion = "v1", Kind = "Deployment", PluralName = "deployments")]
public sealed class V1Deployment : KubernetesObject, ISpec<V1DeploymentSpec>
{
    /// <summary>How many pods of which kind.</summary>
    public V1DeploymentSpec Spec { get; set; } = new();

    /// <summary>How many there are.</summary>
    public V1DeploymentStatus? Status { get; set; }
}

/// <summary>How many pods of which kind.</summary>
public sealed class V1DeploymentSpec : KubernetesModel
{
    /// <summary>How many; default 1.</summary>
    public int? Replicas { get; set; }

    /// <summary>Its pods; cannot be changed.</summary>
    public V1LabelSelector? Selector { get; set; }

    /// <summary>What they run.</summary>
    public V1PodTemplateSpec? Template { get; set; }

    /// <summary>How they are replaced.</summary>
    public V1DeploymentStrategy? Strategy { get; set; }

    /// <summary>Seconds that a pod must be ready before it counts.</summary>
    public int? MinReadySeconds { get; set; }

    /// <summary>Former versions that are kept.</summary>
    public int? RevisionHistoryLimit { get; set; }

    /// <summary>Whether changes wait.</summary>
    public bool? Paused { get; set; }

    /// <summary>Seconds without progress before it counts as stuck.</summary>
    public int? ProgressDeadlineSeconds { get; set; }
}

/// <summary>How pods are replaced.</summary>
public sealed class V1DeploymentStrategy : KubernetesModel
{
    /// <summary><c>RollingUpdate</c> or <c>Recreate</c>.</summary>
    public string? Type { get; set; }

    /// <summary>The pace.</summary>
    public V1RollingUpdateDeployment? RollingUpdate { get; set; }
}

/// <summary>The pace of a rolling update.</summary>
public sealed class V1RollingUpdateDeployment : KubernetesModel
{
    /// <summary>Pods that may be missing, as a number or a percentage.</summary>
    public IntOrString? MaxUnavailable { get; set; }

    /// <summary>Pods that may be there on top, as a number or a percentage.</summary>
    public IntOrString? MaxSurge { get; set; }
}

/// <summary>How many pods there are.</summary>
public sealed class V1DeploymentStatus : KubernetesModel
{
    /// <summary>The generation that the status is about.</summary>
    public long? ObservedGeneration { get; set; }

    /// <summary>Pods.</summary>
    public int? Replicas { get; set; }

    /// <summary>Pods of the wanted kind.</summary>
    public int? UpdatedReplicas { get; set; }

    /// <summary>Pods that are ready.</summary>
    public int? ReadyReplicas { get; set; }

    /// <summary>Pods that have been ready for long enough.</summary>
    public int? AvailableReplicas { get; set; }

    /// <summary>Pods that are missing.</summary>
    public int? UnavailableReplicas { get; set; }

    /// <summary>Pods that are ending.</summary>
    public int? TerminatingReplicas { get; set; }

    /// <summary>Collisions of generated names.</summary>
    public int? CollisionCount { get; set; }

    /// <summary><c>Available</c> and <c>Progressing</c>, among others.</summary>
    public IList<V1DeploymentCondition>? Conditions { get; set; }
}

/// <summary>One aspect of a deployment's state.</summary>
public sealed class V1DeploymentCondition : KubernetesModel
{
    /// <summary>The aspect, such as <c>Available</c>.</summary>
    public string? Type { get; set; }

    /// <summary><c>True</c>, <c>False</c> or <c>Unknown</c>.</summary>
    public string? Status { get; set; }

    /// <summary>When it was last written.</summary>
    [JsonConverter(typeof(KubernetesTimeConverter))]
    public DateTimeOffset? LastUpdateTime { get; set; }

    /// <summary>When the status last changed.</summary>
    [JsonConverter(typeof(KubernetesTimeConverter))]
    public DateTimeOffset? LastTransitionTime { get; set; }

    /// <summary>The cause in one CamelCase word.</summary>
    public string? Reason { get; set; }

    /// <summary>The cause for people to read.</summary>
    public string? Message { get; set; }
}
