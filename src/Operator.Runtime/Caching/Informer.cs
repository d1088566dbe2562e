using Microsoft.Extensions.Logging;
using Operator.Kubernetes;
using Operator.Kubernetes.Models;
using Operator.Runtime.Watching;

namespace Operator.Runtime.Caching;

/// <summary>A store that a reflector fills, and the handlers that follow it.</summary>
internal partial class Informer<T> : IInformer<T>, IReflectorSink<T>
    where T : class, IKubernetesObject<V1ObjectMeta>
{
    // Held while the store changes and handlers are told, so that a handler added meanwhile misses nothing and hears nothing twice.
    private readonly Lock _notifying = new();
    private readonly IndexedStore<T> _store;
    private readonly List<IInformerHandler<T>> _handlers = [];
    private readonly List<IVersionObserver> _observers = [];
    private readonly TaskCompletionSource _synced = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Func<T, T> _transform;
    private readonly Action<string>? _handlerFailed;
    private readonly ILogger _logger;

    /// <param name="scope">Which objects it follows.</param>
    /// <param name="transform">Applied to every object before it is stored.</param>
    /// <param name="logger">Where failures are told.</param>
    /// <param name="handlerFailed">Counts handlers that throw; gets the resource's name.</param>
    public Informer(InformerScope scope, Func<T, T> transform, ILogger logger, Action<string>? handlerFailed = null)
    {
        Scope = scope;
        _transform = transform;
        _handlerFailed = handlerFailed;
        _logger = logger;
        _store = new IndexedStore<T>((index, key, e) => Log.IndexFailed(_logger, index, Resource, key, e));
        _store.AddIndex(StoreIndexes.Namespace, StoreIndexes.NamespaceOf);
        _store.AddIndex(StoreIndexes.OwnerUid, StoreIndexes.OwnerUidsOf);
    }

    public InformerScope Scope { get; }

    public bool HasSynced => _synced.Task.IsCompleted;

    public int Count => _store.Count;

    private static string Resource => EntityMetadata.For<T>().PluralName;

    public Task WaitForSyncAsync(CancellationToken cancellationToken = default) => _synced.Task.WaitAsync(cancellationToken);

    public T? Get(ObjectKey key) => _store.Get(key);

    public IReadOnlyList<T> List(string? @namespace = null) =>
        @namespace is null ? _store.List() : _store.ByIndex(StoreIndexes.Namespace, @namespace);

    public IReadOnlyList<T> ByIndex(string index, string value) => _store.ByIndex(index, value);

    public void AddIndex(string name, Func<T, IEnumerable<string>> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        _store.AddIndex(name, values);
    }

    public IDisposable AddHandler(IInformerHandler<T> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        lock (_notifying)
        {
            foreach (var entity in _store.List()) Tell(handler, entity, h => h.OnAdded(entity, isInInitialList: true));
            _handlers.Add(handler);
        }
        return new Registration(() =>
        {
            lock (_notifying) _handlers.Remove(handler);
        });
    }

    /// <summary>Adds an observer of versions; it hears of what comes from now on.</summary>
    public void AddObserver(IVersionObserver observer)
    {
        lock (_notifying) _observers.Add(observer);
    }

    T IReflectorSink<T>.Transform(T entity)
    {
        try
        {
            return _transform(entity);
        }
        catch (Exception e)
        {
            Log.TransformFailed(_logger, Resource, ObjectKey.Of(entity), e);
            return entity;
        }
    }

    void IReflectorSink<T>.ListStarted()
    {
        lock (_notifying)
        {
            foreach (var observer in _observers) observer.ListStarted();
        }
    }

    void IReflectorSink<T>.Replace(IReadOnlyList<T> entities)
    {
        lock (_notifying)
        {
            var listed = new Dictionary<ObjectKey, T>(entities.Count);
            foreach (var entity in entities) listed[ObjectKey.Of(entity)] = entity;
            if (HasSynced) Retain(listed);
            foreach (var (key, previous, current) in _store.Replace(listed)) Changed(key, previous, current, finalStateUnknown: true);
            foreach (var observer in _observers) observer.Listed();
            if (!HasSynced) Log.Synced(_logger, Resource, _store.Count);
            _synced.TrySetResult();
        }
    }

    void IReflectorSink<T>.Apply(WatchEvent<T> watchEvent)
    {
        var key = ObjectKey.Of(watchEvent.Object);
        lock (_notifying)
        {
            if (watchEvent.Type == WatchEventType.Deleted)
            {
                // The stream is in order, so the name is free now whichever UID was known under it; of a UID that was not
                // deleted here the last state is not known, of the other one it came with the event.
                var known = _store.Remove(key);
                var isKnown = known?.Metadata.Uid == watchEvent.Object.Metadata.Uid;
                Changed(key, isKnown ? watchEvent.Object : known, null, finalStateUnknown: !isKnown);
            }
            else
            {
                Changed(key, _store.Set(key, watchEvent.Object), watchEvent.Object, finalStateUnknown: true);
            }
        }
    }

    void IReflectorSink<T>.Failed(string request, WatchFailureKind kind, Exception exception)
    {
        if (kind is WatchFailureKind.Denied or WatchFailureKind.Invalid) Log.RequestRefused(_logger, request, Resource, kind, exception);
        else Log.RequestFailed(_logger, request, Resource, kind, exception.Message);
    }

    /// <summary>May add objects to a later list before it replaces the store; a seam for tests that break the relist.</summary>
    private protected virtual void Retain(Dictionary<ObjectKey, T> listed)
    {
    }

    private void Changed(ObjectKey key, T? previous, T? current, bool finalStateUnknown)
    {
        // Another object under the same name: the deletion of the first went unseen.
        var recreated = previous is not null && current is not null && previous.Metadata.Uid != current.Metadata.Uid;
        foreach (var observer in _observers)
        {
            if (recreated) observer.Observed(key, null);
            observer.Observed(key, current?.Metadata.ResourceVersion);
        }
        if (previous is not null && current is not null && !recreated)
        {
            if (previous.Metadata.ResourceVersion != current.Metadata.ResourceVersion) TellAll(current, h => h.OnUpdated(previous, current));
            return;
        }
        if (previous is not null) TellAll(previous, h => h.OnDeleted(previous, finalStateUnknown));
        if (current is not null) TellAll(current, h => h.OnAdded(current, isInInitialList: !HasSynced));
    }

    private void TellAll(T entity, Action<IInformerHandler<T>> tell)
    {
        // A copy: a handler may remove itself.
        foreach (var handler in _handlers.ToArray()) Tell(handler, entity, tell);
    }

    private void Tell(IInformerHandler<T> handler, T entity, Action<IInformerHandler<T>> tell)
    {
        try
        {
            tell(handler);
        }
        catch (Exception e)
        {
            _handlerFailed?.Invoke(Resource);
            Log.HandlerFailed(_logger, Resource, ObjectKey.Of(entity), e);
        }
    }

    private sealed class Registration(Action remove) : IDisposable
    {
        public void Dispose() => remove();
    }
}
