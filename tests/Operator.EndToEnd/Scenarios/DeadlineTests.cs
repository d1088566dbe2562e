using Operator.EndToEnd.Harness;

namespace Operator.EndToEnd.Scenarios;

public class DeadlineTests
{
    private static string Short(string version) => Manifests.Deployment(version, more: "progressDeadline: 10m");

    /// <summary>Nobody uses the tool: the step holds until the deadline.</summary>
    internal static async Task PlayAsync(Stage stage)
    {
        await Scenario.FirstVersionAsync(stage, Short);
        stage.Traffic.Rate = 0;
        await stage.User.ApplyAsync(Manifests.Prompt("v2") + Short("v2"));
        await stage.UntilAsync(d => d.Phase == "RolledBack", "the deadline to pass");
    }

    [Theory]
    [MemberData(nameof(Scenario.Targets), MemberType = typeof(Scenario))]
    public async Task Without_traffic_a_step_holds_until_the_deadline_and_is_then_rolled_back_with_that_reason(string target)
    {
        await using var stage = await Scenario.OnAsync(target);
        var before = stage.Clock.GetUtcNow();
        await PlayAsync(stage);
        Assert.True(stage.Clock.GetUtcNow() - before >= TimeSpan.FromMinutes(10));
        var deployment = stage.Deployment();
        Assert.Equal("ProgressDeadlineExceeded", deployment.Reason);
        Assert.Equal(["none", "none+v1@100%", "v1", "v1+v2@1%", "v1"], stage.Sequence());
        stage.AssertQuiet();
    }

    /// <summary>The eval of the second version never answers.</summary>
    internal static async Task PlaySilentEvalAsync(Stage stage)
    {
        await Scenario.FirstVersionAsync(stage, Short);
        stage.Ci.Answers = false;
        await stage.User.ApplyAsync(Manifests.Prompt("v2") + Short("v2"));
        var waiting = await stage.UntilAsync(d => d.Phase == "Evaluating" && d.Canary == "v2", "the gate to be waited for");
        Assert.Contains("ci", waiting.Message, StringComparison.Ordinal);
        await stage.PassAsync(TimeSpan.FromMinutes(8));
        Assert.Equal("Evaluating", stage.Deployment().Phase);
        await stage.UntilAsync(d => d.Phase == "RolledBack", "the deadline to pass");
    }

    [Theory]
    [MemberData(nameof(Scenario.Targets), MemberType = typeof(Scenario))]
    public async Task An_eval_that_never_answers_holds_until_the_deadline(string target)
    {
        await using var stage = await Scenario.OnAsync(target);
        await PlaySilentEvalAsync(stage);
        Assert.Equal("ProgressDeadlineExceeded", stage.Deployment().Reason);
        Assert.Equal(["none", "none+v1@100%", "v1"], stage.Sequence());
        stage.AssertQuiet();
    }

    /// <summary>Limiters do not take the weight of the first step for a while.</summary>
    internal static async Task PlayStubbornLimitersAsync(Stage stage)
    {
        await Scenario.FirstVersionAsync(stage, Short);
        await stage.PassAsync(TimeSpan.FromSeconds(5));
        stage.Traffic.Applies = false;
        await stage.User.ApplyAsync(Manifests.Prompt("v2") + Short("v2"));
        await stage.UntilAsync(d => d.Reason == "WaitingForLimiters", "the limiters to be waited for");
        await stage.PassAsync(TimeSpan.FromMinutes(5));
        Assert.Equal("1%", stage.Deployment().Desired);
        stage.Traffic.Applies = true;
        await stage.UntilHealthyAsync("v2");
    }

    [Theory]
    [MemberData(nameof(Scenario.Targets), MemberType = typeof(Scenario))]
    public async Task Limiters_that_do_not_take_a_weight_keep_the_step_from_starting(string target)
    {
        await using var stage = await Scenario.OnAsync(target);
        await PlayStubbornLimitersAsync(stage);
        stage.AssertQuiet();
    }
}
