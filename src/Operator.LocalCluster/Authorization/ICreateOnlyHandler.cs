using System.Text.Json.Nodes;

namespace Operator.LocalCluster.Authorization;

/// <summary>A resource that can only be created, is answered at once and is never stored.</summary>
internal interface ICreateOnlyHandler
{
    /// <summary>The API group.</summary>
    string Group { get; }

    /// <summary>The API group of the kind: that of the resource, but for subresources of other groups.</summary>
    string KindGroup => Group;

    /// <summary>The version within the group.</summary>
    string Version { get; }

    /// <summary>The kind.</summary>
    string Kind { get; }

    /// <summary>
    /// The resource name in paths. With a slash it is a subresource that POST reaches, such as <c>serviceaccounts/token</c>.
    /// </summary>
    string Plural { get; }

    /// <summary>Whether the path carries a namespace.</summary>
    bool Namespaced { get; }

    /// <summary>Answers one request with 201 and the returned object.</summary>
    /// <param name="request">The user, where the request went and its body.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="Api.ApiException">The body is not valid.</exception>
    ValueTask<JsonObject> CreateAsync(CreateOnlyRequest request, CancellationToken cancellationToken);
}

/// <summary>One POST to a resource that is not stored.</summary>
/// <param name="User">Who asks.</param>
/// <param name="Namespace">The namespace of the path; empty where there is none.</param>
/// <param name="Name">The parent's name for a subresource; empty otherwise.</param>
/// <param name="Body">The decoded body.</param>
internal sealed record CreateOnlyRequest(UserInfo User, string Namespace, string Name, JsonObject Body);
