using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Operator.Limiter.Forwarding;

/// <summary>The connections to the one upstream that the configuration names.</summary>
internal sealed class UpstreamClient : IDisposable
{
    /// <summary>Where nearly all requests go: its address is made once.</summary>
    private const string MessagesPath = "/v1/messages";

    private readonly HttpMessageInvoker _invoker;
    private readonly Uri _base;
    private readonly Uri _messages;
    private readonly bool _secure;

    /// <param name="upstream">The base address.</param>
    public UpstreamClient(Uri upstream)
    {
        _base = upstream;
        _messages = Target(MessagesPath);
        _secure = upstream.Scheme == Uri.UriSchemeHttps;
        _invoker = new HttpMessageInvoker(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = null,
            ConnectTimeout = TimeSpan.FromSeconds(5),
            // New connections follow what the name resolves to.
            PooledConnectionLifetime = TimeSpan.FromMinutes(10),
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(2),
            EnableMultipleHttp2Connections = true,
            KeepAlivePingDelay = TimeSpan.FromSeconds(20),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(10),
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
            MaxResponseHeadersLength = 64,
            // As they were read from the caller: what is not ASCII passes too.
            RequestHeaderEncodingSelector = static (_, _) => Encoding.UTF8,
            ResponseHeaderEncodingSelector = static (_, _) => Encoding.Latin1,
        });
    }

    /// <summary>A request to the upstream with the caller's method, path, query and headers.</summary>
    public HttpRequestMessage Request(HttpRequest from, HttpContent? content, string key, string? addedBeta = null)
    {
        var target = from.Path == MessagesPath && !from.QueryString.HasValue ? _messages : Target(from.Path.ToUriComponent() + from.QueryString.ToUriComponent());
        var request = new HttpRequestMessage(HttpMethod.Parse(from.Method), target)
        {
            Content = content,
            Version = _secure ? HttpVersion.Version20 : HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        HeaderRules.CopyRequest(from.Headers, request, key, addedBeta);
        return request;
    }

    private Uri Target(string pathAndQuery)
    {
        var target = new Uri(_base, _base.AbsolutePath.TrimEnd('/') + pathAndQuery);
        if (target.Host != _base.Host || target.Port != _base.Port) throw new InvalidOperationException("a path may not lead to another host");
        return target;
    }

    /// <summary>Sends; returns when the answer's headers are there.</summary>
    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellation) =>
        _invoker.SendAsync(request, cancellation);

    /// <summary>What an answer asks to wait; null when it does not.</summary>
    public static TimeSpan? RetryAfter(HttpResponseMessage response, DateTimeOffset now)
    {
        if (response.Headers.NonValidated.TryGetValues("retry-after-ms", out var ms)
            && double.TryParse(ms.ToString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var milliseconds))
        {
            return Bounded(milliseconds / 1_000);
        }
        if (!response.Headers.NonValidated.TryGetValues("retry-after", out var value)) return null;
        if (double.TryParse(value.ToString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds)) return Bounded(seconds);
        return DateTimeOffset.TryParse(value.ToString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            ? Bounded((at - now).TotalSeconds)
            : null;
    }

    public void Dispose() => _invoker.Dispose();

    private static TimeSpan? Bounded(double seconds) =>
        double.IsFinite(seconds) && seconds >= 0 ? TimeSpan.FromSeconds(Math.Min(seconds, 32 * 86_400)) : null;
}
