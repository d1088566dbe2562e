using System.Text.Json.Nodes;
using Operator.EndToEnd.Harness;

namespace Operator.EndToEnd.Scenarios;

/// <summary>A spec becomes invalid while its canary has traffic.</summary>
public class InvalidSpecTests
{
    private const string Steps = "{weight: 10, hold: 1h, minRequests: 50}";

    private static string Slow(string version) => Manifests.Deployment(version, Steps, more: "progressDeadline: 3h");

    private static async Task SpoilAsync(Stage stage)
    {
        await Scenario.FirstVersionAsync(stage, Slow);
        await Scenario.CanaryAsync(stage, "v2", "10%", Slow);
        await stage.UntilAsync(() => stage.Held() == "v1+v2@10%", "the limiters to be told");
        await StoredObjects.AcceptAnythingAsync(stage);
        await StoredObjects.MergeAsync(stage, new JsonObject { ["spec"] = new JsonObject { ["canary"] = JsonNode.Parse("""{"steps":[{"weight":10},{"weight":5}]}""") } });
        await stage.UntilAsync(d => d.ConditionStatus("Accepted") == "False", "the spec to be refused");
    }

    /// <summary>The canary turns slow after the spec was spoiled: the gates of the last valid spec roll it back.</summary>
    internal static async Task PlayAsync(Stage stage)
    {
        await SpoilAsync(stage);
        await stage.PassAsync(TimeSpan.FromMinutes(1));
        stage.Traffic.Set("v2", new Behaviour { Slow = 0.9 });
        await stage.UntilAsync(d => d.Stable == "v1" && d.Canary is null && d.Rejected.Count == 1 && stage.Held() == "v1", "v2 to be rolled back");
    }

    [Theory]
    [MemberData(nameof(Scenario.Targets), MemberType = typeof(Scenario))]
    public async Task A_canary_whose_spec_was_spoiled_is_still_guarded(string target)
    {
        await using var stage = await Scenario.OnAsync(target);
        await PlayAsync(stage);
        Assert.Equal(["none", "none+v1@100%", "v1", "v1+v2@10%", "v1"], stage.Sequence());
        Assert.Equal("GateFailed", (string?)stage.Deployment().Rejected.Single()["reason"]);
        stage.AssertQuiet();
    }

    [Theory]
    [MemberData(nameof(Scenario.Targets), MemberType = typeof(Scenario))]
    public async Task A_canary_whose_spec_was_spoiled_is_still_guarded_after_a_restart(string target)
    {
        await using var stage = await Scenario.OnAsync(target);
        await SpoilAsync(stage);
        await stage.KillOperatorAsync();
        await stage.StartOperatorAsync();
        await stage.PassAsync(TimeSpan.FromMinutes(3));
        // Neither cancelled nor taken further.
        Assert.Equal("v1+v2@10%", stage.Held());
        stage.Traffic.Set("v2", new Behaviour { Slow = 0.9 });
        await stage.UntilAsync(d => d.Rejected.Count == 1 && stage.Held() == "v1", "v2 to be rolled back");
        Assert.Equal(["none", "none+v1@100%", "v1", "v1+v2@10%", "v1"], stage.Sequence());
        Assert.Equal("False", stage.Deployment().ConditionStatus("Accepted"));
        stage.AssertQuiet();
    }

    [Theory]
    [MemberData(nameof(Scenario.Targets), MemberType = typeof(Scenario))]
    public async Task The_spec_that_guards_follows_the_edits_of_a_valid_one(string target)
    {
        await using var stage = await Scenario.OnAsync(target);
        await Scenario.FirstVersionAsync(stage, Slow);
        await Scenario.CanaryAsync(stage, "v2", "10%", Slow);
        await stage.User.ApplyAsync(Manifests.Deployment("v2", Steps, live: "{metric: latencyP95, max: 17s}", more: "progressDeadline: 3h"));
        await stage.UntilAsync(d => d.IsCurrent, "the edit to be seen");
        var name = "claude-revision-triage-" + stage.Deployment().CanaryRevision![..10];
        var map = stage.Record.Find("configmaps", Manifests.Space, name)!;
        Assert.Contains("\"max\":\"17s\"", (string?)map["metadata"]!["annotations"]!["claudeops.dev/accepted-spec"], StringComparison.Ordinal);
        stage.AssertQuiet();
    }
}
