using Operator.Kubernetes.Models;

namespace Operator.Kubernetes;

/// <summary>Anything that the Kubernetes API names by <c>apiVersion</c> and <c>kind</c>.</summary>
public interface IKubernetesObject
{
    /// <summary>Group and version, such as <c>apps/v1</c>; the core group is written as the version alone.</summary>
    string? ApiVersion { get; set; }

    /// <summary>The kind, such as <c>Deployment</c>.</summary>
    string? Kind { get; set; }
}

/// <summary>A Kubernetes object with metadata of type <typeparamref name="TMetadata"/>.</summary>
/// <typeparam name="TMetadata">Nearly always <see cref="V1ObjectMeta"/>.</typeparam>
public interface IKubernetesObject<TMetadata> : IKubernetesObject
{
    /// <summary>Name, namespace, labels, versions and ownership of the object.</summary>
    TMetadata Metadata { get; set; }
}

/// <summary>An object that declares a desired state.</summary>
/// <typeparam name="TSpec">The type of the desired state.</typeparam>
public interface ISpec<TSpec>
{
    /// <summary>The desired state, written by users.</summary>
    TSpec Spec { get; set; }
}

/// <summary>An object that reports an observed state.</summary>
/// <typeparam name="TStatus">The type of the observed state.</typeparam>
public interface IStatus<TStatus>
{
    /// <summary>The observed state, written by controllers through the status subresource.</summary>
    TStatus Status { get; set; }
}
