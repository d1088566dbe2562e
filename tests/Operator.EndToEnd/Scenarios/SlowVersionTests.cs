using Operator.EndToEnd.Harness;

namespace Operator.EndToEnd.Scenarios;

public class SlowVersionTests
{
    /// <summary>The second version passes its eval and is slow under traffic.</summary>
    internal static async Task PlayAsync(Stage stage)
    {
        stage.Traffic.Set("v2", new Behaviour { Slow = 0.9 });
        await Scenario.FirstVersionAsync(stage);
        await stage.User.ApplyAsync(Manifests.Prompt("v2") + Manifests.Deployment("v2"));
        await stage.UntilAsync(d => d.Phase == "RolledBack" && d.IsCurrent, "v2 to be rolled back");
    }

    [Theory]
    [MemberData(nameof(Scenario.Targets), MemberType = typeof(Scenario))]
    public async Task A_version_that_is_slow_under_traffic_is_rolled_back_at_its_step(string target)
    {
        await using var stage = await Scenario.OnAsync(target);
        await PlayAsync(stage);

        Assert.Equal(["none", "none+v1@100%", "v1", "v1+v2@1%", "v1"], stage.Sequence());
        var deployment = stage.Deployment();
        Assert.Contains("latencyP95", deployment.Message, StringComparison.Ordinal);
        Assert.Equal("GateFailed", deployment.Reason);
        Assert.Equal("v1", deployment.Stable);
        await stage.UntilEventAsync("RolledBack");
        stage.AssertQuiet();
    }

    /// <summary>The second version fails half of its requests.</summary>
    internal static async Task PlayErrorsAsync(Stage stage)
    {
        stage.Traffic.Set("v2", new Behaviour { Errors = 0.5 });
        await Scenario.FirstVersionAsync(stage);
        await stage.User.ApplyAsync(Manifests.Prompt("v2") + Manifests.Deployment("v2"));
        await stage.UntilAsync(d => d.Phase == "RolledBack", "v2 to be rolled back");
    }

    [Theory]
    [MemberData(nameof(Scenario.Targets), MemberType = typeof(Scenario))]
    public async Task A_version_that_fails_more_requests_is_rolled_back_at_its_step(string target)
    {
        await using var stage = await Scenario.OnAsync(target);
        await PlayErrorsAsync(stage);
        Assert.Contains("errorRate", stage.Deployment().Message, StringComparison.Ordinal);
        Assert.Equal(["none", "none+v1@100%", "v1", "v1+v2@1%", "v1"], stage.Sequence());
        stage.AssertQuiet();
    }

    /// <summary>The second version costs a hundred times as much.</summary>
    internal static async Task PlayCostAsync(Stage stage)
    {
        static string Dear(string version) => Manifests.Deployment(version, live: "{metric: costPerRequest, maxIncrease: 20%}");
        stage.Traffic.Set("v2", new Behaviour { Cost = 400_000_000 });
        await Scenario.FirstVersionAsync(stage, Dear);
        await stage.User.ApplyAsync(Manifests.Prompt("v2") + Dear("v2"));
        await stage.UntilAsync(d => d.Phase == "RolledBack", "v2 to be rolled back");
    }

    [Theory]
    [MemberData(nameof(Scenario.Targets), MemberType = typeof(Scenario))]
    public async Task A_dearer_version_is_rolled_back_by_its_cost(string target)
    {
        await using var stage = await Scenario.OnAsync(target);
        await PlayCostAsync(stage);
        Assert.Contains("costPerRequest", stage.Deployment().Message, StringComparison.Ordinal);
        Assert.DoesNotContain("v2", stage.Sequence());
        stage.AssertQuiet();
    }
}
