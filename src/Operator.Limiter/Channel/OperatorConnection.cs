using System.Net.Http.Headers;
using System.Net.Security;
using System.Net.Sockets;
using Operator.Contract;
using Operator.Limiter.Hosting;

namespace Operator.Limiter.Channel;

/// <summary>
/// The connection to the operator. Stream and reports share it, so both reach the same replica; after trouble it is replaced, and the
/// service may lead the new one to another. Safe for several threads.
/// </summary>
internal sealed class OperatorConnection : IDisposable
{
    private const int MaxTokenBytes = 64 * 1024;

    /// <summary>How long a token that was read is used on the same connection. The kubelet renews it long before it expires.</summary>
    private static readonly TimeSpan TokenAge = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly Uri _stream;
    private readonly Uri _report;
    private readonly string _tokenFile;
    private readonly OperatorTrust _trust;
    private readonly Func<System.Net.IPEndPoint>? _endPoint;
    private HttpClient _client;
    private (AuthenticationHeaderValue Value, long Read)? _token;
    private bool _disposed;

    public OperatorConnection(Uri address, LimiterOptions options, TimeProvider time)
    {
        _time = time;
        (_stream, _report) = (new Uri(address, ChannelProtocol.ConfigurationPath), new Uri(address, ChannelProtocol.ReportPath));
        _tokenFile = Path.Combine(options.Directory, LimiterPod.TokenFile);
        _trust = new OperatorTrust(Path.Combine(options.Directory, LimiterPod.AuthorityFile));
        _endPoint = options.OperatorEndPoint;
        _client = Open();
    }

    /// <summary>The connection in use.</summary>
    public HttpClient Current
    {
        get { lock (_gate) return _client; }
    }

    /// <summary>A request for the stream, with the pod's token.</summary>
    /// <exception cref="IOException">There is no token, or it cannot be read.</exception>
    public HttpRequestMessage Stream() => Request(HttpMethod.Get, _stream);

    /// <summary>A request with a report, with the pod's token.</summary>
    /// <exception cref="IOException">There is no token, or it cannot be read.</exception>
    public HttpRequestMessage Report() => Request(HttpMethod.Post, _report);

    /// <summary>Opens another connection, unless that was done since <paramref name="seen"/> was taken.</summary>
    public void Replace(HttpClient seen)
    {
        lock (_gate)
        {
            if (_disposed || !ReferenceEquals(seen, _client)) return;
            (_client, _token) = (Open(), null);
        }
        seen.Dispose();
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            _client.Dispose();
        }
    }

    private HttpRequestMessage Request(HttpMethod method, Uri address)
    {
        var request = new HttpRequestMessage(method, address)
        {
            Version = System.Net.HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        request.Headers.Authorization = Token();
        return request;
    }

    /// <summary>The token: after trouble, and at the latest after <see cref="TokenAge"/>, as it is in the file now.</summary>
    private AuthenticationHeaderValue Token()
    {
        lock (_gate)
        {
            if (_token is { } known && _time.GetElapsedTime(known.Read) < TokenAge) return known.Value;
        }
        var now = _time.GetTimestamp();
        var value = Read();
        lock (_gate) _token = (value, now);
        return value;
    }

    private AuthenticationHeaderValue Read()
    {
        string token;
        try
        {
            token = File.ReadAllText(_tokenFile).Trim();
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException($"{_tokenFile} cannot be read", e);
        }
        if (token.Length > MaxTokenBytes) throw new IOException($"{_tokenFile} is too large for a token");
        if (token.Length == 0) throw new IOException($"{_tokenFile} is empty");
        if (token.AsSpan().ContainsAnyExceptInRange('!', '~')) throw new IOException($"{_tokenFile} holds no token");
        return new AuthenticationHeaderValue("Bearer", token);
    }

    private HttpClient Open()
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            ConnectTimeout = TimeSpan.FromSeconds(5),
            PooledConnectionLifetime = Timeout.InfiniteTimeSpan,
            KeepAlivePingDelay = ChannelProtocol.Heartbeat,
            KeepAlivePingTimeout = ChannelProtocol.Heartbeat,
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
        };
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, chain, errors) => _trust.Accepts(certificate, chain, errors);
        handler.SslOptions.ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11];
        if (_endPoint is { } endPoint)
        {
            handler.ConnectCallback = async (_, cancellation) =>
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                try
                {
                    await socket.ConnectAsync(endPoint(), cancellation).ConfigureAwait(false);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            };
        }
        return new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = ChannelProtocol.MaxReportBytes };
    }
}
