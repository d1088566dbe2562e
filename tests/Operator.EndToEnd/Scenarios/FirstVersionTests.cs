using Operator.EndToEnd.Harness;

namespace Operator.EndToEnd.Scenarios;

public class FirstVersionTests
{
    [Theory]
    [MemberData(nameof(Scenario.Targets), MemberType = typeof(Scenario))]
    public async Task The_first_version_takes_all_traffic_after_its_offline_gates(string target)
    {
        await using var stage = await Scenario.OnAsync(target);
        await Scenario.FirstVersionAsync(stage);

        var deployment = stage.Deployment();
        Assert.Equal(["none", "none+v1@100%", "v1"], stage.Sequence());
        Assert.Equal("True", deployment.ConditionStatus("Ready"));
        Assert.Equal("True", deployment.ConditionStatus("Available"));
        Assert.Equal("True", deployment.ConditionStatus("Accepted"));
        Assert.Equal("True", deployment.ConditionStatus("PromptResolved"));
        Assert.Equal("True", deployment.ConditionStatus("QuotaBound"));
        Assert.NotEqual("True", deployment.ConditionStatus("Reconciling"));
        Assert.Null(deployment.Condition("Stalled"));
        await stage.UntilEventAsync("Promoted");
        stage.AssertQuiet();
    }

    /// <summary>The first version fails its eval.</summary>
    internal static async Task PlayFailedAsync(Stage stage)
    {
        stage.Ci.Set("v1", 100, 200);
        await stage.User.ApplyAsync(Manifests.Quota() + Manifests.Prompt("v1") + Manifests.Deployment("v1"));
        await stage.UntilAsync(d => d.Phase == "Degraded", "the deployment to be degraded");
    }

    [Theory]
    [MemberData(nameof(Scenario.Targets), MemberType = typeof(Scenario))]
    public async Task A_first_version_that_fails_its_eval_never_serves(string target)
    {
        await using var stage = await Scenario.OnAsync(target);
        await PlayFailedAsync(stage);

        var deployment = stage.Deployment();
        Assert.Null(deployment.Stable);
        Assert.Equal("False", deployment.ConditionStatus("Available"));
        Assert.Equal("True", deployment.ConditionStatus("Stalled"));
        Assert.All(stage.Sequence(), state => Assert.Equal("none", state));
        stage.AssertQuiet();
    }
}
