using System.Collections.Concurrent;
using Operator.Runtime.Caching;

namespace Operator.Runtime.Reconciling;

/// <summary>The write trackers of all kinds that have controllers.</summary>
internal sealed class WriteTrackers
{
    private readonly ConcurrentDictionary<Type, WriteTracker[]> _trackers = new();

    public void Add<T>(WriteTracker tracker) => _trackers.AddOrUpdate(typeof(T), [tracker], (_, known) => [.. known, tracker]);

    public void Wrote<T>(ObjectKey key, string? version)
    {
        if (!_trackers.TryGetValue(typeof(T), out var trackers)) return;
        foreach (var tracker in trackers) tracker.Wrote(key, version);
    }
}
