using System.Net;
using System.Net.Sockets;
using System.Text;
using Operator.Contract;
using Operator.Limiter.Telemetry;
using Operator.Limiter.Variants;
using Operator.MockClaude.Faults;
using Operator.Testing;

namespace Operator.Limiter.Tests.Hosting;

/// <summary>However a call ends, what it held of its quota's money and of its user's is given back.</summary>
public class SpendEndingTests
{
    private static readonly QuotaConfiguration Quota = Sample.Quota() with
    {
        Spend = [new() { Quota = "team/tools", Daily = 1L << 40, OnExhausted = OnExhausted.Stop }],
        PerUser = new() { DailySpend = 1L << 39, Throttle = true },
    };

    private static DeploymentConfiguration Deployment(QuotaConfiguration? quota = null) => Sample.Deployment() with { Quota = quota ?? Quota };

    [Fact]
    public async Task An_answer_gives_it_back_and_is_charged()
    {
        await using var limiter = await RunningLimiter.StartAsync(Deployment());
        await PostAsync(limiter);
        await PostAsync(limiter, RunningLimiter.StreamBody);
        await EndedAsync(limiter, CallOutcome.Forwarded, "answered");
        var spent = limiter.State.Ledger.Spent("team/tools").Today;
        Assert.True(spent > 0);
        Assert.Equal((spent, spent), (limiter.State.Ledger.Unacknowledged().Sum(d => d.Amount), limiter.State.Users.Spent("team/tools", StickyKey.Of("u")).Today));
    }

    [Fact]
    public async Task Tokens_are_counted_without_any_money()
    {
        var poor = Quota with { Spend = [new() { Quota = "team/tools", Daily = 0, OnExhausted = OnExhausted.Stop }] };
        await using var limiter = await RunningLimiter.StartAsync(Deployment(poor));
        using var request = Request(RunningLimiter.Body, "/v1/messages/count_tokens");
        using var response = await limiter.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        await EndedAsync(limiter, CallOutcome.Forwarded, "answered");
    }

    [Fact]
    public async Task A_user_with_too_many_requests_gives_it_back()
    {
        await using var limiter = await RunningLimiter.StartAsync(Deployment(Quota with { PerUser = new() { DailySpend = 1L << 39, RequestsPerMinute = 1, Throttle = true } }));
        await PostAsync(limiter);
        await PostAsync(limiter);
        await EndedAsync(limiter, CallOutcome.Refused, "user-requests");
    }

    [Fact]
    public async Task A_call_without_a_key_gives_it_back()
    {
        await using var limiter = await RunningLimiter.StartAsync(Deployment());
        File.Delete(Path.Combine(limiter.Folder, LimiterPod.Keys, "triage"));
        await PostAsync(limiter);
        await EndedAsync(limiter, CallOutcome.Refused, "no-key");
    }

    [Fact]
    public async Task A_call_beyond_the_share_gives_it_back()
    {
        await using var limiter = await RunningLimiter.StartAsync(Deployment(Quota with { Groups = Groups(0.000_1) }));
        await PostAsync(limiter);
        await PostAsync(limiter);
        await EndedAsync(limiter, CallOutcome.Refused, "requests");
    }

    [Fact]
    public async Task A_caller_that_leaves_the_queue_gives_it_back()
    {
        await using var limiter = await RunningLimiter.StartAsync(Deployment(Quota with { Groups = Groups(0.1) }));
        await PostAsync(limiter);
        using var leave = new CancellationTokenSource();
        using var request = Request(RunningLimiter.Body);
        var waiting = limiter.Client.SendAsync(request, leave.Token);
        for (var i = 0; i < 600 && !limiter.State.Groups.Any(g => g.Waits); i++) await Task.Delay(50, TestContext.Current.CancellationToken);
        Assert.True(limiter.State.Ledger.Spent("team/tools").Reserved > 0);
        Assert.True(limiter.State.Users.Spent("team/tools", StickyKey.Of("u")).Reserved > 0);
        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        await EndedAsync(limiter, CallOutcome.Failed, "caller-left");
    }

    [Fact]
    public async Task An_API_that_cannot_be_reached_gives_it_back()
    {
        using var nobody = new TcpListener(IPAddress.Loopback, 0);
        nobody.Start();
        var port = ((IPEndPoint)nobody.LocalEndpoint).Port;
        nobody.Stop();
        await using var limiter = await RunningLimiter.StartAsync(Deployment(), new Uri($"http://127.0.0.1:{port}"));
        await PostAsync(limiter);
        await EndedAsync(limiter, CallOutcome.Failed, "upstream-unreachable");
    }

