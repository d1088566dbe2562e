using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;

namespace Operator.Evals.Providers;

/// <summary>
/// Asks one service for one result. The host must be allowed, is resolved once, and the connection goes to the address that was
/// checked; redirects are not followed; size and time are bounded; nothing of an answer is shown.
/// </summary>
/// <param name="allowed">The hosts that may be asked.</param>
/// <param name="resolve">Finds the addresses of a host.</param>
/// <param name="configure">Changes the handler of each request; null for nothing. Tests bring their own authorities with it.</param>
internal sealed class HttpEvaluator(
    IReadOnlyList<AllowedHost> allowed, Func<string, CancellationToken, Task<IPAddress[]>> resolve, Action<SocketsHttpHandler>? configure = null)
{
    private const int MaxTries = 3;

    /// <summary>Asks, until there is an answer or the time is over.</summary>
    /// <param name="request">What is to be evaluated.</param>
    /// <param name="timeout">How long it may take.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<ProviderState> AskAsync(EvalRequest request, TimeSpan timeout, TimeProvider time, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (!Uri.TryCreate(request.Gate.Http?.Url, UriKind.Absolute, out var url) || url.Scheme != Uri.UriSchemeHttps || url.UserInfo.Length > 0)
            return new ProviderState.Failed("InvalidUrl", "gates.evals[].http.url must be an https address without user name and password");
        if (AllowedHost.Find(allowed, url) is not { } entry)
        {
            return new ProviderState.Failed(
                "HostNotAllowed", $"the host {url.IdnHost}:{url.Port} is not on the administrator's list of hosts for http gates; ask for it, or use another provider");
        }
        using var deadline = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            var addresses = await ResolveAsync(url, either.Token);
            if (addresses is null) return new ProviderState.Failed("HostNotFound", $"the host {url.IdnHost} has no address");
            foreach (var address in addresses)
            {
                var kind = AddressPolicy.KindOf(address);
                if (kind == AddressKind.Never || (kind == AddressKind.Private && !entry.AllowsPrivate))
                {
                    return new ProviderState.Failed("AddressNotAllowed", kind == AddressKind.Never
                        ? $"the host {url.IdnHost} has an address that no service may have"
                        : $"the host {url.IdnHost} has a private address, and its entry in the administrator's list does not say 'private'");
                }
            }
            for (var tries = 1; ; tries++)
            {
                var (state, isTransient) = await TryAsync(request, url, addresses, either.Token);
                if (!isTransient || tries == MaxTries) return state;
                await Task.Delay(TimeSpan.FromSeconds(Math.Pow(4, tries - 1)), time, either.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new ProviderState.Failed("TimedOut", $"{url.IdnHost} did not answer within {timeout}");
        }
    }

    private async Task<IPAddress[]?> ResolveAsync(Uri url, CancellationToken cancellationToken)
    {
        if (IPAddress.TryParse(url.IdnHost.Trim('[', ']'), out var literal)) return [literal];
        try
        {
            return await resolve(url.IdnHost, cancellationToken) is { Length: > 0 } found ? found : null;
        }
        catch (SocketException)
        {
            return null;
        }
    }

    private async Task<(ProviderState State, bool IsTransient)> TryAsync(EvalRequest request, Uri url, IPAddress[] addresses, CancellationToken cancellationToken)
    {
        using var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
            MaxResponseHeadersLength = 32,
            ConnectCallback = async (context, token) =>
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                try
                {
                    await socket.ConnectAsync(addresses, context.DnsEndPoint.Port, token);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            },
        };
        configure?.Invoke(handler);
        using var http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        using var message = Message(request, url);
        try
        {
            using var response = await http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            var status = (int)response.StatusCode;
            if (status is >= 300 and < 400) return (new ProviderState.Failed("Redirected", $"{url.IdnHost} answered with a redirect ({status}), which is not followed"), false);
            if (status != 200) return (new ProviderState.Failed("BadStatus", $"{url.IdnHost} answered with status {status}, expected 200"), status >= 500);
            if (await BodyAsync(response, cancellationToken) is not { } body)
                return (new ProviderState.Failed("TooLarge", $"the answer of {url.IdnHost} has more than {ResultDocument.MaxBytes} bytes"), false);
            var outcome = ResultDocument.Read(body, request.Revision.Revision, out var problem);
            return (outcome is null ? new ProviderState.Failed("InvalidResult", $"{url.IdnHost}: {problem}") : new ProviderState.Done(outcome), false);
        }
        catch (HttpRequestException exception)
        {
            var untrusted = exception.HttpRequestError == HttpRequestError.SecureConnectionError;
            return (new ProviderState.Failed(
                untrusted ? "Untrusted" : "Unreachable",
                untrusted ? $"the certificate of {url.IdnHost} is not trusted, or TLS failed" : $"{url.IdnHost} cannot be reached ({exception.HttpRequestError})"), !untrusted);
        }
        catch (IOException)
        {
            return (new ProviderState.Failed("Unreachable", $"the connection to {url.IdnHost} broke"), true);
        }
    }

    private static async Task<byte[]?> BodyAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.Content.Headers.ContentLength > ResultDocument.MaxBytes) return null;
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        using var body = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (await stream.ReadAsync(buffer, cancellationToken) is > 0 and var read)
        {
            if (body.Length + read > ResultDocument.MaxBytes) return null;
            body.Write(buffer, 0, read);
        }
        return body.ToArray();
    }

    private static HttpRequestMessage Message(EvalRequest request, Uri url)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            writer.WriteString("run", request.Name);
            writer.WriteString("namespace", request.Namespace);
            writer.WriteString("deployment", request.Deployment.Metadata.Name);
            writer.WriteString("gate", request.Gate.Name);
            writer.WriteNumber("attempt", request.Run.Spec.Attempt ?? 0);
            writer.WriteString("revision", request.Revision.Revision);
            writer.WriteString("model", request.Revision.Model);
            writer.WriteString("promptName", request.Revision.PromptName);
            writer.WriteString("promptVersion", request.Revision.PromptVersion);
            writer.WriteString("promptDigest", request.Revision.PromptDigest);
            writer.WriteEndObject();
        }
        var message = new HttpRequestMessage(HttpMethod.Post, url)
        {
            Content = new ByteArrayContent(stream.ToArray()),
            Version = HttpVersion.Version11,
        };
        message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        message.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        message.Headers.Add("idempotency-key", request.Run.Metadata.Uid is { Length: > 0 } uid ? uid : request.Name);
        return message;
    }
}
