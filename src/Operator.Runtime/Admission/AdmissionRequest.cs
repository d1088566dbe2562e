using System.Text.Json;

namespace Operator.Runtime.Admission;

/// <summary>What the API server is asked to do, and now asks about.</summary>
public enum AdmissionOperation
{
    /// <summary>An object is created.</summary>
    Create,

    /// <summary>An object is changed.</summary>
    Update,

    /// <summary>An object is deleted.</summary>
    Delete,

    /// <summary>A connection to an object is opened, such as exec or proxy.</summary>
    Connect,
}

/// <summary>A group, a version, and a kind or resource within them.</summary>
/// <param name="Group">The API group; empty for the core group.</param>
/// <param name="Version">The version within the group.</param>
/// <param name="Name">The kind, or the plural resource name.</param>
public sealed record GroupVersionName(string Group, string Version, string Name)
{
    /// <summary><c>group/version, name</c>, for people to read.</summary>
    public override string ToString() => Group.Length == 0 ? $"{Version}, {Name}" : $"{Group}/{Version}, {Name}";
}

/// <summary>Who sent the request to the API server.</summary>
/// <param name="Username">The name; a service account's is <c>system:serviceaccount:namespace:name</c>.</param>
/// <param name="Uid">The UID; may be empty.</param>
/// <param name="Groups">The groups.</param>
/// <param name="Extra">What the authenticator adds.</param>
public sealed record AdmissionUser(
    string Username, string Uid, IReadOnlyList<string> Groups, IReadOnlyDictionary<string, IReadOnlyList<string>> Extra);

/// <summary>The request of an AdmissionReview.</summary>
public sealed record AdmissionRequest
{
    /// <summary>Names this one question; the answer repeats it.</summary>
    public required string Uid { get; init; }

    /// <summary>What is asked for.</summary>
    public required AdmissionOperation Operation { get; init; }

    /// <summary>The kind of <see cref="Object"/>, in the version that the webhook is registered for.</summary>
    public required GroupVersionName Kind { get; init; }

    /// <summary>The resource of the request.</summary>
    public required GroupVersionName Resource { get; init; }

    /// <summary>The subresource, such as <c>status</c> or <c>scale</c>; empty for the object itself.</summary>
    public string SubResource { get; init; } = "";

    /// <summary>The object's name; empty when the server is to make one from <c>generateName</c>.</summary>
    public string Name { get; init; } = "";

    /// <summary>The namespace; null for cluster-scoped objects.</summary>
    public string? Namespace { get; init; }

    /// <summary>Nothing will be stored: the webhook must leave no trace either.</summary>
    public bool DryRun { get; init; }

    /// <summary>Who asks.</summary>
    public required AdmissionUser User { get; init; }

    /// <summary>The new object as the API server sent it; null for deletions.</summary>
    public JsonElement? Object { get; init; }

    /// <summary>The object as it is stored; null for creations.</summary>
    public JsonElement? OldObject { get; init; }

    /// <summary>The options of the operation, such as <c>CreateOptions</c>.</summary>
    public JsonElement? Options { get; init; }
}
