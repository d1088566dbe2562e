using Operator.LocalCluster.Storage;

namespace Operator.LocalCluster.Watching;

/// <summary>What a watch has to do next: an event, a bookmark or its end.</summary>
/// <param name="Event">A write; null for the rest.</param>
/// <param name="Bookmark">The revision of a bookmark; 0 for none.</param>
/// <param name="Ending">How to end; null to go on.</param>
internal readonly record struct WatchItem(StoreEvent? Event, long Bookmark = 0, WatchEnding? Ending = null);
