using System.Net;
using System.Net.Security;
using Operator.Kubernetes.Configuration;

namespace Operator.Kubernetes;

/// <summary>
/// The one HTTP handler of a client. Only when a credential plugin hands out another client certificate is it replaced, because a
/// certificate belongs to the connection; requests that are under way end on the former one.
/// </summary>
internal sealed class ClientConnections(KubernetesClientConfiguration configuration, KubernetesClientOptions options) : IDisposable
{
    private readonly Lock _gate = new();
    private HttpMessageInvoker? _current;
    private SslStreamCertificateContext? _certificate;
    private bool _disposed;

    /// <summary>The handler for a client certificate; null for none.</summary>
    public HttpMessageInvoker For(SslStreamCertificateContext? certificate)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, typeof(KubernetesClient));
            if (_current is not null && ReferenceEquals(certificate, _certificate)) return _current;
            _current?.Dispose();
            _certificate = certificate;
            return _current = options.Handler is { } handler
                ? new HttpMessageInvoker(Wrap(handler), disposeHandler: false)
                : new HttpMessageInvoker(Wrap(CreateHandler(certificate)), disposeHandler: true);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            _current?.Dispose();
            _current = null;
        }
    }

    private HttpMessageHandler Wrap(HttpMessageHandler handler) => options.WrapHandler?.Invoke(handler) ?? handler;

    private SocketsHttpHandler CreateHandler(SslStreamCertificateContext? certificate)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectTimeout = options.ConnectTimeout,
            EnableMultipleHttp2Connections = true,
            // A connection that died without a word is noticed within 45 seconds, while something waits on it.
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
            KeepAlivePingDelay = TimeSpan.FromSeconds(30),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(15),
            // New addresses and API servers behind a load balancer are found without a restart; streams under way are not cut.
            PooledConnectionLifetime = TimeSpan.FromMinutes(10),
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(2),
            SslOptions = TlsOptions.Create(configuration, certificate),
        };
        if (configuration.Proxy is { } proxy) handler.Proxy = new WebProxy(proxy);
        else if (configuration.Server.IsLoopback) handler.UseProxy = false;
        return handler;
    }
}
