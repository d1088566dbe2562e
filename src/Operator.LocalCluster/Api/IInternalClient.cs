using System.Text.Json.Nodes;

namespace Operator.LocalCluster.Api;

/// <summary>
/// The hand of the cluster's own parts (controllers, node, admission, authorizer) on its objects. It is authenticated and authorized
/// by nobody; everything else is as for any client: defaults, admission, validation, generation, finalizers, watches.
/// Every returned object belongs to the caller and may be changed.
/// </summary>
internal interface IInternalClient
{
    /// <summary>One object, or null when it does not exist.</summary>
    ValueTask<JsonObject?> GetAsync(GroupResource resource, string? ns, string name, CancellationToken cancellationToken);

    /// <summary>All objects of a resource, of one namespace or (null) of all.</summary>
    ValueTask<IReadOnlyList<JsonObject>> ListAsync(GroupResource resource, string? ns, CancellationToken cancellationToken);

    /// <summary>Creates the object in the namespace that its metadata names.</summary>
    /// <exception cref="ApiException">Refused as a request would be.</exception>
    ValueTask<JsonObject> CreateAsync(GroupResource resource, JsonObject value, CancellationToken cancellationToken);

    /// <summary>Replaces the object or, with a subresource, that part of it; a resourceVersion in the metadata is a precondition.</summary>
    /// <exception cref="ApiException">Refused as a request would be: 404, 409, 422.</exception>
    ValueTask<JsonObject> UpdateAsync(GroupResource resource, JsonObject value, string? subresource, CancellationToken cancellationToken);

    /// <summary>Deletes the object. Null where it did not exist, else the object as it was left (held by finalizers) or removed.</summary>
    /// <param name="resource">The resource.</param>
    /// <param name="ns">The namespace; null for cluster-scoped objects.</param>
    /// <param name="name">The name.</param>
    /// <param name="options">A DeleteOptions object (propagationPolicy, preconditions, gracePeriodSeconds); null for the defaults.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ApiException">A precondition failed (409).</exception>
    ValueTask<JsonObject?> DeleteAsync(
        GroupResource resource, string? ns, string name, JsonObject? options, CancellationToken cancellationToken);

    /// <summary>
    /// All present objects as <see cref="ObjectChangeType.Added"/>, then one <see cref="ObjectChangeType.Synced"/>, then every change,
    /// without loss and in order, until cancelled. Ends by itself when the resource is no longer served.
    /// </summary>
    IAsyncEnumerable<ObjectChange> WatchAsync(GroupResource resource, CancellationToken cancellationToken);
}

/// <summary>A resource without its version.</summary>
/// <param name="Group">The API group; empty for the core group.</param>
/// <param name="Plural">The resource name in paths.</param>
internal readonly record struct GroupResource(string Group, string Plural);

/// <summary>What happened to an object.</summary>
internal enum ObjectChangeType
{
    /// <summary>It exists.</summary>
    Added,

    /// <summary>It changed.</summary>
    Modified,

    /// <summary>It is gone.</summary>
    Deleted,

    /// <summary>All objects that were present at the start have been sent; there is no object.</summary>
    Synced,
}

/// <summary>One event of an internal watch.</summary>
/// <param name="Type">What happened.</param>
/// <param name="Object">The object after the change, or its last state; null for <see cref="ObjectChangeType.Synced"/>.</param>
internal readonly record struct ObjectChange(ObjectChangeType Type, JsonObject? Object);
