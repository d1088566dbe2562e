using Operator.LocalCluster.Api;
using Operator.LocalCluster.Storage;

namespace Operator.LocalCluster.Watching;

/// <summary>Turns writes into the events of one watch: what enters its selection is ADDED, what leaves it is DELETED.</summary>
internal sealed class WatchFilter(string ns, ListOptions options)
{
    /// <summary>Whether an object belongs to the watch.</summary>
    public bool Matches(StoredObject value) =>
        (ns.Length == 0 || value.Namespace == ns)
        && options.Labels.Matches(value.Labels)
        && (options.Fields.IsEverything || options.Fields.Matches(value));

    /// <summary>The event to send; null where the watch does not see the write.</summary>
    public (string Name, StoredObject Object)? Classify(StoreEvent stored)
    {
        var before = stored.Previous is not null && Matches(stored.Previous);
        var after = stored.Type != StoreEventType.Deleted && Matches(stored.Object);
        return (before, after) switch
        {
            (false, true) => ("ADDED", stored.Object),
            (true, true) => ("MODIFIED", stored.Object),
            // An object that left the selection is shown as it was, with the version of the write that took it out.
            (true, false) => ("DELETED", stored.Type == StoreEventType.Deleted ? stored.Object : stored.Previous!.At(stored.Revision)),
            _ => null,
        };
    }
}
