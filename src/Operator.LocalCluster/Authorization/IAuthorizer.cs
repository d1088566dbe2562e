namespace Operator.LocalCluster.Authorization;

/// <summary>Tells whether a user may do something.</summary>
internal interface IAuthorizer
{
    /// <summary>Decides about one request.</summary>
    ValueTask<AuthorizationDecision> AuthorizeAsync(AuthorizationAttributes attributes, CancellationToken cancellationToken);
}

/// <summary>What a request wants to do.</summary>
internal sealed record AuthorizationAttributes
{
    /// <summary>Who asks.</summary>
    public required UserInfo User { get; init; }

    /// <summary>The verb: get, list, watch, create, update, patch, delete, deletecollection; lower-case HTTP method for other paths.</summary>
    public required string Verb { get; init; }

    /// <summary>The namespace; empty for cluster-scoped requests and for all namespaces.</summary>
    public string Namespace { get; init; } = "";

    /// <summary>The API group; empty for the core group.</summary>
    public string Group { get; init; } = "";

    /// <summary>The resource in the plural; empty when <see cref="Path"/> is set.</summary>
    public string Resource { get; init; } = "";

    /// <summary>The subresource; empty for the object itself.</summary>
    public string Subresource { get; init; } = "";

    /// <summary>The object's name; empty where the request names none.</summary>
    public string Name { get; init; } = "";

    /// <summary>The path of a request that is about no resource, such as <c>/version</c>; null otherwise.</summary>
    public string? Path { get; init; }
}

/// <summary>The answer to an authorization question.</summary>
/// <param name="Allowed">Whether the request may proceed.</param>
/// <param name="Reason">Why, in the words of the RBAC authorizer; empty when nothing allows it.</param>
internal readonly record struct AuthorizationDecision(bool Allowed, string Reason);
