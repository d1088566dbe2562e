using System.Net;
using System.Text.Json;
using Operator.Kubernetes;

namespace Operator.Runtime.Watching;

/// <summary>How a list or a watch failed, as far as the reflector acts differently on it.</summary>
internal enum WatchFailureKind
{
    /// <summary>No answer, or the connection broke: the version in hand is still good.</summary>
    Unreachable,

    /// <summary>No end of the stream within the time that the server promised: the connection is half open.</summary>
    HalfOpen,

    /// <summary>The version in hand is no longer, or not yet, served: list again.</summary>
    VersionUnavailable,

    /// <summary>The server asks for fewer requests.</summary>
    Throttled,

    /// <summary>The server failed (5xx): the version in hand is still good.</summary>
    ServerError,

    /// <summary>Not authenticated or not authorized: trying again helps only once somebody grants the right.</summary>
    Denied,

    /// <summary>The request, or an answer, made no sense (other 4xx, unreadable events): start over.</summary>
    Invalid,
}

/// <summary>A failure of a list or a watch.</summary>
/// <param name="Kind">What the reflector acts on.</param>
/// <param name="RetryAfter">The shortest pause that the server asked for; null when it asked for none.</param>
internal readonly record struct WatchFailure(WatchFailureKind Kind, TimeSpan? RetryAfter = null)
{
    /// <summary>The one place that knows what an exception of a list or watch means.</summary>
    public static WatchFailure Classify(Exception exception) => exception switch
    {
        KubernetesException e => OfStatus(e),
        OperationCanceledException or TimeoutException => new(WatchFailureKind.HalfOpen),
        JsonException or InvalidDataException or FormatException or NotSupportedException or ArgumentException => new(WatchFailureKind.Invalid),
        // Refused, reset, unresolved, TLS: HttpRequestException, IOException, SocketException and what they wrap.
        _ => new(WatchFailureKind.Unreachable),
    };

    private static WatchFailure OfStatus(KubernetesException e)
    {
        TimeSpan? retryAfter = e.Status.Details?.RetryAfterSeconds is > 0 and var seconds ? TimeSpan.FromSeconds(seconds) : null;
        var kind = e switch
        {
            { IsExpired: true } => WatchFailureKind.VersionUnavailable,
            { IsTooManyRequests: true } => WatchFailureKind.Throttled,
            { StatusCode: HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden } => WatchFailureKind.Denied,
            // A version from before a restored backup is "too large": it may never come, so only a list helps.
            _ when e.Status.Details?.Causes?.Any(c => c.Reason == "ResourceVersionTooLarge") == true => WatchFailureKind.VersionUnavailable,
            { StatusCode: >= HttpStatusCode.InternalServerError } => WatchFailureKind.ServerError,
            _ => WatchFailureKind.Invalid,
        };
        return new WatchFailure(kind, retryAfter);
    }
}
