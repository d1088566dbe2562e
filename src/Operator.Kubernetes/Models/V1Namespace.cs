namespace Operator.Kubernetes.Models;

/// <summary>A scope for names.</summary>
[KubernetesEntity(ApiVersion = "v1", Kind = "Namespace", PluralName = "namespaces")]
[EntityScope(EntityScope.Cluster)]
public sealed class V1Namespace : KubernetesObject
{
    /// <summary>Its finalizers.</summary>
    public V1NamespaceSpec? Spec { get; set; }

    /// <summary>Its phase.</summary>
    public V1NamespaceStatus? Status { get; set; }
}

/// <summary>The finalizers of a namespace.</summary>
public sealed class V1NamespaceSpec : KubernetesModel
{
    /// <summary>Names that hold back the end of the namespace until its content is gone.</summary>
    public IList<string>? Finalizers { get; set; }
}

/// <summary>The state of a namespace.</summary>
public sealed class V1NamespaceStatus : KubernetesModel
{
    /// <summary><c>Active</c> or <c>Terminating</c>.</summary>
    public string? Phase { get; set; }

    /// <summary>What the end of the namespace waits for.</summary>
    public IList<V1Condition>? Conditions { get; set; }
}
