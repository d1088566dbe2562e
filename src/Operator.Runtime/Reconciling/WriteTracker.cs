using Operator.Runtime.Caching;

namespace Operator.Runtime.Reconciling;

/// <summary>
/// Tells whether an informer has caught up with the controller's own last write to an object, so that a reconcile never decides on a
/// state older than what it wrote itself.
/// </summary>
/// <remarks>
/// Versions are opaque: nothing says that one is newer than another. But a watch delivers every version of an object in order, so
/// the cache is behind from the write's answer until the very version that was written has been observed. That can also have
/// happened before the answer arrived, so the versions observed during a reconcile are remembered until it ends. Three things
/// besides end the waiting, because they show a later state without that version: a list that began after the answer, a deletion,
/// and another object under the name. Whoever waits longer than he can afford reads the object live, which is never behind.
/// </remarks>
/// <param name="time">The clock.</param>
internal sealed class WriteTracker(TimeProvider time) : IVersionObserver
{
    private readonly Lock _gate = new();

    // The keys that are being reconciled or that are behind; no other.
    private readonly Dictionary<ObjectKey, Entry> _entries = [];

    /// <summary>Raised, on the informer's thread, when the cache has caught up with a key that was held back.</summary>
    public event Action<ObjectKey>? CaughtUp;

    /// <summary>How many keys are being reconciled or are behind.</summary>
    public int Count
    {
        get { lock (_gate) return _entries.Count; }
    }

    /// <summary>A reconcile of the key begins.</summary>
    /// <param name="key">The key.</param>
    /// <param name="cached">The version in the cache; null when there is none.</param>
    public void Begin(ObjectKey key, string? cached)
    {
        lock (_gate)
        {
            if (!_entries.TryGetValue(key, out var entry)) _entries.Add(key, entry = new Entry());
            entry.Reconciles++;
            if (cached is not null) entry.Observed.Add(cached);
        }
    }

    /// <summary>The reconcile of the key ended.</summary>
    public void End(ObjectKey key)
    {
        lock (_gate)
        {
            var entry = _entries[key];
            if (--entry.Reconciles > 0) return;
            entry.Observed.Clear();
            entry.Deleted = false;
            if (entry.Written is null) _entries.Remove(key);
        }
    }

    /// <summary>A write was answered. Writes to objects that are not being reconciled are not tracked.</summary>
    public void Wrote(ObjectKey key, string? version)
    {
        lock (_gate)
        {
            if (version is null || !_entries.TryGetValue(key, out var entry) || entry.Reconciles == 0) return;
            if (entry.Deleted || entry.Observed.Contains(version)) return;
            entry.Written = version;
            entry.Since = time.GetTimestamp();
            entry.InRunningList = false;
        }
    }

    /// <summary>The object was read live during a reconcile: the cache has to reach that version, or has done so already.</summary>
    public void ReadLive(ObjectKey key, string? version)
    {
        lock (_gate)
        {
            var entry = _entries[key];
            if (version is not null && entry.Observed.Contains(version)) Clear(key, entry);
        }
        Wrote(key, version);
    }

    /// <summary>How long the cache has been behind the last write to the key; null when it is not.</summary>
    public TimeSpan? Behind(ObjectKey key)
    {
        lock (_gate)
        {
            return _entries.TryGetValue(key, out var entry) && entry.Written is not null ? time.GetElapsedTime(entry.Since) : null;
        }
    }

    /// <summary>A reconcile of the key waits for the cache.</summary>
    /// <returns>False when the cache has caught up meanwhile: there is nothing to wait for, and no event will come.</returns>
    public bool HoldBack(ObjectKey key)
    {
        lock (_gate)
        {
            if (!_entries.TryGetValue(key, out var entry) || entry.Written is null) return false;
            return entry.HeldBack = true;
        }
    }

    /// <inheritdoc />
    public void Observed(ObjectKey key, string? version)
    {
        lock (_gate)
        {
            if (!_entries.TryGetValue(key, out var entry)) return;
            if (entry.Reconciles > 0)
            {
                entry.Deleted = version is null;
                if (version is not null) entry.Observed.Add(version);
            }
            if (entry.Written is null || (version is not null && version != entry.Written)) return;
            if (!Clear(key, entry)) return;
        }
        CaughtUp?.Invoke(key);
    }

    /// <inheritdoc />
    public void ListStarted()
    {
        lock (_gate)
        {
            foreach (var entry in _entries.Values) entry.InRunningList = entry.Written is not null;
        }
    }

    /// <inheritdoc />
    public void Listed()
    {
        List<ObjectKey> caughtUp;
        lock (_gate)
        {
            var listed = _entries.Where(e => e.Value is { Written: not null, InRunningList: true }).ToList();
            caughtUp = [.. listed.Where(e => Clear(e.Key, e.Value)).Select(e => e.Key)];
        }
        foreach (var key in caughtUp) CaughtUp?.Invoke(key);
    }

    /// <returns>Whether a reconcile was held back.</returns>
    private bool Clear(ObjectKey key, Entry entry)
    {
        var heldBack = entry.HeldBack;
        entry.Written = null;
        entry.InRunningList = false;
        entry.HeldBack = false;
        if (entry.Reconciles == 0) _entries.Remove(key);
        return heldBack;
    }

    private sealed class Entry
    {
        /// <summary>How many reconciles of the key are running (of different controllers).</summary>
        public int Reconciles { get; set; }

        /// <summary>What the informer has seen since the first of them began.</summary>
        public HashSet<string> Observed { get; } = new(StringComparer.Ordinal);

        /// <summary>Whether the last that it has seen since was a deletion.</summary>
        public bool Deleted { get; set; }

        /// <summary>The version that the cache has not reached; null when it is not behind.</summary>
        public string? Written { get; set; }

        /// <summary>When that version was written.</summary>
        public long Since { get; set; }

        /// <summary>Whether a reconcile waits for that version.</summary>
        public bool HeldBack { get; set; }

        /// <summary>Whether the list that is running began after the write.</summary>
        public bool InRunningList { get; set; }
    }
}
