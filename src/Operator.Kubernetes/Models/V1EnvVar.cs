namespace Operator.Kubernetes.Models;

/// <summary>A variable in a container's environment.</summary>
public sealed class V1EnvVar : KubernetesModel
{
    /// <summary>Its name.</summary>
    public string? Name { get; set; }

    /// <summary>Its value; null where it comes from elsewhere.</summary>
    public string? Value { get; set; }

    /// <summary>Where its value comes from.</summary>
    public V1EnvVarSource? ValueFrom { get; set; }
}

/// <summary>Where the value of a variable comes from: one of the four is set.</summary>
public sealed class V1EnvVarSource : KubernetesModel
{
    /// <summary>A field of the pod.</summary>
    public V1ObjectFieldSelector? FieldRef { get; set; }

    /// <summary>A resource of a container.</summary>
    public V1ResourceFieldSelector? ResourceFieldRef { get; set; }

    /// <summary>A key of a ConfigMap.</summary>
    public V1ConfigMapKeySelector? ConfigMapKeyRef { get; set; }

    /// <summary>A key of a Secret.</summary>
    public V1SecretKeySelector? SecretKeyRef { get; set; }
}

/// <summary>A field of the pod.</summary>
public sealed class V1ObjectFieldSelector : KubernetesModel
{
    /// <summary>The version in which the path is written.</summary>
    public string? ApiVersion { get; set; }

    /// <summary>The path, such as <c>metadata.name</c>.</summary>
    public string? FieldPath { get; set; }
}

/// <summary>A resource of a container.</summary>
public sealed class V1ResourceFieldSelector : KubernetesModel
{
    /// <summary>The container; needed in volumes.</summary>
    public string? ContainerName { get; set; }

    /// <summary>The resource, such as <c>limits.memory</c>.</summary>
    public string? Resource { get; set; }

    /// <summary>The unit of the value.</summary>
    public ResourceQuantity? Divisor { get; set; }
}

/// <summary>A key of a ConfigMap.</summary>
public sealed class V1ConfigMapKeySelector : KubernetesModel
{
    /// <summary>The map's name.</summary>
    public string? Name { get; set; }

    /// <summary>The key.</summary>
    public string? Key { get; set; }

    /// <summary>Whether the pod starts without it.</summary>
    public bool? Optional { get; set; }
}

/// <summary>A key of a Secret.</summary>
public sealed class V1SecretKeySelector : KubernetesModel
{
    /// <summary>The secret's name.</summary>
    public string? Name { get; set; }

    /// <summary>The key.</summary>
    public string? Key { get; set; }

    /// <summary>Whether the pod starts without it.</summary>
    public bool? Optional { get; set; }
}

/// <summary>A map whose keys all become variables.</summary>
public sealed class V1EnvFromSource : KubernetesModel
{
    /// <summary>Stands before each name.</summary>
    public string? Prefix { get; set; }

    /// <summary>The ConfigMap.</summary>
    public V1ConfigMapEnvSource? ConfigMapRef { get; set; }

    /// <summary>The Secret.</summary>
    public V1SecretEnvSource? SecretRef { get; set; }
}

/// <summary>A ConfigMap as variables.</summary>
public sealed class V1ConfigMapEnvSource : KubernetesModel
{
    /// <summary>Its name.</summary>
    public string? Name { get; set; }

    /// <summary>Whether the pod starts without it.</summary>
    public bool? Optional { get; set; }
}

/// <summary>A Secret as variables.</summary>
public sealed class V1SecretEnvSource : KubernetesModel
{
    /// <summary>Its name.</summary>
    public string? Name { get; set; }

    /// <summary>Whether the pod starts without it.</summary>
    public bool? Optional { get; set; }
}
