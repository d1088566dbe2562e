using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Operator.LocalCluster.Resources;

namespace Operator.LocalCluster.Node;

/// <summary>
/// One probe of a container: HTTP and TCP are really asked. Commands and gRPC cannot be, since there is no container to run them in:
/// they count as passed.
/// </summary>
internal sealed class Probe(JsonObject spec, JsonObject container, IPAddress podAddress)
{
#pragma warning disable CA5359 // As the kubelet: a probe asks whether somebody answers, not who.
    private static readonly HttpClient Client = new(new SocketsHttpHandler
    {
        UseProxy = false,
        AllowAutoRedirect = false,
        PooledConnectionLifetime = TimeSpan.Zero,
        SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true },
    }) { Timeout = Timeout.InfiniteTimeSpan };
#pragma warning restore CA5359

    /// <summary>The pause before the first question.</summary>
    public TimeSpan InitialDelay { get; } = TimeSpan.FromSeconds(spec.Number("initialDelaySeconds") ?? 0);

    /// <summary>The pause between questions.</summary>
    public TimeSpan Period { get; } = TimeSpan.FromSeconds(Math.Max(1, spec.Number("periodSeconds") ?? 10));

    /// <summary>How many failures in a row count.</summary>
    public long FailureThreshold { get; } = Math.Max(1, spec.Number("failureThreshold") ?? 3);

    /// <summary>How many successes in a row count.</summary>
    public long SuccessThreshold { get; } = Math.Max(1, spec.Number("successThreshold") ?? 1);

    /// <summary>Asks once. The answer must come within the probe's own time, measured on the machine's clock.</summary>
    public async Task<bool> AskAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(Math.Max(1, spec.Number("timeoutSeconds") ?? 1)));
        try
        {
            if (spec.Child("httpGet") is { } http)
                return await AskHttpAsync(http, limit.Token);
            if (spec.Child("tcpSocket") is { } tcp)
                return await AskTcpAsync(tcp, limit.Token);
            return true;
        }
        catch (Exception error) when (error is HttpRequestException or SocketException or IOException or UriFormatException)
        {
            return false;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    private async Task<bool> AskHttpAsync(JsonObject http, CancellationToken cancellationToken)
    {
        var scheme = http.Text("scheme") == "HTTPS" ? "https" : "http";
        var path = http.Text("path") ?? "/";
        var host = http.Text("host") is { Length: > 0 } given ? given : podAddress.ToString();
        var url = new Uri($"{scheme}://{host}:{Port(http)}{(path.StartsWith('/') ? path : "/" + path)}");
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        foreach (var header in http.Children("httpHeaders"))
            request.Headers.TryAddWithoutValidation(header.Text("name") ?? "", header.Text("value"));
        using var response = await Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        return (int)response.StatusCode is >= 200 and < 400;
    }

    private async Task<bool> AskTcpAsync(JsonObject tcp, CancellationToken cancellationToken)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        var address = tcp.Text("host") is { Length: > 0 } host && IPAddress.TryParse(host, out var parsed) ? parsed : podAddress;
        await socket.ConnectAsync(new IPEndPoint(address, Port(tcp)), cancellationToken);
        return true;
    }

    private int Port(JsonObject action)
    {
        if (action["port"].AsNumber() is { } number)
            return (int)number;
        var name = action.Text("port");
        return (int)(container.Children("ports").FirstOrDefault(port => port.Text("name") == name).Number("containerPort")
            ?? (int.TryParse(name, out var parsed) ? parsed : 0));
    }
}
