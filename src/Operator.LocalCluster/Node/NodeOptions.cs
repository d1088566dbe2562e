namespace Operator.LocalCluster.Node;

/// <summary>How the node runs pods.</summary>
public sealed class NodeOptions
{
    /// <summary>The name of the node.</summary>
    public string Name { get; set; } = "local";

    /// <summary>The images that the node can run.</summary>
    public ContainerHandlers Handlers { get; } = new();

    /// <summary>How long a changed ConfigMap or Secret takes to reach the files of running pods. A real node takes up to a minute.</summary>
    public TimeSpan VolumeUpdateDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The pause before the first restart of a container that ended; it doubles with each further one, up to five minutes.</summary>
    public TimeSpan RestartDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Whether each pod gets a loopback address of its own (127.x.y.z) instead of 127.0.0.1, so that pods can listen on equal ports.
    /// Works where the whole of 127.0.0.0/8 is local, as on Linux.
    /// </summary>
    public bool UniquePodAddresses { get; set; }

    /// <summary>Where the files of pods are kept; null for a directory of its own below the system's temporary one, deleted at the end.</summary>
    public string? Directory { get; set; }
}
