using System.Net;
using Operator.Kubernetes.Models;

namespace Operator.Kubernetes;

/// <summary>An error that the API server answered, with its Status.</summary>
public sealed class KubernetesException : Exception
{
    /// <summary>Creates the error from the server's answer.</summary>
    /// <param name="statusCode">The HTTP status code.</param>
    /// <param name="status">The server's Status; its message becomes the exception's.</param>
    public KubernetesException(HttpStatusCode statusCode, V1Status status)
        : base(status?.Message ?? statusCode.ToString())
    {
        StatusCode = statusCode;
        Status = status ?? new V1Status { Code = (int)statusCode };
    }

    /// <summary>The HTTP status code.</summary>
    public HttpStatusCode StatusCode { get; }

    /// <summary>The server's Status.</summary>
    public V1Status Status { get; }

    /// <summary>The object, or the resource itself, does not exist (404).</summary>
    public bool IsNotFound => StatusCode == HttpStatusCode.NotFound;

    /// <summary>Somebody else changed the object, or fields are owned by another manager (409, not AlreadyExists).</summary>
    public bool IsConflict => StatusCode == HttpStatusCode.Conflict && Status.Reason != "AlreadyExists";

    /// <summary>An object of that name exists (409).</summary>
    public bool IsAlreadyExists => StatusCode == HttpStatusCode.Conflict && Status.Reason == "AlreadyExists";

    /// <summary>The asked version is no longer served: list again (410, reason Expired or Gone).</summary>
    public bool IsExpired => StatusCode == HttpStatusCode.Gone || Status.Reason is "Expired" or "Gone";

    /// <summary>The server asks for fewer requests (429).</summary>
    public bool IsTooManyRequests => StatusCode == HttpStatusCode.TooManyRequests;
}
