using System.Collections.Immutable;

namespace Operator.LocalCluster.Storage;

/// <summary>What a write did to an object.</summary>
internal enum StoreEventType
{
    /// <summary>The object is new.</summary>
    Added,

    /// <summary>The object changed.</summary>
    Modified,

    /// <summary>The object is gone; it carries its last state with the revision of the deletion.</summary>
    Deleted,
}

/// <summary>One committed write.</summary>
/// <param name="Type">What happened.</param>
/// <param name="StorageKey">Which resource.</param>
/// <param name="Object">The object after the write; its last state for a deletion.</param>
/// <param name="Previous">The object before the write; null for a new one.</param>
/// <param name="After">All objects of the resource after the write: what a list of this revision shows.</param>
internal sealed record StoreEvent(
    StoreEventType Type, string StorageKey, StoredObject Object, StoredObject? Previous, ImmutableSortedSet<StoredObject> After)
{
    /// <summary>The global revision of the write.</summary>
    public long Revision => Object.Revision;
}
