namespace Operator.Kubernetes.Models;

/// <summary>The user and rights of one container.</summary>
public sealed class V1SecurityContext : KubernetesModel
{
    /// <summary>The numeric user.</summary>
    public long? RunAsUser { get; set; }

    /// <summary>The numeric group.</summary>
    public long? RunAsGroup { get; set; }

    /// <summary>Refuses to start as root.</summary>
    public bool? RunAsNonRoot { get; set; }

    /// <summary>Makes the image's files read-only.</summary>
    public bool? ReadOnlyRootFilesystem { get; set; }

    /// <summary>Whether a process may gain more rights than its parent.</summary>
    public bool? AllowPrivilegeEscalation { get; set; }

    /// <summary>Whether it is root on the node in effect.</summary>
    public bool? Privileged { get; set; }

    /// <summary>Rights of root that are given or taken one by one.</summary>
    public V1Capabilities? Capabilities { get; set; }

    /// <summary>Which system calls it may make.</summary>
    public V1SeccompProfile? SeccompProfile { get; set; }
}

/// <summary>Users, groups and profiles of all containers of a pod.</summary>
public sealed class V1PodSecurityContext : KubernetesModel
{
    /// <summary>The numeric user.</summary>
    public long? RunAsUser { get; set; }

    /// <summary>The numeric group.</summary>
    public long? RunAsGroup { get; set; }

    /// <summary>Refuses to start as root.</summary>
    public bool? RunAsNonRoot { get; set; }

    /// <summary>The group that owns volumes.</summary>
    public long? FsGroup { get; set; }

    /// <summary><c>OnRootMismatch</c> or <c>Always</c>.</summary>
    public string? FsGroupChangePolicy { get; set; }

    /// <summary>Further groups.</summary>
    public IList<long>? SupplementalGroups { get; set; }

    /// <summary>Which system calls the containers may make.</summary>
    public V1SeccompProfile? SeccompProfile { get; set; }
}

/// <summary>Rights of root that are given or taken one by one.</summary>
public sealed class V1Capabilities : KubernetesModel
{
    /// <summary>Given.</summary>
    public IList<string>? Add { get; set; }

    /// <summary>Taken; <c>ALL</c> takes all.</summary>
    public IList<string>? Drop { get; set; }
}

/// <summary>Which system calls may be made.</summary>
public sealed class V1SeccompProfile : KubernetesModel
{
    /// <summary><c>RuntimeDefault</c>, <c>Localhost</c> or <c>Unconfined</c>.</summary>
    public string? Type { get; set; }

    /// <summary>The profile's path on the node.</summary>
    public string? LocalhostProfile { get; set; }
}
