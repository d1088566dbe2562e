namespace Operator.Kubernetes;

/// <summary>What happened to an object under watch.</summary>
public enum WatchEventType
{
    /// <summary>The object is new, or newly matches the selector.</summary>
    Added,

    /// <summary>The object changed.</summary>
    Modified,

    /// <summary>The object is gone, or no longer matches the selector; it carries the version of that change.</summary>
    Deleted,

    /// <summary>No object changed; the event carries a version to resume from.</summary>
    Bookmark,
}

/// <summary>One event of a watch. Errors are not events: they end the stream with a <see cref="KubernetesException"/>.</summary>
/// <typeparam name="T">The kind.</typeparam>
/// <param name="Type">What happened.</param>
/// <param name="Object">The object; of a bookmark only metadata is filled.</param>
public readonly record struct WatchEvent<T>(WatchEventType Type, T Object);
