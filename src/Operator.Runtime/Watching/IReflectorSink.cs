using Operator.Kubernetes;

namespace Operator.Runtime.Watching;

/// <summary>What a reflector fills. Calls come one at a time, in the order of the server; an implementation must not throw.</summary>
internal interface IReflectorSink<T>
{
    /// <summary>Takes an object in before it is kept: the place to drop what nobody reads.</summary>
    T Transform(T entity);

    /// <summary>The first page of a list is about to be requested.</summary>
    void ListStarted();

    /// <summary>A complete list: whatever is not in it is gone.</summary>
    void Replace(IReadOnlyList<T> entities);

    /// <summary>An object is new or changed, or gone. Never a bookmark.</summary>
    void Apply(WatchEvent<T> watchEvent);

    /// <summary>A list or a watch failed and will be tried again.</summary>
    void Failed(string request, WatchFailureKind kind, Exception exception);
}
