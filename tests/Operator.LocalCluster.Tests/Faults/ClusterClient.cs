using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;

namespace Operator.LocalCluster.Tests.Faults;

/// <summary>A plain HTTP client of a local cluster, as the administrator unless told otherwise.</summary>
internal sealed class ClusterClient : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly HttpClient _http;

    public ClusterClient(LocalClusterServer server, string? token = null, Version? version = null, X509Certificate2? certificate = null)
    {
        var handler = new SocketsHttpHandler { AutomaticDecompression = DecompressionMethods.None };
        handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            CustomTrustStore = { X509Certificate2.CreateFromPem(server.CertificateAuthority) },
            RevocationMode = X509RevocationMode.NoCheck,
        };
        if (certificate is not null)
            handler.SslOptions.ClientCertificateContext = SslStreamCertificateContext.Create(certificate, null, offline: true);
        _http = new HttpClient(handler)
        {
            BaseAddress = server.Address,
            DefaultRequestVersion = version ?? HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Timeout = Timeout.InfiniteTimeSpan,
        };
        token ??= certificate is null ? server.AdminToken : "";
        if (token.Length > 0) _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    public async Task<(int Status, JsonNode? Body, HttpResponseHeaders Headers)> SendAsync(
        HttpMethod method, string path, string? body = null, string contentType = "application/json", string? accept = null)
    {
        using var limit = new CancellationTokenSource(Patience);
        using var request = Request(method, path);
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, contentType);
        if (accept is not null) request.Headers.TryAddWithoutValidation("Accept", accept);
        using var response = await _http.SendAsync(request, limit.Token);
        var text = await response.Content.ReadAsStringAsync(limit.Token);
        var json = text.StartsWith('{') ? JsonNode.Parse(text) : JsonValue.Create(text);
        return ((int)response.StatusCode, json, response.Headers);
    }

    public Task<(int Status, JsonNode? Body, HttpResponseHeaders Headers)> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    public Task<(int Status, JsonNode? Body, HttpResponseHeaders Headers)> CreateConfigMapAsync(string name, string value = "1") => SendAsync(
        HttpMethod.Post, "/api/v1/namespaces/default/configmaps",
        $$"""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"{{name}}"},"data":{"value":"{{value}}"} }""");

    public async Task<ClusterWatch> WatchAsync(string path)
    {
        using var limit = new CancellationTokenSource(Patience);
        using var request = Request(HttpMethod.Get, path);
        var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
        return new ClusterWatch(response, await response.Content.ReadAsStreamAsync(limit.Token));
    }

    public void Dispose() => _http.Dispose();

    private HttpRequestMessage Request(HttpMethod method, string path) =>
        new(method, path) { Version = _http.DefaultRequestVersion, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
}

/// <summary>An open watch, read event by event.</summary>
internal sealed class ClusterWatch(HttpResponseMessage response, Stream stream) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly StreamReader _reader = new(stream);
    private Task<string?>? _pending;

    /// <summary>The next event as <c>TYPE name</c>; null at the end of the stream.</summary>
    public async Task<string?> NextAsync() =>
        await NextObjectAsync() is { } e ? $"{e["type"]} {e["object"]!["metadata"]?["name"]}".TrimEnd() : null;

    /// <summary>The next event; null at the end of the stream.</summary>
    public async Task<JsonNode?> NextObjectAsync()
    {
        var line = await (_pending ?? _reader.ReadLineAsync()).WaitAsync(Patience);
        _pending = null;
        return line is null ? null : JsonNode.Parse(line);
    }

    /// <summary>Whether something arrives within a moment; what arrives is kept for the next read.</summary>
    public async Task<bool> HasNewsAsync(TimeSpan within)
    {
        _pending ??= _reader.ReadLineAsync();
        return await Task.WhenAny(_pending, Task.Delay(within)) == _pending;
    }

    public void Dispose()
    {
        response.Dispose();
        _reader.Dispose();
    }
}
