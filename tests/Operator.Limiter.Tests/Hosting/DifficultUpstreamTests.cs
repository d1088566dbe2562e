using System.Net;
using System.Net.Sockets;
using System.Text;
using Operator.Limiter.Telemetry;
using Operator.MockClaude.Faults;
using Operator.Testing;

namespace Operator.Limiter.Tests.Hosting;

/// <summary>An API that does not answer, falls silent, or answers what it should not.</summary>
public class DifficultUpstreamTests
{
    [Fact]
    public async Task An_API_that_never_answers_is_told_as_a_timeout_and_not_asked_again()
    {
        await using var limiter = await RunningLimiter.StartAsync(time: new FastClock(200));
        limiter.Mock!.Faults.Next(FaultKind.Hang);
        var (status, text, response) = await limiter.SendAsync(RunningLimiter.Body);
        Assert.Equal((HttpStatusCode.GatewayTimeout, "false"), (status, response.Headers.GetValues("x-should-retry").Single()));
        Assert.Contains("timeout_error", text, StringComparison.Ordinal);
        var counts = await limiter.SettledAsync();
        Assert.Equal(((CallOutcome.Failed, "upstream-timeout"), 0L), (Assert.Single(counts.Ended.Keys), counts.Retries));
        // It may have been read and charged.
        Assert.True(limiter.State.Groups.First(g => g.Group == "g").Demand().Debited!.InputTokens > 0);
    }

