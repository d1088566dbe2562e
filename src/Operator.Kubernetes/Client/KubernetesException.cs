using System.Net;
using Operator.Kubernetes.Models;

namespace Operator.Kubernetes;

/// <summary>An error that the API server answered, with its Status.</summary>
public sealed class KubernetesException : Exception
{
    private readonly TimeSpan? _retryAfter;

    /// <summary>Creates the error from the server's answer.</summary>
    /// <param name="statusCode">The HTTP status code.</param>
    /// <param name="status">The server's Status; its message becomes the exception's.</param>
    public KubernetesException(HttpStatusCode statusCode, V1Status status)
        : this(statusCode, status, null, null)
    {
    }

    /// <summary>Creates the error from the server's answer, with what the answer says beside its Status.</summary>
    /// <param name="statusCode">The HTTP status code.</param>
    /// <param name="status">The server's Status.</param>
    /// <param name="retryAfter">The answer's Retry-After; null where it has none.</param>
    /// <param name="message">A message that says more than the Status's own; null for that one.</param>
    /// <param name="inner">The failure underneath, such as a body that could not be read.</param>
    public KubernetesException(
        HttpStatusCode statusCode, V1Status status, TimeSpan? retryAfter, string? message, Exception? inner = null)
        : base(message ?? status?.Message ?? statusCode.ToString(), inner)
    {
        StatusCode = statusCode;
        Status = status ?? new V1Status { Code = (int)statusCode };
        _retryAfter = retryAfter;
    }

    /// <summary>The HTTP status code.</summary>
    public HttpStatusCode StatusCode { get; }

    /// <summary>The server's Status. Where the answer was none (a proxy's page), one made from the HTTP status.</summary>
    public V1Status Status { get; }

    /// <summary>How long the server asks to wait before the next try; null when it does not say.</summary>
    public TimeSpan? RetryAfter =>
        _retryAfter ?? (Status.Details?.RetryAfterSeconds is > 0 and var seconds ? TimeSpan.FromSeconds(seconds) : null);

    /// <summary>The object, or the resource itself, does not exist (404).</summary>
    public bool IsNotFound => StatusCode == HttpStatusCode.NotFound;

    /// <summary>
    /// The object does not exist, while its resource does: the server names the object it did not find. A 404 without this is a
    /// kind that is not installed, or a wrong address.
    /// </summary>
    public bool IsObjectNotFound => IsNotFound && Status.Reason == "NotFound" && !string.IsNullOrEmpty(Status.Details?.Name);

    /// <summary>Somebody else changed the object, or fields are owned by another manager (409, not AlreadyExists).</summary>
    public bool IsConflict => StatusCode == HttpStatusCode.Conflict && Status.Reason != "AlreadyExists";

    /// <summary>An object of that name exists (409).</summary>
    public bool IsAlreadyExists => StatusCode == HttpStatusCode.Conflict && Status.Reason == "AlreadyExists";

    /// <summary>The asked version is no longer served: list again (410, reason Expired or Gone).</summary>
    public bool IsExpired => StatusCode == HttpStatusCode.Gone || Status.Reason is "Expired" or "Gone";

    /// <summary>The server asks for fewer requests (429).</summary>
    public bool IsTooManyRequests => StatusCode == HttpStatusCode.TooManyRequests;

    /// <summary>The credentials were not accepted (401).</summary>
    public bool IsUnauthorized => StatusCode == HttpStatusCode.Unauthorized;

    /// <summary>The caller may not do this (403).</summary>
    public bool IsForbidden => StatusCode == HttpStatusCode.Forbidden;

    /// <summary>
    /// Nothing more can be made in the namespace: it is being deleted (403 with that cause) or is gone (404 that names it, not the
    /// object). Trying again is of no use; the objects in it are deleted next.
    /// </summary>
    public bool IsNamespaceEnding =>
        (IsForbidden && Status.Details?.Causes?.Any(c => c.Reason == "NamespaceTerminating") == true)
        || (IsNotFound && Status.Details is { Kind: "namespaces" });

    /// <summary>The object is not valid (422); the causes of the Status name the fields.</summary>
    public bool IsInvalid => StatusCode == HttpStatusCode.UnprocessableEntity;
}
