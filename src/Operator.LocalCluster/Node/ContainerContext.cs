using System.Net;

namespace Operator.LocalCluster.Node;

/// <summary>What a container gets: its command, environment and files. Paths are those inside of the container.</summary>
public sealed class ContainerContext
{
    /// <summary>The namespace of the pod.</summary>
    public required string PodNamespace { get; init; }

    /// <summary>The name of the pod.</summary>
    public required string PodName { get; init; }

    /// <summary>The UID of the pod.</summary>
    public required string PodUid { get; init; }

    /// <summary>The name of the container.</summary>
    public required string ContainerName { get; init; }

    /// <summary>The image of the container.</summary>
    public required string Image { get; init; }

    /// <summary>What replaces the image's entry point; usually empty.</summary>
    public required IReadOnlyList<string> Command { get; init; }

    /// <summary>The arguments.</summary>
    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>The environment, with references resolved.</summary>
    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    /// <summary>The address that the pod listens on and is reached at.</summary>
    public required IPAddress PodAddress { get; init; }

    /// <summary>The output of the container: what <c>kubectl logs</c> shows. Safe for concurrent use.</summary>
    public required TextWriter Output { get; init; }

    /// <summary>The clock of the cluster.</summary>
    public required TimeProvider TimeProvider { get; init; }

    /// <summary>The directory on this machine that stands for the container's root.</summary>
    public required string RootDirectory { get; init; }

    /// <summary>The directories or files on this machine that stand for the mounts, by the path inside of the container.</summary>
    public required IReadOnlyDictionary<string, string> Mounts { get; init; }

    /// <summary>Where on this machine a path of the container is: in the longest mount that covers it, else below the root.</summary>
    /// <param name="path">An absolute path inside of the container.</param>
    /// <exception cref="ArgumentException">The path leads out of its mount or the root.</exception>
    public string ResolvePath(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var best = Mounts.Keys.Where(mount => path == mount || path.StartsWith(mount.TrimEnd('/') + "/", StringComparison.Ordinal))
            .MaxBy(mount => mount.Length);
        var root = best is null ? RootDirectory : Mounts[best];
        var rest = (best is null ? path : path[best.TrimEnd('/').Length..]).TrimStart('/');
        if (rest.Length == 0)
            return root;
        var resolved = Path.GetFullPath(Path.Combine(root, rest));
        return resolved.StartsWith(Path.GetFullPath(root).TrimEnd(Path.DirectorySeparatorChar) + Path.DirectorySeparatorChar, StringComparison.Ordinal)
            ? resolved
            : throw new ArgumentException($"The path {path} leads out of the container.", nameof(path));
    }
}
