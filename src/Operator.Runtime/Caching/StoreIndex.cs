namespace Operator.Runtime.Caching;

/// <summary>One index of a store: the objects by the values that a function gives them. Callers hold the store's lock to change it.</summary>
internal sealed class StoreIndex<T>(Func<T, IEnumerable<string>> values)
{
    private static readonly string[] NoValues = [];
    private readonly Dictionary<string, Bucket> _buckets = new(StringComparer.Ordinal);

    // What each object was filed under, so that a function that answers differently later cannot leave an entry behind.
    private readonly Dictionary<ObjectKey, string[]> _filed = [];

    public void Set(ObjectKey key, T entity, Action<Exception> failed)
    {
        var fresh = ValuesOf(entity, failed);
        var filed = _filed.GetValueOrDefault(key, NoValues);
        foreach (var value in filed)
        {
            if (Array.IndexOf(fresh, value) < 0) Take(value, key);
        }
        foreach (var value in fresh)
        {
            if (!_buckets.TryGetValue(value, out var bucket)) _buckets.Add(value, bucket = new Bucket());
            bucket.Set(key, entity);
        }
        if (fresh.Length == 0) _filed.Remove(key);
        else if (!filed.AsSpan().SequenceEqual(fresh)) _filed[key] = fresh;
    }

    public void Remove(ObjectKey key)
    {
        if (!_filed.Remove(key, out var filed)) return;
        foreach (var value in filed) Take(value, key);
    }

    public IReadOnlyList<T> Get(string value) => _buckets.TryGetValue(value, out var bucket) ? bucket.Snapshot() : [];

    private string[] ValuesOf(T entity, Action<Exception> failed)
    {
        try
        {
            return values(entity).Distinct(StringComparer.Ordinal).ToArray();
        }
        catch (Exception e)
        {
            failed(e);
            return NoValues;
        }
    }

    private void Take(string value, ObjectKey key)
    {
        var bucket = _buckets[value];
        bucket.Remove(key);
        if (bucket.IsEmpty) _buckets.Remove(value);
    }

    private sealed class Bucket
    {
        private readonly Dictionary<ObjectKey, T> _entities = [];
        private T[]? _snapshot;

        public bool IsEmpty => _entities.Count == 0;

        public void Set(ObjectKey key, T entity)
        {
            _entities[key] = entity;
            _snapshot = null;
        }

        public void Remove(ObjectKey key)
        {
            _entities.Remove(key);
            _snapshot = null;
        }

        public IReadOnlyList<T> Snapshot() => _snapshot ??= [.. _entities.Values];
    }
}
