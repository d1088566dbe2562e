using System.Net;
using Operator.Kubernetes;
using Operator.Kubernetes.Models;

namespace Operator.Runtime.Tests.Fakes;

/// <summary>Answers of an API server.</summary>
public static class FakeErrors
{
    public static KubernetesException Expired() => Status(HttpStatusCode.Gone, "Expired", "too old resource version");

    public static KubernetesException NotFound(string resource, string name) =>
        new(HttpStatusCode.NotFound, new V1Status { Code = 404, Reason = "NotFound", Message = $"{resource} \"{name}\" not found", Details = new V1StatusDetails { Name = name, Kind = resource } });

    public static KubernetesException Conflict() =>
        Status(HttpStatusCode.Conflict, "Conflict", "the object has been modified; please apply your changes to the latest version and try again");

    public static KubernetesException AlreadyExists() => Status(HttpStatusCode.Conflict, "AlreadyExists", "already exists");

    public static KubernetesException TooManyRequests(int? retryAfter = null) =>
        new(HttpStatusCode.TooManyRequests, new V1Status { Code = 429, Reason = "TooManyRequests", Message = "slow down", Details = new V1StatusDetails { RetryAfterSeconds = retryAfter } });

    public static KubernetesException Status(HttpStatusCode code, string reason, string message = "", V1StatusDetails? details = null) =>
        new(code, new V1Status { Code = (int)code, Reason = reason, Message = message, Details = details });

    public static HttpRequestException Refused() => new(HttpRequestError.ConnectionError, "connection refused");
}
