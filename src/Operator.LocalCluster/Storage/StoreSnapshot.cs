using System.Collections.Immutable;

namespace Operator.LocalCluster.Storage;

/// <summary>The objects of one resource at one revision.</summary>
/// <param name="Objects">All objects in the order of lists.</param>
/// <param name="Revision">The global revision at which they looked so.</param>
internal readonly record struct StoreSnapshot(ImmutableSortedSet<StoredObject> Objects, long Revision)
{
    /// <summary>The index of the first object whose key is not before <paramref name="key"/>.</summary>
    public int IndexOf(string key)
    {
        var index = Objects.IndexOf(StoredObject.Probe(key));
        return index < 0 ? ~index : index;
    }

    /// <summary>The range of indexes that one namespace takes; all of them where it is null.</summary>
    public (int Start, int End) Range(string? ns) =>
        string.IsNullOrEmpty(ns) ? (0, Objects.Count) : (IndexOf(ns + "/"), IndexOf(ns + "0"));
}

/// <summary>A revision is older than the history that is kept.</summary>
internal sealed class RevisionExpiredException(long requested, long compacted)
    : Exception($"Revision {requested} has been compacted; the oldest is {compacted}.")
{
    /// <summary>The revision that was asked for.</summary>
    public long Requested { get; } = requested;

    /// <summary>The oldest revision that can be asked for.</summary>
    public long Compacted { get; } = compacted;
}

/// <summary>A revision has not happened yet.</summary>
internal sealed class RevisionTooLargeException(long requested, long current)
    : Exception($"Revision {requested} is in the future; the present one is {current}.")
{
    /// <summary>The revision that was asked for.</summary>
    public long Requested { get; } = requested;

    /// <summary>The present revision.</summary>
    public long Current { get; } = current;
}
