using Operator.Contract;
using Operator.Testing;

namespace Operator.Limiter.Tests.Channel;

/// <summary>Which token a limiter shows.</summary>
public class TokenTests
{
    private const string Renewed = "pod-token-2";

    [Fact]
    public async Task A_renewed_token_is_shown_after_some_seconds()
    {
        // No faster: an answer that a loaded machine is late with must not count as trouble.
        await using var limiter = await ConnectedLimiter.StartAsync(new FastClock(2));
        await limiter.ReportsAsync(1);
        await limiter.RenewAsync(Renewed);
        await ConnectedLimiter.UntilAsync(() => limiter.Operator.Tokens.Contains("Bearer " + Renewed), "the renewed token");
        Assert.True(limiter.Host.State.Channel.Failed == 0, string.Join('\n', limiter.Logs.Lines));
    }

    [Fact]
    public async Task The_file_is_not_read_for_each_report_but_again_when_its_token_is_refused()
    {
        // By this clock the ten seconds for which a token is kept take more than a minute and a half.
        await using var limiter = await ConnectedLimiter.StartAsync(
            new FastClock(0.1), fake => fake.Answer = _ => new ReportAnswer { Epoch = 1, NextReport = TimeSpan.FromMilliseconds(100) });
        await ConnectedLimiter.UntilAsync(() => limiter.Host.State.Channel.Answered > 0, "an answer");
        await limiter.RenewAsync(Renewed);
        await limiter.ReportsAsync(2);
        Assert.DoesNotContain("Bearer " + Renewed, limiter.Operator.Tokens);
        limiter.Operator.BadToken = FakeOperator.Token;
        await ConnectedLimiter.UntilAsync(() => limiter.Operator.Tokens.Contains("Bearer " + Renewed), "the renewed token");
        await limiter.ReportsAsync(1);
        Assert.Equal(1, limiter.Host.State.Channel.Failed);
    }
}
