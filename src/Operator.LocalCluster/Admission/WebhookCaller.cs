using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Operator.LocalCluster.BuiltIns;
using Operator.LocalCluster.Faults;
using Operator.LocalCluster.Resources;

namespace Operator.LocalCluster.Admission;

/// <summary>Calls webhooks over HTTPS and trusts the authority that their configuration names.</summary>
internal sealed class WebhookCaller(WebhookTargets targets, ClusterFaults faults, TimeProvider time) : IDisposable
{
    private const int MaxAnswerBytes = 3 * 1024 * 1024;
    private readonly ConcurrentDictionary<string, HttpClient> _clients = new(StringComparer.Ordinal);

    /// <summary>Sends a review and reads the answer.</summary>
    /// <exception cref="WebhookFailure">Not reachable, not trusted, too slow, or no answer that can be read.</exception>
    public async Task<JsonNode?> CallAsync(Webhook webhook, JsonObject review, CancellationToken cancellationToken)
    {
        var url = Url(webhook.ClientConfig, webhook.Timeout);
        if (faults.IsWebhookKilled(webhook.Name)) throw new WebhookFailure($"failed to call webhook: Post \"{url}\": connect: connection refused");
        var client = _clients.GetOrAdd(webhook.ClientConfig.Text("caBundle") ?? "", CreateClient);
        using var timeout = new CancellationTokenSource(webhook.Timeout, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        using var request = new HttpRequestMessage(HttpMethod.Post, url)
        {
            Content = new ByteArrayContent(Encoding.UTF8.GetBytes(JsonText.Of(review))),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        if (webhook.ClientConfig.Child("service") is { } service)
            request.Options.Set(ServiceKey, service);
        try
        {
            using var response = await client.SendAsync(request, linked.Token);
            var body = await response.Content.ReadAsByteArrayAsync(linked.Token);
            if (!response.IsSuccessStatusCode)
                throw new WebhookFailure($"failed to call webhook: {Refusal((int)response.StatusCode, body)}");
            return JsonNode.Parse(body);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new WebhookFailure($"failed to call webhook: Post \"{url}\": context deadline exceeded");
        }
        catch (HttpRequestException error) when (error.InnerException is WebhookFailure failure)
        {
            throw failure;
        }
        catch (HttpRequestException error)
        {
            throw new WebhookFailure($"failed to call webhook: Post \"{url}\": {Cause(error)}");
        }
        catch (JsonException error)
        {
            throw new WebhookFailure($"failed to call webhook: the answer is not JSON: {error.Message}");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var client in _clients.Values)
            client.Dispose();
    }

    private static readonly HttpRequestOptionsKey<JsonObject> ServiceKey = new("service");

    private static Uri Url(JsonObject config, TimeSpan timeout)
    {
        string text;
        if (config.Child("service") is { } service)
        {
            var path = service.Text("path") ?? "";
            text = string.Create(CultureInfo.InvariantCulture,
                $"https://{service.Text("name")}.{service.Text("namespace")}.svc:{service.Number("port") ?? 443}{(path.StartsWith('/') ? path : "/" + path)}");
        }
        else
        {
            text = config.Text("url") ?? "";
        }
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme != Uri.UriSchemeHttps)
            throw new WebhookFailure($"could not get REST client: \"{text}\" is not an https URL");
        var separator = url.Query.Length == 0 ? "?" : "&";
        return new Uri(string.Create(CultureInfo.InvariantCulture, $"{url.OriginalString}{separator}timeout={(long)timeout.TotalSeconds}s"));
    }

    private HttpClient CreateClient(string caBundle)
    {
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            AllowAutoRedirect = false,
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
            ConnectCallback = ConnectAsync,
            SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = Trust(caBundle) },
        };
        return new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = MaxAnswerBytes };
    }

    private static X509ChainPolicy? Trust(string caBundle)
    {
        if (caBundle.Length == 0)
            return null;
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        try
        {
            policy.CustomTrustStore.ImportFromPem(Encoding.UTF8.GetString(Convert.FromBase64String(caBundle)));
        }
        catch (Exception error) when (error is CryptographicException or FormatException or ArgumentException)
        {
            throw new WebhookFailure($"could not get REST client: unable to load root certificates: {error.Message}");
        }
        return policy;
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            if (context.InitialRequestMessage.Options.TryGetValue(ServiceKey, out var service))
            {
                var target = await targets.ResolveAsync(
                    service.Text("namespace") ?? "", service.Text("name") ?? "", service.Number("port") ?? 443, cancellationToken);
                await socket.ConnectAsync(target, cancellationToken);
            }
            else
            {
                await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
            }
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static string Refusal(int code, byte[] body) => code switch
    {
        404 => "the server could not find the requested resource",
        401 => "the server has asked for the client to provide credentials",
        403 => "forbidden: the server refused the review",
        429 => "the server has received too many requests and has asked us to try again later",
        >= 500 => $"an error on the server ({JsonText.Of(Encoding.UTF8.GetString(body.AsSpan(0, Math.Min(body.Length, 512))))}) has prevented the request from succeeding",
        _ => string.Create(CultureInfo.InvariantCulture, $"the server responded with the status code {code} but did not return more information"),
    };

    private static string Cause(HttpRequestException error) => error.InnerException switch
    {
        SocketException socket => string.Create(CultureInfo.InvariantCulture, $"dial tcp: connect: {socket.Message}"),
        System.Security.Authentication.AuthenticationException tls => $"tls: failed to verify certificate: {tls.Message}",
        _ => error.Message,
    };
}
