using Operator.EndToEnd.Harness;

namespace Operator.EndToEnd.Scenarios;

public class RetryTests
{
    /// <summary>A version fails its eval, and passes it when it is tried again.</summary>
    internal static async Task PlayAsync(Stage stage)
    {
        await WorseVersionTests.PlayAsync(stage);
        stage.Ci.Set("v2", 199, 200);
        await stage.CommandAsync("retry", (string)stage.Deployment().Rejected.Single()["revision"]!);
        await stage.UntilHealthyAsync("v2");
    }

    [Theory]
    [MemberData(nameof(Scenario.Targets), MemberType = typeof(Scenario))]
    public async Task A_retry_tries_a_rejected_version_with_new_eval_runs(string target)
    {
        await using var stage = await Scenario.OnAsync(target);
        await PlayAsync(stage);
        Assert.Equal(["none", "none+v1@100%", "v1", "v1+v2@1%", "v1+v2@10%", "v1+v2@100%", "v2"], stage.Sequence());
        Assert.Empty(stage.Deployment().Rejected);
        await stage.UntilEventAsync("RolloutRetried");
        stage.AssertQuiet();
    }

    [Theory]
    [MemberData(nameof(Scenario.Targets), MemberType = typeof(Scenario))]
    public async Task Without_a_retry_a_rejected_version_stays_rejected_over_time_and_restarts(string target)
    {
        await using var stage = await Scenario.OnAsync(target);
        await WorseVersionTests.PlayAsync(stage);
        stage.Ci.Set("v2", 200, 200);
        await stage.KillOperatorAsync();
        await stage.StartOperatorAsync();
        await stage.PassAsync(TimeSpan.FromHours(1));
        Assert.Equal("RolledBack", stage.Deployment().Phase);
        Assert.Equal(["none", "none+v1@100%", "v1"], stage.Sequence());
    }
}