    [Fact]
    public async Task A_stream_that_falls_silent_is_broken_off_and_charged_for_what_passed()
    {
        await using var limiter = await RunningLimiter.StartAsync(time: new FastClock(200));
        limiter.Mock!.Faults.Add(new FaultRule(FaultKind.StallAfterEvents) { Events = 6, Times = 1 });
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => limiter.SendAsync(RunningLimiter.StreamBody));
        Assert.Equal([(CallOutcome.Failed, "upstream-broke")], (await limiter.SettledAsync()).Ended.Keys);
        var measured = Assert.Single(limiter.State.Meters.Read());
        Assert.True(measured is { InputTokens: > 0, OutputTokens: > 0, Errors: 1 });
    }

    [Fact]
    public async Task An_API_that_cannot_be_reached_is_told_after_the_retries()
    {
        int port;
        using (var probe = new TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            port = ((IPEndPoint)probe.LocalEndpoint).Port;
        }
        await using var limiter = await RunningLimiter.StartAsync(upstream: new Uri($"http://127.0.0.1:{port}"));
        var (status, text, response) = await limiter.SendAsync(RunningLimiter.Body);
        Assert.Equal((HttpStatusCode.BadGateway, "true"), (status, response.Headers.GetValues("x-should-retry").Single()));
        Assert.Contains("api_error", text, StringComparison.Ordinal);
        var counts = await limiter.SettledAsync();
        Assert.Equal(((CallOutcome.Failed, "upstream-unreachable"), 4L), (Assert.Single(counts.Ended.Keys), counts.Retries));
        // Nothing was sent: nothing is charged.
        Assert.Equal(0, limiter.State.Groups.First(g => g.Group == "g").Demand().Debited!.InputTokens);
    }

    [Fact]
    public async Task An_API_that_takes_requests_and_resets_is_told_after_the_retries_and_each_input_is_charged_by_estimate()
    {
        await using var limiter = await RunningLimiter.StartAsync();
        limiter.Mock!.Faults.Add(new FaultRule(FaultKind.ConnectionReset));
        var (status, text, response) = await limiter.SendAsync(RunningLimiter.Body);
        Assert.Equal((HttpStatusCode.BadGateway, "true"), (status, response.Headers.GetValues("x-should-retry").Single()));
        Assert.Contains("api_error", text, StringComparison.Ordinal);
        var counts = await limiter.SettledAsync();
        Assert.Equal(((CallOutcome.Failed, "upstream-unreachable"), 4L), (Assert.Single(counts.Ended.Keys), counts.Retries));
        var debited = limiter.State.Groups.First(g => g.Group == "g").Demand().Debited!;
        Assert.Equal(5, debited.Requests);
        Assert.True(debited.InputTokens > 0);
    }

    [Theory]
    [InlineData(true, "upstream-broke")]
    [InlineData(false, "cut-off")]
    public async Task Half_an_event_passes_to_its_last_byte_and_counts_for_nothing(bool breaks, string reason)
    {
        const string Start = """data: {"type":"message_start","message":{"model":"m","usage":{"input_tokens":40,"output_tokens":1}}}""" + "\n\n";
        const string Half = """data: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":999}}""";
        var body = Start + Half;
        await using var upstream = new RawUpstream();
        // Either the connection ends before the answer does, or the answer itself ends in the middle of an event.
        upstream.Answer("m", Encoding.ASCII.GetBytes(
            $"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n{body.Length:x}\r\n{body}\r\n{(breaks ? "" : "0\r\n\r\n")}"));
        await using var limiter = await RunningLimiter.StartAsync(upstream: upstream.Address);
        var request = $"POST /v1/messages HTTP/1.1\r\nhost: x\r\nx-mark: m\r\nconnection: close\r\ncontent-length: {RunningLimiter.StreamBody.Length}\r\n\r\n{RunningLimiter.StreamBody}";
        var answer = Assert.Single(RawAnswer.ReadAll(await RawAnswer.ExchangeAsync(limiter.Host.Address.Port, Encoding.ASCII.GetBytes(request))));
        Assert.Equal((200, body, !breaks), (answer.Status, answer.Body, answer.Whole));
        var counts = await limiter.SettledAsync();
        Assert.Equal(((CallOutcome.Failed, reason), 0L), (Assert.Single(counts.Ended.Keys), counts.Retries));
        Assert.Single(upstream.Heads);
        var measured = Assert.Single(limiter.State.Meters.Read());
        Assert.Equal((40, 0, 1), (measured.InputTokens, measured.OutputTokens, measured.Errors));
    }

    [Fact]
    public async Task HTML_instead_of_an_error_passes_as_it_came_after_the_retries()
    {
        await using var limiter = await RunningLimiter.StartAsync();
        limiter.Mock!.Faults.Add(new FaultRule(FaultKind.HtmlAnswer));
        var (status, text, _) = await limiter.SendAsync(RunningLimiter.Body);
        Assert.Equal(HttpStatusCode.BadGateway, status);
        Assert.Contains("<html", text, StringComparison.OrdinalIgnoreCase);
        var counts = await limiter.SettledAsync();
        Assert.Equal(((CallOutcome.Forwarded, "ServerError"), 4L), (Assert.Single(counts.Ended.Keys), counts.Retries));
        Assert.Equal(1, limiter.State.Meters.Read()[0].Errors);
    }

    [Theory]
    [InlineData("text/html", "<html><body>Log in to the network</body></html>")]
    [InlineData("application/json", """{"type":"message","content":[{"type":"te""")]
    public async Task What_is_no_message_passes_byte_for_byte_and_its_input_is_charged_by_estimate(string type, string body)
    {
        await using var upstream = new RawUpstream();
        upstream.Answer("m", Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\ncontent-type: {type}\r\ncontent-length: {body.Length}\r\n\r\n{body}"));
        await using var limiter = await RunningLimiter.StartAsync(upstream: upstream.Address);
        var (status, text, _) = await limiter.SendAsync(RunningLimiter.Body, ("x-mark", "m"));
        Assert.Equal((HttpStatusCode.OK, body), (status, text));
        Assert.Equal([(CallOutcome.Forwarded, "answered")], (await limiter.SettledAsync()).Ended.Keys);
        Assert.True(limiter.State.Groups.First(g => g.Group == "g").Demand().Debited!.InputTokens > 0);
    }
}
