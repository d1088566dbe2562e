namespace Operator.Kubernetes;

/// <summary>Base of custom resources without spec and status types of their own.</summary>
public abstract class CustomKubernetesEntity : KubernetesObject;

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
