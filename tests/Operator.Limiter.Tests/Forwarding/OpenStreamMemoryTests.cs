using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Operator.Limiter.Tests.Hosting;

namespace Operator.Limiter.Tests.Forwarding;

[CollectionDefinition(nameof(OpenStreamMemoryTests), DisableParallelization = true)]
[Collection(nameof(OpenStreamMemoryTests))]
public sealed class OpenStreamMemoryTests
{
    private const int Streams = 16;
    private const int Megabytes = 4;

    [Fact]
    public async Task A_stream_that_is_open_does_not_keep_its_requests_body()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start(Streams);
        using var end = new CancellationTokenSource();
        var upstream = Enumerable.Range(0, Streams).Select(_ => HoldAsync(listener, end.Token)).ToList();
        await using var limiter = await RunningLimiter.StartAsync(upstream: new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}"));
        var body = Encoding.UTF8.GetBytes(
            $$"""{"model":"triage","max_tokens":100,"stream":true,"messages":[{"role":"user","content":"{{new string('x', Megabytes << 20)}}"}]}""");
        using var http = new HttpClient { BaseAddress = limiter.Host.Address };
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var open = await Task.WhenAll(Enumerable.Range(0, Streams).Select(async _ =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/messages") { Content = new ByteArrayContent(body) };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            request.Headers.Add("anthropic-version", "2023-06-01");
            var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            // The first byte has passed, so the limiter is inside of the answer.
            await (await response.Content.ReadAsStreamAsync()).ReadExactlyAsync(new byte[1]);
            return response;
        }));
        var kept = GC.GetTotalMemory(forceFullCollection: true) - before;
        Assert.True(kept < Streams * (Megabytes << 20) / 2, $"{kept >> 20} MB are kept for {Streams} streams of {Megabytes} MB each");
        await end.CancelAsync();
        await Task.WhenAll(upstream);
        foreach (var response in open) response.Dispose();
    }

    /// <summary>Takes one request, begins a stream, and ends it when it is told to.</summary>
    private static async Task HoldAsync(TcpListener listener, CancellationToken end)
    {
        using var client = await listener.AcceptTcpClientAsync(end);
        var stream = client.GetStream();
        var (buffer, seen, length) = (new byte[64 * 1024], 0, int.MaxValue);
        var head = new StringBuilder();
        while (seen < length)
        {
            var read = await stream.ReadAsync(buffer, end);
            if (read == 0) return;
            if (length == int.MaxValue)
            {
                head.Append(Encoding.ASCII.GetString(buffer, 0, read));
                var text = head.ToString();
                if (text.IndexOf("\r\n\r\n", StringComparison.Ordinal) is var ends and >= 0)
                {
                    var at = text.IndexOf("content-length: ", StringComparison.OrdinalIgnoreCase) + 16;
                    length = ends + 4 + int.Parse(text.AsSpan(at, text.IndexOf('\r', at) - at), null);
                }
            }
            seen += read;
        }
        var start = "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"usage\":{\"input_tokens\":1,\"output_tokens\":1}}}\n\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n{start.Length:x}\r\n{start}\r\n"), end);
        await Task.Delay(Timeout.Infinite, end).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await stream.WriteAsync("0\r\n\r\n"u8.ToArray(), CancellationToken.None);
    }
}
