namespace Operator.LocalCluster.Faults;

/// <summary>One request that reached the cluster.</summary>
/// <param name="Method">The HTTP method.</param>
/// <param name="Path">The path with its query.</param>
/// <param name="Verb">get, list, watch, create, update, patch, delete or deletecollection; empty for paths that name no resource.</param>
/// <param name="Group">The API group; empty for the core group.</param>
/// <param name="Resource">The plural name; empty for paths that name no resource.</param>
/// <param name="Subresource">The subresource; empty for the object itself.</param>
/// <param name="Namespace">The namespace; empty where the path has none.</param>
/// <param name="Name">The object's name; empty for collections.</param>
/// <param name="UserAgent">The client's own name.</param>
/// <param name="Time">When it arrived.</param>
public sealed record ClusterRequest(
    string Method, string Path, string Verb, string Group, string Resource, string Subresource, string Namespace, string Name,
    string UserAgent, DateTimeOffset Time);

/// <summary>Selects requests: what is null matches anything.</summary>
public sealed record RequestMatch
{
    /// <summary>Every request.</summary>
    public static RequestMatch Any { get; } = new();

    /// <summary>The verb, such as <c>update</c>.</summary>
    public string? Verb { get; init; }

    /// <summary>The API group; empty for the core group.</summary>
    public string? Group { get; init; }

    /// <summary>The plural name, such as <c>configmaps</c>.</summary>
    public string? Resource { get; init; }

    /// <summary>The subresource; empty for the object itself.</summary>
    public string? Subresource { get; init; }

    /// <summary>The namespace.</summary>
    public string? Namespace { get; init; }

    /// <summary>The object's name.</summary>
    public string? Name { get; init; }

    /// <summary>A further condition. It may be called from several threads.</summary>
    public Func<ClusterRequest, bool>? Where { get; init; }

    /// <summary>Whether a request is selected.</summary>
    public bool Matches(ClusterRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return (Verb is null || Verb == request.Verb)
            && (Group is null || Group == request.Group)
            && (Resource is null || Resource == request.Resource)
            && (Subresource is null || Subresource == request.Subresource)
            && (Namespace is null || Namespace == request.Namespace)
            && (Name is null || Name == request.Name)
            && (Where is null || Where(request));
    }
}
