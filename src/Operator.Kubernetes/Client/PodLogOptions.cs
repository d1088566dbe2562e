namespace Operator.Kubernetes;

/// <summary>Which part of a pod's log is read.</summary>
public sealed record PodLogOptions
{
    /// <summary>The container; null where the pod has only one.</summary>
    public string? Container { get; init; }

    /// <summary>The last lines only; null for all.</summary>
    public int? TailLines { get; init; }

    /// <summary>The most bytes to read; null for <see cref="KubernetesClientOptions.MaxObjectBytes"/>.</summary>
    public int? LimitBytes { get; init; }

    /// <summary>The log of the run before the last restart.</summary>
    public bool Previous { get; init; }
}
