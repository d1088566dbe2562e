using System.Collections.Concurrent;

namespace Operator.LocalCluster.Node;

/// <summary>Runs a container inside this process.</summary>
/// <param name="context">What the container is given.</param>
/// <param name="stop">Cancelled when the container is asked to end; it has its grace period from then on.</param>
/// <returns>How it ended. An exception ends it with code 1, a cancellation after <paramref name="stop"/> with code 143.</returns>
public delegate Task<ContainerExit> ContainerHandler(ContainerContext context, CancellationToken stop);

/// <summary>How a container ended.</summary>
/// <param name="ExitCode">0 for success, else 1 to 255.</param>
/// <param name="Message">The termination message, at most 4096 bytes of it are kept; null for what the container wrote to its file.</param>
public sealed record ContainerExit(int ExitCode, string? Message = null)
{
    /// <summary>A good end without a message.</summary>
    public static ContainerExit Success { get; } = new(0);
}

/// <summary>The images that the node can run: each name leads to a handler. Safe for concurrent use.</summary>
public sealed class ContainerHandlers
{
    private readonly ConcurrentDictionary<string, ContainerHandler> _handlers = new(StringComparer.Ordinal);

    /// <summary>Registers an image. A name without tag or digest stands for all of them; a full name goes before it.</summary>
    /// <param name="image">The image, such as <c>example/app:1</c> or <c>example/app</c>.</param>
    /// <param name="handler">Runs one container of it.</param>
    /// <returns>This registry.</returns>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    public ContainerHandlers Register(string image, ContainerHandler handler)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(image);
        ArgumentNullException.ThrowIfNull(handler);
        _handlers[image] = handler;
        return this;
    }

    /// <summary>The handler of an image, or null.</summary>
    internal ContainerHandler? Find(string image) =>
        _handlers.GetValueOrDefault(image) ?? _handlers.GetValueOrDefault(Repository(image));

    private static string Repository(string image)
    {
        var digest = image.IndexOf('@', StringComparison.Ordinal);
        var name = digest < 0 ? image : image[..digest];
        var colon = name.LastIndexOf(':');
        return colon > name.LastIndexOf('/') ? name[..colon] : name;
    }
}
