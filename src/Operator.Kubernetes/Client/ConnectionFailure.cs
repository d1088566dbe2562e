using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text.Json;
using Operator.Kubernetes.Configuration;
using Operator.Kubernetes.Serialization;

namespace Operator.Kubernetes;

/// <summary>Says in words what went wrong between here and the server, and which field of the configuration is behind it.</summary>
internal static class ConnectionFailure
{
    public static KubernetesConnectionException TimedOut(KubernetesClientConfiguration configuration, ApiRequest request, Exception error) =>
        new(configuration.Server,
            $"{configuration.Server} did not answer {request} in time (address from {configuration.ServerOrigin}).",
            HttpRequestError.Unknown, new TimeoutException("The request timed out.", error));

    /// <summary>The error for a failure below HTTP, or null where it is none.</summary>
    public static KubernetesConnectionException? Describe(KubernetesClientConfiguration configuration, ApiRequest request, Exception error) =>
        error switch
        {
            KubernetesConnectionException or UnreadableObjectException => null,
            HttpRequestException http => new(
                configuration.Server, Text(configuration, request, http), http.HttpRequestError, http, http.StatusCode),
            JsonException => new(
                configuration.Server,
                $"{configuration.Server} answered {request} with something that is not the API's JSON: {error.Message}",
                HttpRequestError.InvalidResponse, error),
            InvalidDataException => new(
                configuration.Server,
                $"The answer of {configuration.Server} to {request} cannot be read: {error.Message}",
                HttpRequestError.ConfigurationLimitExceeded, error),
            IOException => new(
                configuration.Server,
                $"{configuration.Server} broke off its answer to {request}: {error.Message}",
                (error as HttpIOException)?.HttpRequestError ?? HttpRequestError.ResponseEnded, error),
            _ => null,
        };

    private static string Text(KubernetesClientConfiguration configuration, ApiRequest request, HttpRequestException error)
    {
        var server = configuration.Server;
        var origin = configuration.ServerOrigin;
        if (Find<AuthenticationException>(error) is { } tls) return Tls(configuration, tls);
        if (Find<SocketException>(error) is { } socket)
        {
            return socket.SocketErrorCode switch
            {
                SocketError.ConnectionRefused => $"{server} refused the connection: is the API server running there? (address from {origin})",
                SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain =>
                    $"the host name of {server} cannot be resolved (address from {origin})",
                _ => $"{server} cannot be reached: {socket.Message} (address from {origin})",
            };
        }
        return error.HttpRequestError switch
        {
            HttpRequestError.ProxyTunnelError =>
                $"the proxy {configuration.Proxy} in front of {server} refused the connection: {error.Message} (address from {origin})",
            HttpRequestError.SecureConnectionError => $"no secure connection to {server}: {Innermost(error).Message} (address from {origin})",
            _ => $"{request} to {server} failed: {Innermost(error).Message} (address from {origin})",
        };
    }

    private static string Tls(KubernetesClientConfiguration configuration, AuthenticationException error)
    {
        var server = configuration.Server;
        var text = Innermost(error).Message;
        if (text.Contains("RemoteCertificateNameMismatch", StringComparison.Ordinal))
        {
            var name = configuration.TlsServerName ?? server.Host;
            return $"the certificate of {server} is not for '{name}' (address from {configuration.ServerOrigin}): "
                + "correct the address, or set tls-server-name to a name in the certificate. " + text;
        }
        return configuration.CertificateAuthorityOrigin is { } origin
            ? $"the certificate of {server} is not signed by the certificate authority from {origin}, or is not valid now: {text}"
            : $"the certificate of {server} was not accepted, and the configuration names no certificate authority "
                + $"(address from {configuration.ServerOrigin}): {text}";
    }

    private static Exception Innermost(Exception error) => error.InnerException is { } inner ? Innermost(inner) : error;

    private static T? Find<T>(Exception? error)
        where T : Exception => error is null ? null : error as T ?? Find<T>(error.InnerException);
}
