using FsCheck;
using FsCheck.Fluent;
using Operator.MockClaude.Accounts;
using Operator.MockClaude.Limits;

namespace Operator.MockClaude.Tests.Limits;

public sealed class TokenBucketTests
{
    private static readonly GroupEntry Group = new() { Name = "g" };

    [Fact]
    public void A_group_never_admits_more_than_its_limits_and_its_burst()
    {
        var steps = (from wait in Gen.Choose(0, 60) from input in Gen.Choose(0, 4000) from workspace in Gen.Choose(0, 3)
            select (Wait: wait, Input: input, Workspace: workspace)).ListOf(1000);
        Prop.ForAll(steps.ToArbitrary(), sequence =>
        {
            const double Burst = 10;
            var limits = new GroupLimits(600, 60_000, 60_000);
            var limiter = new GroupLimiter(Group, limits, Burst, null, 0);
            limiter.SetWorkspace("a", new WorkspaceLimits(Input: 20_000), 0);
            double now = 0, requests = 0, input = 0, inputOfA = 0;
            foreach (var (wait, size, workspace) in sequence)
            {
                now += wait / 1000.0;
                var name = workspace == 0 ? "a" : "b";
                if (limiter.Admit(name, size, 0, now).Hit is not null) continue;
                requests++;
                input += size;
                if (name == "a") inputOfA += size;
                var minutes = (now + Burst) / 60;
                if (requests > limits.Requests * minutes + 1e-6 || input > limits.Input * minutes + 1e-6 || inputOfA > 20_000 * minutes + 1e-6)
                    return false;
            }
            // The limits were under pressure: two thirds and more of what they allow was used.
            return input > 60_000 * (now + Burst) / 60 * 0.67;
        }).Check(Config.QuickThrowOnFailure.WithReplay(20261120, 17).WithMaxTest(200));
    }

    [Fact]
    public void Waiting_as_long_as_told_is_enough()
    {
        var requests = Gen.Choose(1, 5000).ListOf(200);
        Prop.ForAll(requests.ToArbitrary(), sequence =>
        {
            var limiter = new GroupLimiter(Group, new GroupLimits(60, 60_000, 60_000), 5, null, 0);
            double now = 0;
            var refused = 0;
            foreach (var size in sequence)
            {
                if (limiter.Admit("a", size, 0, now).Hit is not { } hit) continue;
                refused++;
                now += hit.RetryAfter;
                if (limiter.Admit("a", size, 0, now).Hit is not null) return false;
            }
            return refused > 50;
        }).Check(Config.QuickThrowOnFailure.WithReplay(20261120, 19).WithMaxTest(200));
    }

    [Fact]
    public void Output_is_metered_as_it_comes_and_debt_refuses_until_it_is_paid()
    {
        var limiter = new GroupLimiter(Group, new GroupLimits(600, 60_000, 6_000), 60, null, 0);
        Assert.Null(limiter.Admit("a", 1, 0, 0).Hit);
        limiter.Meter("a", 0, 6_100, 0);
        var hit = limiter.Admit("a", 1, 0, 0).Hit;
        Assert.Equal("output tokens", hit?.Unit);
        Assert.Equal(2, hit?.RetryAfter);
        Assert.Null(limiter.Admit("a", 1, 0, 2).Hit);
    }

    [Fact]
    public void A_lowered_limit_takes_effect_at_once()
    {
        var limiter = new GroupLimiter(Group, new GroupLimits(600, 60_000, 6_000), 60, null, 0);
        limiter.SetOrganization(new GroupLimits(2, 60_000, 6_000), 0);
        Assert.Null(limiter.Admit("a", 1, 0, 0).Hit);
        Assert.Null(limiter.Admit("a", 1, 0, 0).Hit);
        Assert.Equal(2, limiter.Admit("a", 1, 0, 0).Hit?.PerMinute);
    }

    [Fact]
    public void Steep_growth_is_refused_although_the_buckets_are_full()
    {
        var limiter = new GroupLimiter(Group, new GroupLimits(60_000, 60_000, 6_000), 60, new RampGuard(2, 10), 0);
        int Admitted(double at) => Enumerable.Range(0, 100).Count(_ => limiter.Admit("a", 1, 0, at) is { Hit: null, Ramp: false });
        Assert.Equal([10, 20, 40, 80], new[] { 1.0, 11, 21, 31 }.Select(Admitted));
    }
}
