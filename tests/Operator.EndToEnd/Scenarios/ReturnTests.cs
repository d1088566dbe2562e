using Operator.EndToEnd.Harness;

namespace Operator.EndToEnd.Scenarios;

public class ReturnTests
{
    /// <summary>The spec goes back to a version of the rollback window.</summary>
    internal static async Task PlayAsync(Stage stage)
    {
        await PromotionTests.PlayAsync(stage);
        await stage.User.ApplyAsync(Manifests.Deployment("v1"));
        await stage.UntilHealthyAsync("v1");
    }

    [Theory]
    [MemberData(nameof(Scenario.Targets), MemberType = typeof(Scenario))]
    public async Task A_version_of_the_window_takes_all_traffic_at_once(string target)
    {
        await using var stage = await Scenario.OnAsync(target);
        await PlayAsync(stage);
        Assert.Equal(["v2", "v2+v1@100%", "v1"], stage.Sequence().TakeLast(3));
        stage.AssertQuiet();
    }

    /// <summary>The promotion is aborted when the former prompt is gone.</summary>
    internal static async Task PlayGonePromptAsync(Stage stage)
    {
        await PromotionTests.PlayAsync(stage);
        await stage.User.DeleteAsync($"/api/v1/namespaces/{Manifests.Space}/configmaps/triage-v1");
        await stage.CommandAsync("abort", stage.Deployment().StableRevision!);
        await stage.UntilAsync(d => d.Phase == "RolledBack" && d.Stable == "v1", "v1 to be stable again");
        Assert.Equal("v1", stage.Sequence()[^1]);
    }

    [Theory]
    [MemberData(nameof(Scenario.Targets), MemberType = typeof(Scenario))]
    public async Task The_prompt_of_the_window_may_be_gone_from_the_cluster_while_it_stands_by(string target)
    {
        await using var stage = await Scenario.OnAsync(target);
        await PlayGonePromptAsync(stage);
        stage.AssertQuiet();
    }

    /// <summary>The spec goes back to a version that left the rollback window.</summary>
    internal static async Task PlayOutsideAsync(Stage stage)
    {
        static string Window(string version) => Manifests.Deployment(version, more: "rollback: {window: {revisions: 3, maxAge: 10m}}");
        await Scenario.FirstVersionAsync(stage, Window);
        await stage.User.ApplyAsync(Manifests.Prompt("v2") + Window("v2"));
        await stage.UntilHealthyAsync("v2");
        await stage.PassAsync(TimeSpan.FromMinutes(11));
        await stage.User.ApplyAsync(Window("v1"));
        await stage.UntilHealthyAsync("v1");
    }

    [Theory]
    [MemberData(nameof(Scenario.Targets), MemberType = typeof(Scenario))]
    public async Task Outside_of_the_window_a_former_version_walks_over_all_steps(string target)
    {
        await using var stage = await Scenario.OnAsync(target);
        await PlayOutsideAsync(stage);
        Assert.Equal(["v2", "v2+v1@1%", "v2+v1@10%", "v2+v1@100%", "v1"], stage.Sequence().TakeLast(5));
        stage.AssertQuiet();
    }
}
