using Operator.Contract;
using Operator.Testing;

namespace Operator.Limiter.Tests.Channel;

/// <summary>How a configuration is confirmed: at once, and in brief where that says enough.</summary>
public class ConfirmationTests
{
    /// <summary>Slow: no report is due by itself while a test runs.</summary>
    private readonly FastClock _time = new(0.01);

    [Fact]
    public async Task An_operator_that_knows_the_limiter_is_told_in_brief()
    {
        await using var limiter = await StartAsync(_ => true);
        foreach (var generation in new[] { 5, 6 })
        {
            var told = await AppliedAsync(limiter, Configuration(generation));
            Assert.True(told.Brief);
            Assert.Equal(("team/triage", 1_000), (told.Applied[0].Deployment, told.Applied[0].CanaryWeight));
            Assert.Equal(0, told.Demand.Count + told.Leases.Count + told.Measurements.Count + told.Spend.Count + told.Signals.Count);
            var first = limiter.Operator.Reports.First();
            Assert.Equal((false, first.Instance, "team", "triage-0"), (first.Brief, told.Instance, told.Namespace, told.Pod));
        }
        Assert.Equal([1, 2, 3], limiter.Operator.Reports.Select(r => (int)r.Sequence));
    }

    [Fact]
    public async Task What_a_brief_report_left_out_is_in_the_next_whole_one()
    {
        // By this clock a second takes five.
        await using var limiter = await StartAsync(_ => true, new FastClock(0.2), TimeSpan.FromSeconds(1));
        await limiter.AnswersAsync();
        await AppliedAsync(limiter, Configuration(5));
        await ConnectedLimiter.UntilAsync(
            () => limiter.Operator.Reports.Any(r => !r.Brief && r.Measurements.Count > 0 && r.Spend.Count > 0 && r.Applied[0].Generation == 5), "a whole report with what was used");
    }

    [Fact]
    public async Task An_operator_that_does_not_say_that_it_knows_the_limiter_gets_whole_reports()
    {
        await using var limiter = await StartAsync(_ => false);
        var told = await AppliedAsync(limiter, Configuration(5));
        Assert.False(told.Brief);
        Assert.NotEmpty(told.Demand);
    }

    [Fact]
    public async Task A_brief_report_that_counted_for_nothing_is_followed_by_a_whole_one_at_once()
    {
        await using var limiter = await StartAsync(r => !r.Brief);
        Assert.True((await AppliedAsync(limiter, Configuration(5))).Brief);
        await ConnectedLimiter.UntilAsync(() => limiter.Operator.Reports.Any(r => !r.Brief && r.Applied[0].Generation == 5), "a whole report");
    }

    [Fact]
    public async Task A_group_that_the_operator_was_not_told_of_makes_the_report_whole()
    {
        await using var limiter = await StartAsync(_ => true);
        var quota = Sample.Quota();
        var told = await AppliedAsync(limiter, Configuration(5) with { Quota = quota with { Groups = [.. quota.Groups, quota.Groups[0] with { Group = "new" }] } });
        Assert.False(told.Brief);
        Assert.Contains(told.Demand, d => d.Group == "new");
    }

    [Fact]
    public async Task After_a_brief_report_that_failed_a_whole_one_confirms()
    {
        await using var limiter = await StartAsync(_ => true, new FastClock(0.1));
        limiter.Operator.IsFollower = true;
        limiter.Operator.Configure(new LimiterConfiguration { Epoch = 1, Deployments = [Configuration(5)] });
        await ConnectedLimiter.UntilAsync(() => limiter.Host.State.Channel.Followers > 0, "a follower's answer");
        limiter.Operator.IsFollower = false;
        await ConnectedLimiter.UntilAsync(() => limiter.Operator.Reports.Any(r => r.Applied[0].Generation == 5), "a report");
        Assert.False(limiter.Operator.Reports.First(r => r.Applied[0].Generation == 5).Brief);
    }

    private async Task<ConnectedLimiter> StartAsync(Func<Report, bool> knows, TimeProvider? time = null, TimeSpan? interval = null)
    {
        var limiter = await ConnectedLimiter.StartAsync(
            time ?? _time, fake => fake.Answer = r => new ReportAnswer { Epoch = 1, Known = knows(r), NextReport = interval ?? TimeSpan.FromSeconds(30) });
        await ConnectedLimiter.UntilAsync(() => limiter.Host.State.Channel.Answered > 0, "the first answer");
        return limiter;
    }

    private static DeploymentConfiguration Configuration(int generation) =>
        Sample.Deployment(generation: generation) with { Canary = Sample.Revision(Sample.CanaryId), CanaryWeight = 1_000 };

    /// <summary>Sends a configuration.</summary>
    /// <returns>The first report that confirms it.</returns>
    private static async Task<Report> AppliedAsync(ConnectedLimiter limiter, DeploymentConfiguration configuration)
    {
        limiter.Operator.Configure(new LimiterConfiguration { Epoch = 1, Deployments = [configuration] });
        Report? told = null;
        await ConnectedLimiter.UntilAsync(
            () => (told = limiter.Operator.Reports.FirstOrDefault(r => r.Applied.Any(a => a.Generation == configuration.Generation))) is not null, "a confirmation");
        // Its answer too: what comes next depends on it.
        await ConnectedLimiter.UntilAsync(() => limiter.Host.State.Channel.Answered >= limiter.Operator.Reports.Count, "the answer");
        return told!;
    }
}
