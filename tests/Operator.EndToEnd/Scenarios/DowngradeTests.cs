using System.Text.Json.Nodes;
using Operator.EndToEnd.Harness;

namespace Operator.EndToEnd.Scenarios;

/// <summary>A later version of the operator wrote the status.</summary>
public class DowngradeTests
{
    /// <summary>The status gets names that this version does not know while a canary has traffic.</summary>
    internal static async Task PlayAsync(Stage stage)
    {
        static string Slow(string version) => Manifests.Deployment(version, "{weight: 10, hold: 3m, minRequests: 50}");
        await Scenario.FirstVersionAsync(stage, Slow);
        await Scenario.CanaryAsync(stage, "v2", "10%", Slow);
        await stage.UntilAsync(() => stage.Held() == "v1+v2@10%", "the limiters to be told");
        await StoredObjects.AcceptAnythingAsync(stage);
        var live = stage.Deployment().Status!;
        var gates = live["gates"]!.DeepClone().AsArray();
        foreach (var gate in gates) gate!["verdict"] = "Splendid";
        var history = live["history"]!.DeepClone().AsArray();
        history.Add(new JsonObject { ["revision"] = new string('7', 64), ["outcome"] = "Sublimated", ["at"] = "2026-01-01T00:00:00Z" });
        await StoredObjects.MergeAsync(
            stage,
            new JsonObject
            {
                ["status"] = new JsonObject
                {
                    ["phase"] = "Simmering",
                    ["gates"] = gates,
                    ["history"] = history,
                    ["canary"] = new JsonObject { ["route"] = "Scenic" },
                    ["throttle"] = new JsonObject { ["state"] = "Sometimes" },
                },
            },
            "/status");
        await stage.UntilHealthyAsync("v2");
    }

    [Theory]
    [MemberData(nameof(Scenario.Targets), MemberType = typeof(Scenario))]
    public async Task A_status_with_names_of_a_later_version_is_read_and_the_rollout_goes_on(string target)
    {
        await using var stage = await Scenario.OnAsync(target);
        await PlayAsync(stage);
        Assert.Equal(["none", "none+v1@100%", "v1", "v1+v2@10%", "v1+v2@100%", "v2"], stage.Sequence());
        var deployment = stage.Deployment();
        Assert.Equal(["Promoted", "Promoted"], deployment.History.Select(h => (string?)h["outcome"]));
        Assert.Equal("True", deployment.ConditionStatus("Ready"));
        stage.AssertQuiet();
    }
}
