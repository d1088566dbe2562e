namespace Operator.Kubernetes.Models;

/// <summary>One container of a pod.</summary>
public sealed class V1Container : KubernetesModel
{
    /// <summary>Its name, unique in the pod.</summary>
    public string? Name { get; set; }

    /// <summary>Its image.</summary>
    public string? Image { get; set; }

    /// <summary><c>Always</c>, <c>IfNotPresent</c> or <c>Never</c>.</summary>
    public string? ImagePullPolicy { get; set; }

    /// <summary>The program; null for the image's own.</summary>
    public IList<string>? Command { get; set; }

    /// <summary>Its arguments; null for the image's own.</summary>
    public IList<string>? Args { get; set; }

    /// <summary>The folder it starts in.</summary>
    public string? WorkingDir { get; set; }

    /// <summary>Ports that it opens.</summary>
    public IList<V1ContainerPort>? Ports { get; set; }

    /// <summary>Its environment.</summary>
    public IList<V1EnvVar>? Env { get; set; }

    /// <summary>Maps whose keys all become variables.</summary>
    public IList<V1EnvFromSource>? EnvFrom { get; set; }

    /// <summary>What it needs and what it may use.</summary>
    public V1ResourceRequirements? Resources { get; set; }

    /// <summary>Where volumes appear.</summary>
    public IList<V1VolumeMount>? VolumeMounts { get; set; }

    /// <summary>Restarts the container when it fails.</summary>
    public V1Probe? LivenessProbe { get; set; }

    /// <summary>Takes the pod out of services while it fails.</summary>
    public V1Probe? ReadinessProbe { get; set; }

    /// <summary>Holds back the other probes until it passes.</summary>
    public V1Probe? StartupProbe { get; set; }

    /// <summary>What runs after the start and before the end.</summary>
    public V1Lifecycle? Lifecycle { get; set; }

    /// <summary>Its user and rights.</summary>
    public V1SecurityContext? SecurityContext { get; set; }

    /// <summary><c>Always</c> makes an init container a sidecar that starts before and ends after the others.</summary>
    public string? RestartPolicy { get; set; }

    /// <summary>The file whose content becomes the termination message.</summary>
    public string? TerminationMessagePath { get; set; }

    /// <summary><c>File</c> or <c>FallbackToLogsOnError</c>.</summary>
    public string? TerminationMessagePolicy { get; set; }

    /// <summary>Whether it keeps its input open.</summary>
    public bool? Stdin { get; set; }

    /// <summary>Whether it gets a terminal.</summary>
    public bool? Tty { get; set; }
}

/// <summary>A port that a container opens.</summary>
public sealed class V1ContainerPort : KubernetesModel
{
    /// <summary>Its name, by which services and probes know it.</summary>
    public string? Name { get; set; }

    /// <summary>The port, 1 to 65535.</summary>
    public int ContainerPort { get; set; }

    /// <summary>The port on the node.</summary>
    public int? HostPort { get; set; }

    /// <summary><c>TCP</c>, <c>UDP</c> or <c>SCTP</c>.</summary>
    public string? Protocol { get; set; }
}

/// <summary>Where a volume appears in a container.</summary>
public sealed class V1VolumeMount : KubernetesModel
{
    /// <summary>The volume's name.</summary>
    public string? Name { get; set; }

    /// <summary>The path in the container.</summary>
    public string? MountPath { get; set; }

    /// <summary>The part of the volume; null for all of it.</summary>
    public string? SubPath { get; set; }

    /// <summary>Whether it may only be read.</summary>
    public bool? ReadOnly { get; set; }
}

/// <summary>What a container needs and what it may use.</summary>
public sealed class V1ResourceRequirements : KubernetesModel
{
    /// <summary>What the scheduler keeps for it.</summary>
    public IDictionary<string, ResourceQuantity>? Requests { get; set; }

    /// <summary>What it may not go beyond.</summary>
    public IDictionary<string, ResourceQuantity>? Limits { get; set; }
}

/// <summary>What runs after a container's start and before its end.</summary>
public sealed class V1Lifecycle : KubernetesModel
{
    /// <summary>Runs right after the start.</summary>
    public V1LifecycleHandler? PostStart { get; set; }

    /// <summary>Runs before the request to end.</summary>
    public V1LifecycleHandler? PreStop { get; set; }
}

/// <summary>One action of a lifecycle.</summary>
public sealed class V1LifecycleHandler : KubernetesModel
{
    /// <summary>Runs a command in the container.</summary>
    public V1ExecAction? Exec { get; set; }

    /// <summary>Sends a request to the container.</summary>
    public V1HTTPGetAction? HttpGet { get; set; }

    /// <summary>Waits.</summary>
    public V1SleepAction? Sleep { get; set; }
}

/// <summary>A wait.</summary>
public sealed class V1SleepAction : KubernetesModel
{
    /// <summary>How long.</summary>
    public long Seconds { get; set; }
}
