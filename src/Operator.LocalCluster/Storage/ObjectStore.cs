using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Operator.LocalCluster.Storage;

/// <summary>
/// All objects of the cluster with one global revision, in memory. Writes are compare-and-swap on an object's revision; readers
/// get immutable snapshots; every write is an event that watches receive in the order of the revisions.
/// </summary>
internal sealed class ObjectStore
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, ObjectTable> _tables = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ImmutableArray<Action<StoreEvent>>> _subscribers = new(StringComparer.Ordinal);
    private readonly int _history;
    private long _revision = 1;
    private long _compacted;

    /// <summary>Creates an empty store that keeps the last <paramref name="history"/> events of each resource.</summary>
    public ObjectStore(int history = 20_000)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(history);
        _history = history;
    }

    /// <summary>The revision of the last write of any resource.</summary>
    public long Revision
    {
        get { lock (_gate) return _revision; }
    }

    /// <summary>The object, or null.</summary>
    public StoredObject? Get(string storageKey, string ns, string name)
    {
        lock (_gate) return _tables.GetValueOrDefault(storageKey)?.Find(StoredObject.KeyOf(ns, name));
    }

    /// <summary>All objects of a resource and the revision of that state.</summary>
    public StoreSnapshot Snapshot(string storageKey)
    {
        lock (_gate) return new(Table(storageKey).Current, _revision);
    }

    /// <summary>All objects of a resource at a past revision.</summary>
    /// <exception cref="RevisionExpiredException">The revision is older than the history.</exception>
    /// <exception cref="RevisionTooLargeException">The revision has not happened yet.</exception>
    public StoreSnapshot SnapshotAt(string storageKey, long revision)
    {
        lock (_gate)
        {
            var table = Table(storageKey);
            CheckRange(revision, table);
            return new(table.At(revision), revision);
        }
    }

    /// <summary>Stores a new object; null where one of that name exists.</summary>
    public StoredObject? Create(string storageKey, JsonObject value, bool sorted)
    {
        StoreEvent stored;
        lock (_gate)
        {
            var created = StoredObject.Create(value, _revision + 1, sorted);
            var table = Table(storageKey);
            if (table.Find(created.Key) is not null) return null;
            stored = Commit(table, StoreEventType.Added, storageKey, created, null);
        }
        return stored.Object;
    }

    /// <summary>Replaces exactly <paramref name="live"/>; null where it is not the present state any more.</summary>
    public StoredObject? Update(string storageKey, StoredObject live, JsonObject value, bool sorted)
    {
        lock (_gate)
        {
            var table = Table(storageKey);
            if (!ReferenceEquals(table.Find(live.Key), live)) return null;
            return Commit(table, StoreEventType.Modified, storageKey, StoredObject.Create(value, _revision + 1, sorted), live).Object;
        }
    }

    /// <summary>Removes exactly <paramref name="live"/>; null where it is not the present state any more, else its last state.</summary>
    public StoredObject? Delete(string storageKey, StoredObject live)
    {
        var last = live.Parse();
        lock (_gate)
        {
            var table = Table(storageKey);
            if (!ReferenceEquals(table.Find(live.Key), live)) return null;
            return Commit(table, StoreEventType.Deleted, storageKey, StoredObject.Create(last, _revision + 1, live.IsSorted), live).Object;
        }
    }

    /// <summary>
    /// Calls <paramref name="receive"/> for every event of a resource after <paramref name="after"/>, in order, first for those of
    /// the past. It is called under the store's lock and must only enqueue. Disposing the answer ends it.
    /// </summary>
    /// <param name="storageKey">The resource.</param>
    /// <param name="after">The revision to start after; null starts now.</param>
    /// <param name="start">Receives the present state, before any event, where <paramref name="after"/> is null.</param>
    /// <param name="receive">Receives each event.</param>
    /// <exception cref="RevisionExpiredException">Events after the revision are not kept any more.</exception>
    public IDisposable Subscribe(string storageKey, long? after, Action<StoreSnapshot>? start, Action<StoreEvent> receive)
    {
        lock (_gate)
        {
            var table = Table(storageKey);
            if (after is { } revision)
            {
                if (revision < table.Compacted) throw new RevisionExpiredException(revision, table.Compacted);
                foreach (var past in table.EventsAfter(revision)) receive(past);
            }
            else
            {
                start?.Invoke(new(table.Current, _revision));
            }
            _subscribers[storageKey] = _subscribers.GetValueOrDefault(storageKey, []).Add(receive);
        }
        return new Subscription(this, storageKey, receive);
    }

    /// <summary>Forgets the history of all resources up to <paramref name="revision"/>; null means up to now.</summary>
    public void Compact(long? revision = null)
    {
        lock (_gate)
        {
            _compacted = Math.Max(_compacted, Math.Min(revision ?? _revision, _revision));
            foreach (var table in _tables.Values) table.Compact(_compacted);
        }
    }

    /// <summary>Lets the history of one resource begin now.</summary>
    public void Begin(string storageKey)
    {
        lock (_gate) Table(storageKey).Compact(_revision);
    }

    /// <summary>Uses up a revision without a write, as a real server does for its own bookkeeping.</summary>
    public long Advance()
    {
        lock (_gate) return ++_revision;
    }

    private StoreEvent Commit(ObjectTable table, StoreEventType type, string storageKey, StoredObject value, StoredObject? previous)
    {
        _revision = value.Revision;
        var stored = table.Append(type, storageKey, value, previous);
        // A fifth more than the history is let in, so that not every write compacts.
        if (table.EventCount > _history + _history / 5 && table.Excess(_history) is { } excess) table.Compact(excess);
        foreach (var receive in _subscribers.GetValueOrDefault(storageKey, [])) receive(stored);
        return stored;
    }

    private ObjectTable Table(string storageKey)
    {
        if (_tables.TryGetValue(storageKey, out var table)) return table;
        table = new ObjectTable();
        table.Compact(_compacted);
        return _tables[storageKey] = table;
    }

    private void CheckRange(long revision, ObjectTable table)
    {
        if (revision < table.Compacted) throw new RevisionExpiredException(revision, table.Compacted);
        if (revision > _revision) throw new RevisionTooLargeException(revision, _revision);
    }

    private sealed class Subscription(ObjectStore store, string storageKey, Action<StoreEvent> receive) : IDisposable
    {
        public void Dispose()
        {
            lock (store._gate) store._subscribers[storageKey] = store._subscribers[storageKey].Remove(receive);
        }
    }
}
