using Operator.Api;
using Operator.Rollouts;
using Xunit;
using RollbackWindow = Operator.Api.RollbackWindow;

namespace Operator.Tests.Rollouts.Decision;

public sealed class RolloutPlanFactoryTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public void A_spec_without_rollout_fields_gets_the_documented_defaults()
    {
        var plan = RolloutPlanFactory.Create(new ClaudeDeploymentSpec());

        Assert.Empty(plan.Steps);
        Assert.Empty(plan.Gates);
        Assert.Equal(OnFailure.Automatic, plan.OnFailure);
        Assert.Equal(3, plan.WindowRevisions);
        Assert.Equal(TimeSpan.FromHours(24), plan.WindowAge);
        Assert.Equal(TimeSpan.FromHours(2), plan.ProgressDeadline);
    }

    [Theory]
    [InlineData("10", 1000)]
    [InlineData("10%", 1000)]
    [InlineData("0.5%", 50)]
    [InlineData("100%", 10_000)]
    public void The_short_form_is_one_step_of_five_minutes(string percentage, int weight)
    {
        var plan = RolloutPlanFactory.Create(new ClaudeDeploymentSpec { Canary = new CanarySpec { Percentage = new Percent(percentage) } });

        Assert.Equal([new PlanStep { Weight = weight, Hold = 5 * Minute }], plan.Steps);
    }

    [Fact]
    public void Steps_keep_their_order_holds_and_pauses()
    {
        var plan = RolloutPlanFactory.Create(new ClaudeDeploymentSpec
        {
            Canary = new CanarySpec
            {
                Steps =
                [
                    new CanaryStep { Weight = new Percent("1"), MinRequests = 200 },
                    new CanaryStep { Weight = new Percent("10%"), Hold = new GoDuration("15m") },
                    new CanaryStep { Pause = new CanaryPause() },
                    new CanaryStep { Pause = new CanaryPause { Duration = new GoDuration("1h") } },
                    new CanaryStep { Weight = new Percent("50"), Hold = new GoDuration("0s") },
                ],
            },
        });

        Assert.Equal(
            [
                new PlanStep { Weight = 100, Hold = 5 * Minute, MinRequests = 200 },
                new PlanStep { Weight = 1000, Hold = 15 * Minute },
                new PlanStep(),
                new PlanStep { Hold = 60 * Minute },
                new PlanStep { Weight = 5000, Hold = TimeSpan.Zero },
            ],
            plan.Steps);
        Assert.True(plan.Steps[2].WaitsForApproval);
        Assert.False(plan.Steps[3].WaitsForApproval);
    }

    [Fact]
    public void Gates_carry_their_names_and_the_weight_before_which_they_must_pass()
    {
        var plan = RolloutPlanFactory.Create(new ClaudeDeploymentSpec
        {
            Gates = new GatesSpec
            {
                Evals = [new EvalGate { Name = "golden" }, new EvalGate { Name = "late", At = new Percent("10%") }],
                Live = [new LiveGateSpec { Metric = LiveMetric.TimeToFirstTokenP95 }, new LiveGateSpec { Metric = LiveMetric.ErrorRate }],
            },
        });

        Assert.Equal(
            [new PlanGate("golden", false), new PlanGate("late", false, 1000), new PlanGate("timeToFirstTokenP95", true), new PlanGate("errorRate", true)],
            plan.Gates);
    }

    [Fact]
    public void Rollback_and_deadline_are_read()
    {
        var plan = RolloutPlanFactory.Create(new ClaudeDeploymentSpec
        {
            Rollback = new RollbackSpec { OnFailure = OnFailure.Hold, Window = new RollbackWindow { Revisions = 0, MaxAge = new GoDuration("90m") } },
            ProgressDeadline = new GoDuration("30m"),
        });

        Assert.Equal(OnFailure.Hold, plan.OnFailure);
        Assert.Equal(0, plan.WindowRevisions);
        Assert.Equal(90 * Minute, plan.WindowAge);
        Assert.Equal(30 * Minute, plan.ProgressDeadline);
    }

    [Fact]
    public void A_value_that_validation_would_refuse_throws_with_its_path()
    {
        var thrown = Assert.Throws<ArgumentException>(() => RolloutPlanFactory.Create(new ClaudeDeploymentSpec { ProgressDeadline = new GoDuration("soon") }));
        Assert.Contains("progressDeadline: 'soon'", thrown.Message, StringComparison.Ordinal);
    }
}
