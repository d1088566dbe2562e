using Operator.EndToEnd.Harness;

namespace Operator.EndToEnd.Scenarios;

public class RevertTests
{
    private static string Slow(string version) => Manifests.Deployment(version, "{weight: 10, hold: 1h}", more: "progressDeadline: 3h");

    /// <summary>The spec goes back to stable while the canary has traffic.</summary>
    internal static async Task PlayAsync(Stage stage)
    {
        await Scenario.FirstVersionAsync(stage, Slow);
        await Scenario.CanaryAsync(stage, "v2", "10%", Slow);
        await stage.User.ApplyAsync(Slow("v1"));
        await stage.UntilHealthyAsync("v1");
    }

    /// <summary>A third version takes the place of the canary.</summary>
    internal static async Task PlayNewerAsync(Stage stage)
    {
        static string Short(string version) => Manifests.Deployment(version, "{weight: 10, hold: 1m}");
        await Scenario.FirstVersionAsync(stage, Short);
        await Scenario.CanaryAsync(stage, "v2", "10%", Short);
        await stage.User.ApplyAsync(Manifests.Prompt("v3") + Short("v3"));
        await stage.UntilHealthyAsync("v3");
    }

    [Theory]
    [MemberData(nameof(Scenario.Targets), MemberType = typeof(Scenario))]
    public async Task A_spec_that_goes_back_to_stable_cancels_the_canary(string target)
    {
        await using var stage = await Scenario.OnAsync(target);
        await PlayAsync(stage);
        Assert.Equal(["none", "none+v1@100%", "v1", "v1+v2@10%", "v1"], stage.Sequence());
        var deployment = stage.Deployment();
        Assert.Empty(deployment.Rejected);
        Assert.Equal("Cancelled", (string?)deployment.History[0]["outcome"]);
        stage.AssertQuiet();
    }

    [Theory]
    [MemberData(nameof(Scenario.Targets), MemberType = typeof(Scenario))]
    public async Task A_newer_version_takes_the_place_of_the_canary_from_zero(string target)
    {
        await using var stage = await Scenario.OnAsync(target);
        await PlayNewerAsync(stage);
        Assert.Equal(["none", "none+v1@100%", "v1", "v1+v2@10%", "v1", "v1+v3@10%", "v1+v3@100%", "v3"], stage.Sequence());
        stage.AssertQuiet();
    }
}
