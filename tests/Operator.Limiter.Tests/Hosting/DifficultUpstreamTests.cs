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
        await limiter.SettledAsync();
        Assert.True(limiter.State.Groups.First(g => g.Group == "g").Demand().Debited!.InputTokens > 0);
    }
}
