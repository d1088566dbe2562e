using System.Net.Sockets;
using System.Text;
using Operator.Limiter.Telemetry;
using Operator.Testing;

namespace Operator.Limiter.Tests.Hosting;

/// <summary>Callers that stall, and callers with more or less credentials than one.</summary>
public class DifficultCallerTests
{
    [Fact]
    public async Task A_caller_that_stalls_its_upload_is_told_so_and_nothing_is_sent_on_as_if_it_were_whole()
    {
        await using var limiter = await RunningLimiter.StartAsync();
        async Task<RawAnswer> StallAsync(string path)
        {
            var request = $"POST {path} HTTP/1.1\r\nhost: x\r\nanthropic-version: 2023-06-01\r\ncontent-length: 5000\r\n\r\n{{\"model\":";
            return Assert.Single(RawAnswer.ReadAll(await RawAnswer.ExchangeAsync(limiter.Host.Address.Port, Encoding.ASCII.GetBytes(request))));
        }
        var answers = await Task.WhenAll(StallAsync("/v1/messages"), StallAsync("/v1/messages/batches"));
        Assert.All(answers, a => Assert.True(a is { Status: 408, Whole: true } && a.IsApiError(), $"{a.Status} {a.Body}"));
        Assert.Equal([(CallOutcome.Refused, "bad-request")], (await limiter.SettledAsync()).Ended.Keys);
        Assert.Equal(0, limiter.Mock!.Ledger.Totals(k => k.Outcome == MockClaude.Ledger.RequestOutcome.Answered).Requests);
    }

    [Fact]
    public async Task A_caller_that_stops_reading_is_left_and_holds_up_nobody()
    {
        await using var upstream = new RawUpstream();
        // More than all buffers on the way hold.
        byte[] answer = [.. "HTTP/1.1 200 OK\r\ncontent-type: application/octet-stream\r\ncontent-length: 25165824\r\n\r\n"u8, .. new byte[25_165_824]];
        upstream.Answer("large", answer);
        upstream.Answer("small", "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}"u8.ToArray());
        await using var limiter = await RunningLimiter.StartAsync(upstream: upstream.Address, time: new FastClock(100));
        using var lazy = new TcpClient { ReceiveBufferSize = 4 * 1024 };
        await lazy.ConnectAsync("127.0.0.1", limiter.Host.Address.Port, TestContext.Current.CancellationToken);
        await lazy.GetStream().WriteAsync(Post("large", ""), TestContext.Current.CancellationToken);
        for (var i = 0; i < 600 && upstream.Heads.IsEmpty; i++) await Task.Delay(50, TestContext.Current.CancellationToken);
        var other = Assert.Single(RawAnswer.ReadAll(await RawAnswer.ExchangeAsync(limiter.Host.Address.Port, Post("small", "connection: close\r\n"))));
        Assert.Equal((200, "{}"), (other.Status, other.Body));
        var counts = await limiter.SettledAsync();
        Assert.Equal([(CallOutcome.Forwarded, "answered"), (CallOutcome.Failed, "caller-left")], counts.Ended.Keys.Order());
    }

    [Theory]
    [InlineData("/v1/messages", 33_554_433)]
    [InlineData("/v1/messages/count_tokens", 33_554_433)]
    [InlineData("/v1/messages/batches", 268_435_457)]
    public async Task A_body_that_is_told_to_be_too_large_is_refused_before_it_is_sent(string path, long length)
    {
        await using var limiter = await RunningLimiter.StartAsync();
        var request = $"POST {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n";
        var answer = Assert.Single(RawAnswer.ReadAll(await RawAnswer.ExchangeAsync(limiter.Host.Address.Port, Encoding.ASCII.GetBytes(request))));
        Assert.True(answer is { Status: 413, Whole: true } && answer.IsApiError() && answer.Body.Contains("request_too_large", StringComparison.Ordinal), answer.Body);
        Assert.Equal((CallOutcome.Refused, "too-large"), Assert.Single((await limiter.SettledAsync()).Ended.Keys));
        Assert.Equal(0, limiter.Mock!.Ledger.Started);
    }

    [Fact]
    public async Task A_body_that_turns_out_to_be_too_large_is_refused_and_not_sent_on()
    {
        await using var limiter = await RunningLimiter.StartAsync();
        using var request = new MemoryStream();
        request.Write("POST /v1/messages HTTP/1.1\r\nhost: x\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n"u8);
        var chunk = Encoding.ASCII.GetBytes("100000\r\n" + new string(' ', 0x100000) + "\r\n");
        for (var megabytes = 0; megabytes < 33; megabytes++) request.Write(chunk);
        request.Write("0\r\n\r\n"u8);
        var answer = Assert.Single(RawAnswer.ReadAll(await RawAnswer.ExchangeAsync(limiter.Host.Address.Port, request.GetBuffer().AsMemory(0, (int)request.Length))));
        Assert.True(answer is { Status: 413, Whole: true } && answer.IsApiError(), answer.Body);
        Assert.Equal((CallOutcome.Refused, "too-large"), Assert.Single((await limiter.SettledAsync()).Ended.Keys));
        Assert.Equal(0, limiter.Mock!.Ledger.Started);
    }

    [Theory]
    [InlineData("")]
    [InlineData("x-api-key: of-the-app\r\n")]
    [InlineData("authorization: Bearer of-the-app\r\n")]
    [InlineData("x-api-key: of-the-app\r\nauthorization: Bearer of-the-app\r\n")]
    [InlineData("x-api-key: of-the-app\r\nX-API-Key: of-the-app\r\nProxy-Authorization: Basic of-the-app\r\n")]
    public async Task Whatever_credentials_a_caller_sends_the_mounted_key_goes_on_and_nothing_else(string credentials)
    {
        await using var upstream = new RawUpstream();
        upstream.Answer("m", "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}"u8.ToArray());
        await using var limiter = await RunningLimiter.StartAsync(upstream: upstream.Address);
        var answer = Assert.Single(RawAnswer.ReadAll(await RawAnswer.ExchangeAsync(limiter.Host.Address.Port, Post("m", credentials + "connection: close\r\n"))));
        Assert.Equal(200, answer.Status);
        var head = Assert.Single(upstream.Heads).Split("\r\n");
        Assert.Equal($"x-api-key: {MockClaude.MockClaudeOptions.DefaultKey}", Assert.Single(head, l => l.Contains("key", StringComparison.OrdinalIgnoreCase)));
        Assert.DoesNotContain(head, l => l.Contains("authorization", StringComparison.OrdinalIgnoreCase) || l.Contains("of-the-app", StringComparison.Ordinal));
    }

    private static byte[] Post(string mark, string headers) => Encoding.ASCII.GetBytes(
        $"POST /v1/messages HTTP/1.1\r\nhost: x\r\nx-mark: {mark}\r\n{headers}content-length: {RunningLimiter.Body.Length}\r\n\r\n{RunningLimiter.Body}");
}
