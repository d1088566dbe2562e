namespace Operator.Kubernetes.Models;

/// <summary>The scale subresource of a scalable object.</summary>
[KubernetesEntity(Group = "autoscaling", ApiVersion = "v1", Kind = "Scale", PluralName = "scales")]
public sealed class V1Scale : KubernetesObject, ISpec<V1ScaleSpec>
{
    /// <summary>The wanted number of replicas.</summary>
    public V1ScaleSpec Spec { get; set; } = new();

    /// <summary>The present number of replicas.</summary>
    public V1ScaleStatus? Status { get; set; }
}

/// <summary>The wanted number of replicas.</summary>
public sealed class V1ScaleSpec : KubernetesModel
{
    /// <summary>The wanted number of replicas.</summary>
    public int? Replicas { get; set; }
}

/// <summary>The present number of replicas.</summary>
public sealed class V1ScaleStatus : KubernetesModel
{
    /// <summary>The present number of replicas.</summary>
    public int Replicas { get; set; }

    /// <summary>The label selector of the replicas, as text.</summary>
    public string? Selector { get; set; }
}