    [Theory]
    [InlineData(FaultKind.Overloaded, "Forwarded", "Overloaded")]
    [InlineData(FaultKind.InternalError, "Forwarded", "ServerError")]
    [InlineData(FaultKind.HtmlAnswer, "Forwarded", "ServerError")]
    [InlineData(FaultKind.SpendCapReached, "Forwarded", "SpendLimited")]
    [InlineData(FaultKind.ConnectionReset, "Failed", "upstream-unreachable")]
    [InlineData(FaultKind.Hang, "Failed", "upstream-timeout")]
    [InlineData(FaultKind.BreakAfterEvents, "Failed", "upstream-broke")]
    [InlineData(FaultKind.StallAfterEvents, "Failed", "upstream-broke")]
    [InlineData(FaultKind.ErrorEvent, "Forwarded", "error-in-stream")]
    public async Task A_faulty_API_gives_it_back(FaultKind fault, string outcome, string reason)
    {
        await using var limiter = await RunningLimiter.StartAsync(
            Deployment(), time: fault is FaultKind.Hang or FaultKind.StallAfterEvents ? new FastClock(200) : null);
        limiter.Mock!.Faults.Add(new FaultRule(fault) { Events = 6 });
        try
        {
            await PostAsync(limiter, RunningLimiter.StreamBody);
        }
        catch (HttpRequestException)
        {
            // A stream that breaks off.
        }
        await EndedAsync(limiter, Enum.Parse<CallOutcome>(outcome), reason);
    }

    [Fact]
    public async Task A_caller_that_leaves_a_stream_gives_it_back_and_is_charged()
    {
        await using var limiter = await RunningLimiter.StartAsync(Deployment());
        limiter.Mock!.Faults.Add(new FaultRule(FaultKind.StallAfterEvents) { Events = 6, Times = 1 });
        using (var request = Request(RunningLimiter.StreamBody))
        {
            using var response = await limiter.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            Assert.True(limiter.State.Ledger.Spent("team/tools").Reserved > 0);
        }
        await EndedAsync(limiter, CallOutcome.Failed, "caller-left");
        Assert.True(limiter.State.Ledger.Spent("team/tools").Today > 0);
    }

    [Fact]
    public async Task A_fault_of_the_limiter_gives_it_back_and_settles_the_buckets()
    {
        await using var upstream = new RawUpstream();
        // No header that this server would ever send: it throws.
        upstream.Answer("m", "HTTP/1.1 200 OK\r\nx-other: a\u0001b\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}"u8.ToArray());
        await using var limiter = await RunningLimiter.StartAsync(Deployment(), upstream.Address);
        await limiter.SendAsync(RunningLimiter.Body, ("x-mark", "m"), (RequestHeaders.User, "u"));
        await EndedAsync(limiter, CallOutcome.Failed, "fault");
        var demand = limiter.State.Groups.First(g => g.Group == "g").Demand();
        // Nobody knows what that answer cost, and so early its output was held by a guess, bounded by its max_tokens: that stays.
        Assert.Equal((1, 64), (demand.Debited!.Requests, demand.Debited.OutputTokens));
        Assert.Equal(0, limiter.State.Ledger.Spent("team/tools").Reserved);
    }

    private static GroupConfiguration[] Groups(double requests)
    {
        // One request at once, and the next one after a time.
        var share = new Share(new(requests, 1e9, 1e9), new(1, 1e9, 1e9));
        return [.. Quota.Groups.Select(g => g with { Boot = share, Fallback = share })];
    }

    private static HttpRequestMessage Request(string body, string path = "/v1/messages")
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Add(RequestHeaders.User, "u");
        return request;
    }

    private static async Task PostAsync(RunningLimiter limiter, string body = RunningLimiter.Body) => await limiter.SendAsync(body, (RequestHeaders.User, "u"));

    private static async Task EndedAsync(RunningLimiter limiter, CallOutcome outcome, string reason)
    {
        Assert.Contains((outcome, reason), (await limiter.SettledAsync()).Ended.Keys);
        Assert.Equal(0, limiter.State.Ledger.Spent("team/tools").Reserved);
        Assert.Equal(0, limiter.State.Users.Spent("team/tools", StickyKey.Of("u")).Reserved);
    }
}
