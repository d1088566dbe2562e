using Operator.Kubernetes.Models;

namespace Operator.Kubernetes;

/// <summary>Base of custom resources without spec and status types of their own.</summary>
public abstract class CustomKubernetesEntity : KubernetesModel, IKubernetesObject<V1ObjectMeta>
{
    /// <inheritdoc />
    public string? ApiVersion { get; set; }

    /// <inheritdoc />
    public string? Kind { get; set; }

    /// <inheritdoc />
    public V1ObjectMeta Metadata { get; set; } = new();
}

/// <summary>Base of custom resources with a spec.</summary>
/// <typeparam name="TSpec">The desired state.</typeparam>
public abstract class CustomKubernetesEntity<TSpec> : CustomKubernetesEntity, ISpec<TSpec>
    where TSpec : new()
{
    /// <inheritdoc />
    public TSpec Spec { get; set; } = new();
}

/// <summary>Base of custom resources with a spec and a status.</summary>
/// <typeparam name="TSpec">The desired state.</typeparam>
/// <typeparam name="TStatus">The observed state.</typeparam>
public abstract class CustomKubernetesEntity<TSpec, TStatus> : CustomKubernetesEntity<TSpec>, IStatus<TStatus>
    where TSpec : new()
    where TStatus : new()
{
    /// <inheritdoc />
    public TStatus Status { get; set; } = new();
}
