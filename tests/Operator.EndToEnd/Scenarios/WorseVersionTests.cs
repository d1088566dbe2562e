using Operator.EndToEnd.Harness;

namespace Operator.EndToEnd.Scenarios;

public class WorseVersionTests
{
    /// <summary>The second version fails its eval.</summary>
    internal static async Task PlayAsync(Stage stage)
    {
        stage.Ci.Set("v2", 120, 200);
        await Scenario.FirstVersionAsync(stage);
        await stage.User.ApplyAsync(Manifests.Prompt("v2") + Manifests.Deployment("v2"));
        await stage.UntilAsync(d => d.Phase == "RolledBack" && d.IsCurrent, "v2 to be rolled back");
    }

    [Theory]
    [MemberData(nameof(Scenario.Targets), MemberType = typeof(Scenario))]
    public async Task A_worse_version_is_rolled_back_by_its_eval_before_any_traffic(string target)
    {
        await using var stage = await Scenario.OnAsync(target);
        await PlayAsync(stage);

        Assert.Equal(["none", "none+v1@100%", "v1"], stage.Sequence());
        var deployment = stage.Deployment();
        Assert.Equal("v1", deployment.Stable);
        Assert.Single(deployment.Rejected);
        Assert.Equal("True", deployment.ConditionStatus("Available"));
        Assert.Equal("False", deployment.ConditionStatus("Ready"));
        Assert.Equal("True", deployment.ConditionStatus("Stalled"));
        Assert.Contains("ci", deployment.Message, StringComparison.Ordinal);
        await stage.UntilEventAsync("RolledBack");
        await stage.UntilEventAsync("GateFailed");
        stage.AssertQuiet();
    }

    [Fact]
    public async Task Kubectl_says_why_a_version_was_rolled_back()
    {
        await using var stage = await Stage.OpenAsync();
        var kubectl = stage.Kubectl;
        await PlayAsync(stage);
        (await kubectl.RunAsync("wait", "cdep/triage", "-n", Manifests.Space, "--for=condition=Stalled", "--timeout=60s")).Must();
        await stage.UntilEventAsync("RolledBack");
        var story = (await kubectl.RunAsync("describe", "cdep/triage", "-n", Manifests.Space)).Must();
        Assert.Contains("gate ci failed", story, StringComparison.Ordinal);
        Assert.Contains("RolledBack", story, StringComparison.Ordinal);
        var table = (await kubectl.RunAsync("get", "cdep", "triage", "-n", Manifests.Space)).Must();
        Assert.Contains("RolledBack", table, StringComparison.Ordinal);
        Assert.Contains("v1", table, StringComparison.Ordinal);
        var runs = (await kubectl.RunAsync("get", "cer", "-n", Manifests.Space)).Must();
        Assert.Contains("Fail", runs, StringComparison.Ordinal);
    }
}
