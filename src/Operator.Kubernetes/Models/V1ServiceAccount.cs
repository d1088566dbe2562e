namespace Operator.Kubernetes.Models;

/// <summary>An identity for processes in pods.</summary>
[KubernetesEntity(ApiVersion = "v1", Kind = "ServiceAccount", PluralName = "serviceaccounts")]
public sealed class V1ServiceAccount : KubernetesObject
{
    /// <summary>Whether pods get a token of it mounted.</summary>
    public bool? AutomountServiceAccountToken { get; set; }

    /// <summary>Secrets with which images are pulled.</summary>
    public IList<V1LocalObjectReference>? ImagePullSecrets { get; set; }
}

/// <summary>The name of an object in the same namespace.</summary>
public sealed class V1LocalObjectReference : KubernetesModel
{
    /// <summary>The name.</summary>
    public string? Name { get; set; }
}
