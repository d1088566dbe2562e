using System.Net.Sockets;
using System.Text;
using Operator.Limiter.Telemetry;

namespace Operator.Limiter.Tests.Hosting;

public class RawConnectionTests
{
    [Fact]
    public async Task Pipelined_requests_are_each_answered_in_their_order()
    {
        await using var limiter = await RunningLimiter.StartAsync();
        using var client = await ConnectAsync(limiter);
        var stream = client.GetStream();
        var post = $"POST /v1/messages HTTP/1.1\r\nhost: x\r\nanthropic-version: 2023-06-01\r\ncontent-length: {RunningLimiter.Body.Length}\r\n\r\n{RunningLimiter.Body}";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(post + "GET /nothing HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"));
        var text = await new StreamReader(stream).ReadToEndAsync();
        Assert.StartsWith("HTTP/1.1 200", text, StringComparison.Ordinal);
        Assert.Contains("HTTP/1.1 404", text, StringComparison.Ordinal);
        var counts = await limiter.SettledAsync();
        Assert.Equal((1, 1), (counts.Total(CallOutcome.Forwarded), counts.Total(CallOutcome.Refused)));
    }

    [Theory]
    [InlineData(false, "Refused bad-request")]
    [InlineData(true, "Failed caller-left")]
    public async Task A_caller_that_closes_or_resets_in_the_middle_of_its_body_is_counted(bool resets, string ended)
    {
        await using var limiter = await RunningLimiter.StartAsync();
        using (var client = await ConnectAsync(limiter))
        {
            await client.GetStream().WriteAsync("POST /v1/messages HTTP/1.1\r\nhost: x\r\ncontent-length: 5000\r\n\r\n{\"model\":"u8.ToArray());
            for (var i = 0; i < 600 && limiter.State.Counts.Received == 0; i++) await Task.Delay(50);
            if (resets) client.Client.Close(timeout: 0);
        }
        var counts = await limiter.SettledAsync();
        Assert.Equal([$"{ended} 1"], counts.Ended.Select(e => $"{e.Key.Outcome} {e.Key.Reason} {e.Value}"));
        Assert.Equal(0, limiter.Mock!.Ledger.Started);
    }

    [Fact]
    public async Task Fuzzed_connections_leave_the_limiter_serving()
    {
        await using var limiter = await RunningLimiter.StartAsync();
        var good = Encoding.ASCII.GetBytes(
            $"POST /v1/messages HTTP/1.1\r\nhost: x\r\nanthropic-version: 2023-06-01\r\nconnection: close\r\ncontent-length: {RunningLimiter.Body.Length}\r\n\r\n{RunningLimiter.Body}");
        var random = new Random(29);
        for (var i = 0; i < 300; i++)
        {
            var copy = good.ToArray();
            for (var n = random.Next(1, 5); n > 0; n--) copy[random.Next(copy.Length)] = (byte)random.Next(256);
            using var client = await ConnectAsync(limiter);
            var stream = client.GetStream();
            try
            {
                await stream.WriteAsync(copy);
                client.Client.Shutdown(SocketShutdown.Send);
                var answer = await new StreamReader(stream).ReadToEndAsync();
                Assert.True(answer.Length == 0 || answer.StartsWith("HTTP/1.1 ", StringComparison.Ordinal), answer);
            }
            catch (Exception e) when (e is IOException or SocketException)
            {
                // A reset is an answer, too.
            }
        }
        await limiter.SettledAsync();
        Assert.DoesNotContain((CallOutcome.Failed, "fault"), limiter.State.Counts.Ended.Keys);
        var (status, text, _) = await limiter.SendAsync(RunningLimiter.Body);
        Assert.True(status == System.Net.HttpStatusCode.OK, text);
    }

    [Fact]
    public async Task Headers_beyond_ascii_pass_both_ways()
    {
        await using var upstream = new RawUpstream();
        upstream.Answer("m", Encoding.UTF8.GetBytes("HTTP/1.1 200 OK\r\nx-greeting: grüße\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: 2\r\n\r\n{}"));
        await using var limiter = await RunningLimiter.StartAsync(upstream: upstream.Address);
        var request = $"POST /v1/messages HTTP/1.1\r\nhost: x\r\nx-mark: m\r\nx-other: 世界\r\nconnection: close\r\ncontent-length: {RunningLimiter.Body.Length}\r\n\r\n{RunningLimiter.Body}";
        var text = Encoding.UTF8.GetString(await RawAnswer.ExchangeAsync(limiter.Host.Address.Port, Encoding.UTF8.GetBytes(request)));
        Assert.StartsWith("HTTP/1.1 200", text, StringComparison.Ordinal);
        Assert.Contains("x-greeting: grüße\r\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_batch_whose_chunks_are_none_is_the_callers_fault()
    {
        await using var limiter = await RunningLimiter.StartAsync();
        var text = Encoding.UTF8.GetString(await RawAnswer.ExchangeAsync(
            limiter.Host.Address.Port, "POST /v1/messages/batches HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\nzz\r\n"u8.ToArray()));
        Assert.StartsWith("HTTP/1.1 400", text, StringComparison.Ordinal);
        Assert.Equal([(CallOutcome.Refused, "bad-request")], (await limiter.SettledAsync()).Ended.Keys);
    }

    [Theory]
    [InlineData("/v1/models/..%2f..%2forganizations", 400)]
    [InlineData("/v1/messages/batches/%2e%2e/%2e%2e/organizations/x", 404)]
    [InlineData("//evil.example/v1/models", 404)]
    public async Task No_path_leads_out_of_what_is_served(string path, int expected)
    {
        await using var limiter = await RunningLimiter.StartAsync();
        using var client = await ConnectAsync(limiter);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"));
        var text = await new StreamReader(client.GetStream()).ReadToEndAsync();
        Assert.StartsWith($"HTTP/1.1 {expected}", text, StringComparison.Ordinal);
        Assert.Equal(0, limiter.Mock!.Ledger.Started);
    }

    private static async Task<TcpClient> ConnectAsync(RunningLimiter limiter)
    {
        var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", limiter.Host.Address.Port);
        return client;
    }
}
