using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.Logging;
using Operator.Kubernetes.Configuration;

namespace Operator.Kubernetes;

/// <summary>
/// Sends requests: credentials, timeouts, warnings, and the one place where failures become the library's typed errors.
/// </summary>
internal sealed partial class KubernetesTransport : IDisposable
{
    private readonly KubernetesClientConfiguration _configuration;
    private readonly KubernetesClientOptions _options;
    private readonly ClientConnections _connections;
    private readonly ProductInfoHeaderValue[] _userAgent;
    private readonly Warnings _warnings;
    private readonly ILogger _logger;
    private readonly Uri _server;

    public KubernetesTransport(KubernetesClientConfiguration configuration, KubernetesClientOptions options, ILogger logger)
    {
        _configuration = configuration;
        _options = options;
        _logger = logger;
        _server = configuration.BaseAddress;
        _connections = new ClientConnections(configuration, options);
        _warnings = new Warnings(options.OnWarning, logger);
        using var parsed = new HttpRequestMessage();
        parsed.Headers.UserAgent.ParseAdd(options.UserAgent ?? "claude-operator-kubernetes/0.1");
        _userAgent = [.. parsed.Headers.UserAgent];
    }

    /// <summary>Sends a request and reads its whole answer within <see cref="KubernetesClientOptions.RequestTimeout"/>.</summary>
    public async Task<TResult> SendAsync<TResult>(
        ApiRequest request, Func<Stream, CancellationToken, Task<TResult>> read, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(_options.RequestTimeout, _options.TimeProvider);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            using var response = await ExchangeAsync(request, linked.Token).ConfigureAwait(false);
            var body = await ResponseBody.OpenAsync(response, linked.Token).ConfigureAwait(false);
            await using (body.ConfigureAwait(false))
                return await read(body, linked.Token).ConfigureAwait(false);
        }
        catch (Exception error) when (Translate(error, request, deadline.Token, cancellationToken) is { } translated)
        {
            throw translated;
        }
    }

    /// <summary>Sends a request and returns once the answer's head is there; the caller reads and disposes it.</summary>
    public async Task<HttpResponseMessage> OpenAsync(ApiRequest request, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(_options.RequestTimeout, _options.TimeProvider);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            return await ExchangeAsync(request, linked.Token).ConfigureAwait(false);
        }
        catch (Exception error) when (Translate(error, request, deadline.Token, cancellationToken) is { } translated)
        {
            throw translated;
        }
    }

    /// <summary>
    /// The typed error for a failure, or null where the failure already says what it must: a cancellation by the caller,
    /// an answer of the server, an object that does not fit.
    /// </summary>
    public Exception? Translate(Exception error, ApiRequest request, CancellationToken deadline, CancellationToken caller)
    {
        if (error is OperationCanceledException)
        {
            if (caller.IsCancellationRequested) return new OperationCanceledException(error.Message, error, caller);
            // The handler's own connect timeout is a cancellation that nobody asked for.
            return deadline.IsCancellationRequested || error.InnerException is TimeoutException
                ? ConnectionFailure.TimedOut(_configuration, request, error)
                : null;
        }
        if (caller.IsCancellationRequested && error is HttpRequestException or IOException)
            return new OperationCanceledException("The call was cancelled.", error, caller);
        return ConnectionFailure.Describe(_configuration, request, error);
    }

    public void Dispose() => _connections.Dispose();

    private async Task<HttpResponseMessage> ExchangeAsync(ApiRequest request, CancellationToken cancellationToken)
    {
        var credential = await _configuration.Credentials.GetAsync(cancellationToken).ConfigureAwait(false);
        var response = await TryAsync(request, credential, cancellationToken).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.Unauthorized
            && await _configuration.Credentials.RefreshAsync(credential, cancellationToken).ConfigureAwait(false) is { } fresh)
        {
            response.Dispose();
            Log.CredentialsRefreshed(_logger, _configuration.Credentials.Origin);
            response = await TryAsync(request, fresh, cancellationToken).ConfigureAwait(false);
        }
        _warnings.Read(response);
        if (response.IsSuccessStatusCode) return response;
        using (response)
        {
            throw await ErrorReader.ReadAsync(
                response, request.ToString(), _configuration.Credentials.Origin, _options.TimeProvider.GetUtcNow(), cancellationToken)
                .ConfigureAwait(false);
        }
    }

    private async Task<HttpResponseMessage> TryAsync(ApiRequest request, Credential credential, CancellationToken cancellationToken)
    {
        using var message = request.ToMessage(_server);
        foreach (var product in _userAgent) message.Headers.UserAgent.Add(product);
        if (credential.Authorization is { } authorization) message.Headers.Authorization = authorization;
        // The handler takes the name for SNI and for checking the certificate from the Host header.
        if (_configuration.TlsServerName is { } name && _server.Scheme == Uri.UriSchemeHttps) message.Headers.Host = name;
        _configuration.Impersonation?.AddTo(message.Headers);
        var invoker = _connections.For(credential.ClientCertificate);
        return await invoker.SendAsync(message, cancellationToken).ConfigureAwait(false);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Debug, "The API server refused the credentials; trying again with fresh ones ({Origin})")]
        public static partial void CredentialsRefreshed(ILogger logger, string origin);
    }
}
