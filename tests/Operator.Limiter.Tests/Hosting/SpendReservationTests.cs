using System.Net;
using System.Text;
using Operator.Contract;
using Operator.Limiter.Limiting;
using Operator.Limiter.Usage;
using Operator.MockClaude;
using Operator.MockClaude.Answers;

namespace Operator.Limiter.Tests.Hosting;

public class SpendReservationTests
{
    [Fact]
    public async Task Many_calls_at_once_do_not_find_the_same_money()
    {
        // As little is learned when the limiter starts: what it expects of a first call.
        var expected = new PromptEstimator().Estimate(Encoding.UTF8.GetByteCount(RunningLimiter.Body), 64);
        var cost = new TokenUsage { Input = (long)expected.Input, Output = (long)expected.Output }.Cost(Sample.Model("claude-sonnet-5-5"));
        var quota = Sample.Quota() with { Spend = [new() { Quota = "team/tools", Daily = 5 * cost, OnExhausted = OnExhausted.Stop }] };
        var slow = new MockClaudeOptions { Behaviour = new Behaviour { FirstToken = new Lognormal(3) } };
        await using var limiter = await RunningLimiter.StartAsync(Sample.Deployment() with { Quota = quota }, mock: slow);

        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => limiter.SendAsync(RunningLimiter.Body)));

        // Two calls that are admitted in the same instant may both find the last part of it.
        Assert.InRange(answers.Count(a => a.Status == HttpStatusCode.OK), 5, 9);
        Assert.All(answers.Where(a => a.Status != HttpStatusCode.OK), a => Assert.Contains("Calls under way hold", a.Text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_call_that_ended_holds_no_money()
    {
        var quota = Sample.Quota() with { Spend = [new() { Quota = "team/tools", Daily = 1L << 40, OnExhausted = OnExhausted.Stop }] };
        await using var limiter = await RunningLimiter.StartAsync(Sample.Deployment() with { Quota = quota });
        for (var i = 0; i < 5; i++) await limiter.SendAsync(RunningLimiter.Body);
        await limiter.SettledAsync();
        Assert.Equal(limiter.State.Ledger.Unacknowledged().Sum(d => d.Amount), limiter.State.Ledger.Spent("team/tools").Today);
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
