using System.Net;
using System.Text;
using Operator.Contract;
using Operator.Limiter.Limiting;
using Operator.Limiter.Usage;

namespace Operator.Limiter.Tests.Hosting;

public class SpendReservationTests
{
    [Fact]
    public async Task Many_calls_at_once_do_not_find_the_same_money()
    {
        // As little is learned when the limiter starts: what it expects of a first call.
        var expected = new PromptEstimator(TimeProvider.System).Estimate(Encoding.UTF8.GetByteCount(RunningLimiter.Body), 64);
        var cost = new TokenUsage { Input = (long)expected.Input, Output = (long)expected.Output }.Cost(Sample.Model("claude-sonnet-5-5"));
        var quota = Sample.Quota() with { Spend = [new() { Quota = "team/tools", Daily = 5 * cost, OnExhausted = OnExhausted.Stop }] };
        await using var upstream = new RawUpstream();
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        upstream.Gate = gate.Task;
        upstream.Answer("m", "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}"u8.ToArray());
        await using var limiter = await RunningLimiter.StartAsync(Sample.Deployment() with { Quota = quota }, upstream.Address);

        var sent = Enumerable.Range(0, 40).Select(_ => limiter.SendAsync(RunningLimiter.Body, ("x-mark", "m"))).ToArray();
        for (var i = 0; i < 600 && upstream.Heads.Count + limiter.State.Counts.Ended.Values.Sum() < 40; i++) await Task.Delay(50);
        var (under, reserved) = (upstream.Heads.Count, limiter.State.Ledger.Spent("team/tools").Reserved);
        gate.SetResult();
        var answers = await Task.WhenAll(sent);

        Assert.Equal((5, 5 * cost), (under, reserved));
        Assert.Equal(5, answers.Count(a => a.Status == HttpStatusCode.OK));
        Assert.All(answers.Where(a => a.Status != HttpStatusCode.OK), a => Assert.Contains("Calls under way hold", a.Text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_model_whose_prices_nobody_knows_is_served()
    {
        var deployment = Sample.Deployment();
        await using var limiter = await RunningLimiter.StartAsync(deployment with { Models = [.. deployment.Models.Select(m => m with { Prices = [] })] });
        var (status, text, _) = await limiter.SendAsync(RunningLimiter.Body);
        Assert.True(status == HttpStatusCode.OK, text);
        await limiter.SettledAsync();
        Assert.Equal(0, limiter.State.Ledger.Spent("team/tools").Today);
    }
}
