namespace Operator.Kubernetes;

/// <summary>Which objects a list returns.</summary>
public record ListOptions
{
    /// <summary>The namespace; null lists all namespaces, or cluster-scoped objects.</summary>
    public string? Namespace { get; init; }

    /// <summary>A label selector in the API's own form, such as <c>app=web,tier in (a,b)</c>.</summary>
    public string? LabelSelector { get; init; }

    /// <summary>A field selector, such as <c>metadata.name=a</c>.</summary>
    public string? FieldSelector { get; init; }

    /// <summary>The largest number of items of a page; null for all.</summary>
    public int? Limit { get; init; }

    /// <summary>The token of the next page, from <see cref="Models.V1ListMeta.Continue"/>.</summary>
    public string? Continue { get; init; }

    /// <summary>The version that the answer must not be older than, or be exactly; see <see cref="ResourceVersionMatch"/>.</summary>
    public string? ResourceVersion { get; init; }

    /// <summary><c>NotOlderThan</c> or <c>Exact</c>; null for the server's default.</summary>
    public string? ResourceVersionMatch { get; init; }
}

/// <summary>Which objects a watch follows, and from where.</summary>
public sealed record WatchOptions
{
    /// <summary>The namespace; null watches all namespaces, or cluster-scoped objects.</summary>
    public string? Namespace { get; init; }

    /// <summary>A label selector; objects that leave it arrive as deleted.</summary>
    public string? LabelSelector { get; init; }

    /// <summary>A field selector.</summary>
    public string? FieldSelector { get; init; }

    /// <summary>The version after which events start; null starts with the present objects as added.</summary>
    public string? ResourceVersion { get; init; }

    /// <summary>Whether the server may send bookmarks: events that carry a version and no object.</summary>
    public bool AllowBookmarks { get; init; } = true;

    /// <summary>When the server closes the watch; null for its default. Whole seconds on the wire.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Streams the present objects first, then a bookmark that marks their end.</summary>
    public bool SendInitialEvents { get; init; }
}

/// <summary>How an object is written.</summary>
public record WriteOptions
{
    /// <summary>Runs admission and validation and stores nothing.</summary>
    public bool DryRun { get; init; }

    /// <summary>The name under which the fields are owned; null for the client's own.</summary>
    public string? FieldManager { get; init; }

    /// <summary><c>Strict</c>, <c>Warn</c> or <c>Ignore</c>; null for the server's default.</summary>
    public string? FieldValidation { get; init; }
}

/// <summary>How a patch is sent.</summary>
public sealed record PatchOptions : WriteOptions
{
    /// <summary><c>status</c> or <c>scale</c>; null patches the object itself.</summary>
    public string? Subresource { get; init; }

    /// <summary>Takes fields over from other managers; for apply patches only.</summary>
    public bool Force { get; init; }
}

/// <summary>How an object is deleted.</summary>
public sealed record DeleteOptions
{
    /// <summary>Deletes only the object with this UID.</summary>
    public string? Uid { get; init; }

    /// <summary>Deletes only this version of the object.</summary>
    public string? ResourceVersion { get; init; }

    /// <summary><c>Background</c>, <c>Foreground</c> or <c>Orphan</c>; null for the kind's default.</summary>
    public string? PropagationPolicy { get; init; }

    /// <summary>Seconds of grace; null for the kind's default, zero to delete at once.</summary>
    public int? GracePeriodSeconds { get; init; }

    /// <summary>Runs admission and validation and deletes nothing.</summary>
    public bool DryRun { get; init; }
}
