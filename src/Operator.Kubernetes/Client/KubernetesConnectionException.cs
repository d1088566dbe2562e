using System.Net;

namespace Operator.Kubernetes;

/// <summary>
/// The API server could not be reached, its certificate was not accepted, or it broke off its answer. The message names the server,
/// what failed, and where in the configuration the address or certificate came from.
/// </summary>
public sealed class KubernetesConnectionException : HttpRequestException
{
    /// <summary>Creates the error.</summary>
    /// <param name="server">The server's address.</param>
    /// <param name="message">What failed and what to check.</param>
    /// <param name="error">The kind of failure.</param>
    /// <param name="inner">The failure underneath.</param>
    /// <param name="statusCode">The HTTP status, where there was one.</param>
    public KubernetesConnectionException(
        Uri server, string message, HttpRequestError error, Exception? inner = null, HttpStatusCode? statusCode = null)
        : base(error, message, inner, statusCode) => Server = server;

    /// <summary>The server's address.</summary>
    public Uri Server { get; }

    /// <summary>No answer came in time.</summary>
    public bool IsTimeout => InnerException is TimeoutException;
}
