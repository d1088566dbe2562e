using Operator.LocalCluster.Resources;
using Operator.LocalCluster.Storage;

namespace Operator.LocalCluster.Api;

/// <summary>Finds the objects of a list.</summary>
internal sealed class ListVerb(ObjectStore store)
{
    /// <summary>One page.</summary>
    /// <param name="Objects">The objects that match.</param>
    /// <param name="Revision">The revision of the whole list.</param>
    /// <param name="Continue">The token of the next page; empty at the end.</param>
    /// <param name="Remaining">How many objects follow; null where the server does not know.</param>
    public sealed record Page(IReadOnlyList<StoredObject> Objects, long Revision, string Continue, long? Remaining);

    /// <summary>Lists.</summary>
    /// <param name="resource">The resource.</param>
    /// <param name="ns">The namespace; empty for all.</param>
    /// <param name="options">What is asked for.</param>
    /// <param name="stale">The old revision that a fault asks for; null for the present one.</param>
    /// <exception cref="ApiException">410: the version is not kept any more; 504: it is in the future; 400: a wrong token.</exception>
    public Page List(ResourceDefinition resource, string ns, ListOptions options, long? stale = null)
    {
        var version = options.Version();
        var token = options.Continue.Length > 0 ? ContinueToken.Decode(options.Continue) : (ContinueToken?)null;
        if (token is not null && version is > 0)
            throw ApiErrors.BadRequest("specifying resource version is not allowed when using continue");
        var snapshot = Snapshot(resource, options, version, token, stale);
        // A list "at any version" comes from the watch cache of a real server, which does not page.
        var limit = version == 0 ? 0 : options.Limit;

        var (start, end) = snapshot.Range(ns);
        if (token is { } from) start = Math.Max(start, snapshot.IndexOf(from.After + "\0"));
        var found = new List<StoredObject>();
        var selective = !options.Labels.IsEverything || !options.Fields.IsEverything;
        for (var i = start; i < end; i++)
        {
            var value = snapshot.Objects[i];
            if (selective && !(options.Labels.Matches(value.Labels) && options.Fields.Matches(value))) continue;
            if (limit > 0 && found.Count == limit)
            {
                var next = new ContinueToken(snapshot.Revision, found[^1].Key);
                return new(found, snapshot.Revision, next.Encode(), selective ? null : end - i);
            }
            found.Add(value);
        }
        return new(found, snapshot.Revision, "", null);
    }

    private StoreSnapshot Snapshot(
        ResourceDefinition resource, ListOptions options, long? version, ContinueToken? token, long? stale)
    {
                try
        {
            if (token is { Revision: >= 0 } page) return store.SnapshotAt(resource.StorageKey, page.Revision);
            if (token is not null) return store.Snapshot(resource.StorageKey);
            if (options.ResourceVersionMatch == "Exact") return store.SnapshotAt(resource.StorageKey, version!.Value);
            if (stale is { } old && old >= (version ?? 0)) return store.SnapshotAt(resource.StorageKey, old);
            var present = store.Snapshot(resource.StorageKey);
            return version > present.Revision ? throw new RevisionTooLargeException(version.Value, present.Revision) : present;
        }
        catch (RevisionExpiredException) when (token is { } page)
        {
            var restart = new ContinueToken(-1, page.After).Encode();
            throw new ApiException(410, "Expired",
                "The provided continue parameter is too old to display a consistent list result. You can start a new list without the "
                + "continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with "
                + "the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the "
                + "first chunk was returned and now may show up in the list.", null) { Continue = restart };
        }
        catch (RevisionExpiredException)
        {
            throw ApiErrors.Expired("The provided from parameter is too old to display a consistent list result. You must start a new list without the from.");
        }
        catch (RevisionTooLargeException error)
        {
            throw ApiErrors.TooLargeVersion(error.Requested, error.Current);
        }
    }
}
