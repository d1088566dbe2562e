namespace Operator.Kubernetes.Models;

/// <summary>A volume of a pod; kinds that have no field here are kept as unknown fields.</summary>
public sealed class V1Volume : KubernetesModel
{
    /// <summary>Its name, unique in the pod.</summary>
    public string? Name { get; set; }

    /// <summary>Files from a ConfigMap.</summary>
    public V1ConfigMapVolumeSource? ConfigMap { get; set; }

    /// <summary>Files from a Secret.</summary>
    public V1SecretVolumeSource? Secret { get; set; }

    /// <summary>A folder that lives with the pod.</summary>
    public V1EmptyDirVolumeSource? EmptyDir { get; set; }

    /// <summary>Several sources in one folder.</summary>
    public V1ProjectedVolumeSource? Projected { get; set; }

    /// <summary>Fields of the pod as files.</summary>
    public V1DownwardAPIVolumeSource? DownwardAPI { get; set; }

    /// <summary>A path of the node.</summary>
    public V1HostPathVolumeSource? HostPath { get; set; }

    /// <summary>A claim on storage.</summary>
    public V1PersistentVolumeClaimVolumeSource? PersistentVolumeClaim { get; set; }
}

/// <summary>One key as a file.</summary>
public sealed class V1KeyToPath : KubernetesModel
{
    /// <summary>The key.</summary>
    public string? Key { get; set; }

    /// <summary>The file's path in the volume.</summary>
    public string? Path { get; set; }

    /// <summary>Its mode bits.</summary>
    public int? Mode { get; set; }
}

/// <summary>Files from a ConfigMap.</summary>
public sealed class V1ConfigMapVolumeSource : KubernetesModel
{
    /// <summary>The map's name.</summary>
    public string? Name { get; set; }

    /// <summary>Which keys; null for all.</summary>
    public IList<V1KeyToPath>? Items { get; set; }

    /// <summary>Mode bits of the files.</summary>
    public int? DefaultMode { get; set; }

    /// <summary>Whether the pod starts without it.</summary>
    public bool? Optional { get; set; }
}

/// <summary>Files from a Secret.</summary>
public sealed class V1SecretVolumeSource : KubernetesModel
{
    /// <summary>The secret's name.</summary>
    public string? SecretName { get; set; }

    /// <summary>Which keys; null for all.</summary>
    public IList<V1KeyToPath>? Items { get; set; }

    /// <summary>Mode bits of the files.</summary>
    public int? DefaultMode { get; set; }

    /// <summary>Whether the pod starts without it.</summary>
    public bool? Optional { get; set; }
}

/// <summary>A folder that lives with the pod.</summary>
public sealed class V1EmptyDirVolumeSource : KubernetesModel
{
    /// <summary><c>Memory</c> for a file system in memory.</summary>
    public string? Medium { get; set; }

    /// <summary>The most it may hold.</summary>
    public ResourceQuantity? SizeLimit { get; set; }
}

/// <summary>A path of the node.</summary>
public sealed class V1HostPathVolumeSource : KubernetesModel
{
    /// <summary>The path.</summary>
    public string? Path { get; set; }

    /// <summary>What must be there.</summary>
    public string? Type { get; set; }
}

/// <summary>A claim on storage.</summary>
public sealed class V1PersistentVolumeClaimVolumeSource : KubernetesModel
{
    /// <summary>The claim's name.</summary>
    public string? ClaimName { get; set; }

    /// <summary>Whether it may only be read.</summary>
    public bool? ReadOnly { get; set; }
}

/// <summary>Fields of the pod as files.</summary>
public sealed class V1DownwardAPIVolumeSource : KubernetesModel
{
    /// <summary>The files.</summary>
    public IList<V1DownwardAPIVolumeFile>? Items { get; set; }

    /// <summary>Mode bits of the files.</summary>
    public int? DefaultMode { get; set; }
}

/// <summary>One field of the pod as a file.</summary>
public sealed class V1DownwardAPIVolumeFile : KubernetesModel
{
    /// <summary>The file's path in the volume.</summary>
    public string? Path { get; set; }

    /// <summary>The field.</summary>
    public V1ObjectFieldSelector? FieldRef { get; set; }

    /// <summary>The resource.</summary>
    public V1ResourceFieldSelector? ResourceFieldRef { get; set; }

    /// <summary>Its mode bits.</summary>
    public int? Mode { get; set; }
}

/// <summary>Several sources in one folder.</summary>
public sealed class V1ProjectedVolumeSource : KubernetesModel
{
    /// <summary>The sources.</summary>
    public IList<V1VolumeProjection>? Sources { get; set; }

    /// <summary>Mode bits of the files.</summary>
    public int? DefaultMode { get; set; }
}

/// <summary>One source of a projected volume: one of the four is set.</summary>
public sealed class V1VolumeProjection : KubernetesModel
{
    /// <summary>A token that the kubelet renews.</summary>
    public V1ServiceAccountTokenProjection? ServiceAccountToken { get; set; }

    /// <summary>Files from a ConfigMap.</summary>
    public V1ConfigMapProjection? ConfigMap { get; set; }

    /// <summary>Files from a Secret.</summary>
    public V1SecretProjection? Secret { get; set; }

    /// <summary>Fields of the pod as files.</summary>
    public V1DownwardAPIProjection? DownwardAPI { get; set; }
}

/// <summary>A token that the kubelet renews.</summary>
public sealed class V1ServiceAccountTokenProjection : KubernetesModel
{
    /// <summary>Whom the token is for; null for the API server.</summary>
    public string? Audience { get; set; }

    /// <summary>Its lifetime, at least 600.</summary>
    public long? ExpirationSeconds { get; set; }

    /// <summary>The file's path in the volume.</summary>
    public string? Path { get; set; }
}

/// <summary>Files from a ConfigMap.</summary>
public sealed class V1ConfigMapProjection : KubernetesModel
{
    /// <summary>The map's name.</summary>
    public string? Name { get; set; }

    /// <summary>Which keys; null for all.</summary>
    public IList<V1KeyToPath>? Items { get; set; }

    /// <summary>Whether the pod starts without it.</summary>
    public bool? Optional { get; set; }
}

/// <summary>Files from a Secret.</summary>
public sealed class V1SecretProjection : KubernetesModel
{
    /// <summary>The secret's name.</summary>
    public string? Name { get; set; }

    /// <summary>Which keys; null for all.</summary>
    public IList<V1KeyToPath>? Items { get; set; }

    /// <summary>Whether the pod starts without it.</summary>
    public bool? Optional { get; set; }
}

/// <summary>Fields of the pod as files.</summary>
public sealed class V1DownwardAPIProjection : KubernetesModel
{
    /// <summary>The files.</summary>
    public IList<V1DownwardAPIVolumeFile>? Items { get; set; }
}
