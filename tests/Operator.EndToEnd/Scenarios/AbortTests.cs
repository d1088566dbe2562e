using Operator.EndToEnd.Harness;

namespace Operator.EndToEnd.Scenarios;

public class AbortTests
{
    private const string Long = "{weight: 10, hold: 2h}";

    /// <summary>A canary is aborted by a person.</summary>
    internal static async Task PlayAsync(Stage stage)
    {
        static string Slow(string version) => Manifests.Deployment(version, Long, more: "progressDeadline: 3h");
        await Scenario.FirstVersionAsync(stage, Slow);
        var canary = await Scenario.CanaryAsync(stage, "v2", "10%", Slow);
        await stage.CommandAsync("abort", canary);
        await stage.UntilAsync(d => d.Phase == "RolledBack", "v2 to be rolled back");
    }

    /// <summary>A promoted version is aborted within the rollback window.</summary>
    internal static async Task PlayAfterPromotionAsync(Stage stage)
    {
        await PromotionTests.PlayAsync(stage);
        await stage.CommandAsync("abort", stage.Deployment().StableRevision!);
        await stage.UntilAsync(d => d.Phase == "RolledBack" && d.Stable == "v1", "v1 to be stable again");
    }

    [Theory]
    [MemberData(nameof(Scenario.Targets), MemberType = typeof(Scenario))]
    public async Task A_canary_that_is_aborted_loses_its_traffic(string target)
    {
        await using var stage = await Scenario.OnAsync(target);
        await PlayAsync(stage);
        var deployment = stage.Deployment();
        Assert.Equal(["none", "none+v1@100%", "v1", "v1+v2@10%", "v1"], stage.Sequence());
        Assert.Equal("Aborted", (string?)deployment.Rejected.Single()["reason"]);
        Assert.Equal("Aborted", (string?)deployment.History[0]["outcome"]);
        stage.AssertQuiet();
    }

    [Theory]
    [MemberData(nameof(Scenario.Targets), MemberType = typeof(Scenario))]
    public async Task An_abort_after_the_promotion_returns_to_the_former_version_without_gates(string target)
    {
        await using var stage = await Scenario.OnAsync(target);
        await PlayAfterPromotionAsync(stage);
        var before = stage.Sequence();
        Assert.Equal("v2", before[^2]);
        Assert.Equal("v1", before[^1]);
        // The spec still names v2: it must not be tried again.
        await stage.PassAsync(TimeSpan.FromMinutes(10));
        Assert.Equal(before, stage.Sequence());
        stage.AssertQuiet();
    }
}
