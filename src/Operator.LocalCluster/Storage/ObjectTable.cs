using System.Collections.Immutable;

namespace Operator.LocalCluster.Storage;

/// <summary>All objects of one resource with their recent history. Guarded by the lock of its <see cref="ObjectStore"/>.</summary>
internal sealed class ObjectTable
{
    private readonly List<StoreEvent> _log = [];
    private int _start;
    private ImmutableSortedSet<StoredObject> _base = ImmutableSortedSet.Create<StoredObject>(StoredObject.ByKey.Instance);

    /// <summary>The objects now.</summary>
    public ImmutableSortedSet<StoredObject> Current { get; private set; } =
        ImmutableSortedSet.Create<StoredObject>(StoredObject.ByKey.Instance);

    /// <summary>The newest revision whose state is not known any more as an event: a watch may start here or later.</summary>
    public long Compacted { get; private set; }

    /// <summary>The events that are kept.</summary>
    public int EventCount => _log.Count - _start;

    /// <summary>The object with this key, or null.</summary>
    public StoredObject? Find(string key) => Current.TryGetValue(StoredObject.Probe(key), out var found) ? found : null;

    /// <summary>Records a write.</summary>
    public StoreEvent Append(StoreEventType type, string storageKey, StoredObject value, StoredObject? previous)
    {
        var rest = previous is null ? Current : Current.Remove(previous);
        Current = type == StoreEventType.Deleted ? rest : rest.Add(value);
        var stored = new StoreEvent(type, storageKey, value, previous, Current);
        _log.Add(stored);
        return stored;
    }

    /// <summary>The events after a revision, oldest first.</summary>
    public IReadOnlyList<StoreEvent> EventsAfter(long revision)
    {
        var first = FirstAfter(revision);
        return first == _log.Count ? [] : _log.GetRange(first, _log.Count - first);
    }

    /// <summary>The objects as they were at a revision that is not compacted.</summary>
    public ImmutableSortedSet<StoredObject> At(long revision)
    {
        var first = FirstAfter(revision);
        return first == _start ? _base : _log[first - 1].After;
    }

    /// <summary>Forgets events up to a revision.</summary>
    public void Compact(long revision)
    {
        if (revision <= Compacted) return;
        var first = FirstAfter(revision);
        if (first > _start) _base = _log[first - 1].After;
        _start = first;
        Compacted = revision;
        if (_start < 1024 || _start < _log.Count / 2) return;
        _log.RemoveRange(0, _start);
        _start = 0;
    }

    /// <summary>The revision up to which to compact so that at most <paramref name="keep"/> events stay; null where nothing is to do.</summary>
    public long? Excess(int keep) => EventCount <= keep ? null : _log[_log.Count - keep - 1].Revision;

    private int FirstAfter(long revision)
    {
        int low = _start, high = _log.Count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_log[middle].Revision > revision) high = middle;
            else low = middle + 1;
        }
        return low;
    }
}
