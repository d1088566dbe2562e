using System.Collections.Concurrent;
using Operator.Kubernetes;
using Operator.Kubernetes.Models;

namespace Operator.Runtime.Caching;

/// <summary>
/// Objects by key and by index. One writer at a time; readers by key take no lock, readers of lists and indexes take a short one and
/// get an array that never changes and is shared until the next write.
/// </summary>
internal sealed class IndexedStore<T>(Action<string, ObjectKey, Exception> indexFailed)
    where T : class, IKubernetesObject<V1ObjectMeta>
{
    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<ObjectKey, T> _entities = new();
    private readonly Dictionary<string, StoreIndex<T>> _indexes = new(StringComparer.Ordinal);
    private T[]? _snapshot;
    private int _count;

    public int Count => Volatile.Read(ref _count);

    public T? Get(ObjectKey key) => _entities.GetValueOrDefault(key);

    public IReadOnlyList<T> List()
    {
        lock (_gate)
        {
            if (_snapshot is { } known) return known;
            var entities = new List<T>(_count);
            foreach (var (_, entity) in _entities) entities.Add(entity);
            return _snapshot = [.. entities];
        }
    }

    public IReadOnlyList<T> ByIndex(string name, string value)
    {
        lock (_gate)
        {
            return _indexes.TryGetValue(name, out var index)
                ? index.Get(value)
                : throw new ArgumentException(
                    $"There is no index '{name}' on {typeof(T).Name}; there are: {string.Join(", ", _indexes.Keys.Order(StringComparer.Ordinal))}. "
                    + "Add it when the controller is configured.",
                    nameof(name));
        }
    }

    public void AddIndex(string name, Func<T, IEnumerable<string>> values)
    {
        lock (_gate)
        {
            var index = new StoreIndex<T>(values);
            if (!_indexes.TryAdd(name, index))
                throw new ArgumentException($"There is an index '{name}' on {typeof(T).Name} already. Choose another name.", nameof(name));
            foreach (var (key, entity) in _entities) index.Set(key, entity, e => indexFailed(name, key, e));
        }
    }

    /// <summary>Stores an object.</summary>
    /// <returns>What was stored under the key before, or null.</returns>
    public T? Set(ObjectKey key, T entity)
    {
        lock (_gate) return SetLocked(key, entity);
    }

    /// <summary>Removes an object.</summary>
    /// <returns>What was stored under the key, or null.</returns>
    public T? Remove(ObjectKey key)
    {
        lock (_gate) return RemoveLocked(key);
    }

    /// <summary>Makes the store hold exactly <paramref name="entities"/>, in one moment for every reader of lists and indexes.</summary>
    /// <returns>Every key that was or is stored, with both states.</returns>
    public List<(ObjectKey Key, T? Previous, T? Current)> Replace(Dictionary<ObjectKey, T> entities)
    {
        lock (_gate)
        {
            var changes = new List<(ObjectKey, T?, T?)>(entities.Count);
            foreach (var key in _entities.Keys)
            {
                if (!entities.ContainsKey(key)) changes.Add((key, RemoveLocked(key), null));
            }
            foreach (var (key, entity) in entities)
            {
                // An object that did not change stays the one that readers already hold.
                if (_entities.TryGetValue(key, out var stored) && stored.Metadata.Uid == entity.Metadata.Uid
                    && stored.Metadata.ResourceVersion == entity.Metadata.ResourceVersion)
                {
                    changes.Add((key, stored, stored));
                }
                else
                {
                    changes.Add((key, SetLocked(key, entity), entity));
                }
            }
            return changes;
        }
    }

    private T? SetLocked(ObjectKey key, T entity)
    {
        _entities.TryGetValue(key, out var previous);
        _entities[key] = entity;
        if (previous is null) _count++;
        _snapshot = null;
        foreach (var (name, index) in _indexes) index.Set(key, entity, e => indexFailed(name, key, e));
        return previous;
    }

    private T? RemoveLocked(ObjectKey key)
    {
        if (!_entities.TryRemove(key, out var previous)) return null;
        _count--;
        _snapshot = null;
        foreach (var index in _indexes.Values) index.Remove(key);
        return previous;
    }
}
