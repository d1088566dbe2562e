using System.Text.Json.Nodes;
using Operator.EndToEnd.Harness;

namespace Operator.EndToEnd.Scenarios;

public class LimiterConfigMapTests
{
    private const string Path = $"/api/v1/namespaces/{Manifests.Space}/configmaps/claude-limiter-triage";

    /// <summary>The limiter ConfigMap is deleted while a canary has traffic.</summary>
    internal static async Task PlayDeletedAsync(Stage stage)
    {
        await Scenario.FirstVersionAsync(stage);
        await Scenario.CanaryAsync(stage, "v2", "10%");
        (await stage.User.DeleteAsync(Path)).Must();
        await stage.UntilHealthyAsync("v2");
    }

    [Theory]
    [MemberData(nameof(Scenario.Targets), MemberType = typeof(Scenario))]
    public async Task A_limiter_ConfigMap_that_is_deleted_mid_canary_is_written_again(string target)
    {
        await using var stage = await Scenario.OnAsync(target);
        await PlayDeletedAsync(stage);
        var sequence = stage.Sequence();
        Assert.Contains("deleted", sequence);
        Assert.Equal("v2", sequence[^1]);
        // Nothing but declared weights, and never the canary alone before its gates passed.
        Assert.Empty(sequence.Except(["none", "none+v1@100%", "v1", "v1+v2@1%", "v1+v2@10%", "v1+v2@100%", "v2", "deleted"]));
        Assert.Empty(stage.Deployment().Rejected);
        var generations = stage.Record.Changes
            .Where(c => c is { Resource: "configmaps", Name: "claude-limiter-triage", Type: not "DELETED" })
            .Select(c => (long)JsonNode.Parse((string)c.Object["data"]!["deployment.json"]!)!["generation"]!)
            .ToList();
        // Limiters apply the higher generation only: one that starts again from 1 would be ignored.
        Assert.Equal(generations.Order(), generations);
        stage.AssertQuiet();
    }

    /// <summary>Somebody writes another weight into the limiter ConfigMap.</summary>
    internal static async Task PlayWeightEditAsync(Stage stage)
    {
        static string Slow(string version) => Manifests.Deployment(version, "{weight: 10, hold: 20m}", more: "progressDeadline: 3h");
        await Scenario.FirstVersionAsync(stage, Slow);
        await Scenario.CanaryAsync(stage, "v2", "10%", Slow);
        await stage.UntilAsync(() => stage.Sequence()[^1] == "v1+v2@10%", "the canary to have its weight");
        var map = (await stage.User.GetAsync(Path)).Must();
        var edited = JsonNode.Parse((string)map["data"]!["deployment.json"]!)!;
        edited["canaryWeight"] = 9_000;
        (await stage.User.MergeAsync(Path, new JsonObject { ["data"] = new JsonObject { ["deployment.json"] = edited.ToJsonString() } }.ToJsonString())).Must();
        await stage.UntilAsync(() => stage.Sequence().Contains("v1+v2@90%") && stage.Sequence()[^1] == "v1+v2@10%", "the edit to be undone");
    }

    [Theory]
    [MemberData(nameof(Scenario.Targets), MemberType = typeof(Scenario))]
    public async Task A_hand_edit_of_the_weight_is_undone(string target)
    {
        await using var stage = await Scenario.OnAsync(target);
        await PlayWeightEditAsync(stage);
        Assert.Equal("v2", stage.Deployment().Canary);
        stage.AssertQuiet();
    }

    /// <summary>Somebody writes what is no configuration into the limiter ConfigMap.</summary>
    internal static async Task PlayGarbageAsync(Stage stage)
    {
        var revision = await Scenario.FirstVersionAsync(stage);
        (await stage.User.MergeAsync(Path, """{"data":{"deployment.json":"{ this is no JSON"}}""")).Must();
        await stage.UntilAsync(() => stage.Sequence().Contains("unreadable") && stage.Sequence()[^1] == "v1", "the edit to be undone");
        Assert.Equal(revision, stage.Deployment().StableRevision);
    }

    [Theory]
    [MemberData(nameof(Scenario.Targets), MemberType = typeof(Scenario))]
    public async Task A_hand_edit_that_cannot_be_read_is_undone_and_nothing_is_promoted_by_it(string target)
    {
        await using var stage = await Scenario.OnAsync(target);
        await PlayGarbageAsync(stage);
        stage.AssertQuiet();
    }

    /// <summary>Somebody writes the canary into the limiter ConfigMap as if it were stable.</summary>
    internal static async Task PlayStableEditAsync(Stage stage)
    {
        static string Slow(string version) => Manifests.Deployment(version, "{weight: 10, hold: 20m}", more: "progressDeadline: 3h");
        var revision = await Scenario.FirstVersionAsync(stage, Slow);
        await Scenario.CanaryAsync(stage, "v2", "10%", Slow);
        await stage.UntilAsync(() => stage.Sequence()[^1] == "v1+v2@10%", "the canary to have its weight");
        var map = (await stage.User.GetAsync(Path)).Must();
        var edited = JsonNode.Parse((string)map["data"]!["deployment.json"]!)!;
        edited["stable"] = edited["canary"]!.DeepClone();
        (await stage.User.MergeAsync(Path, new JsonObject { ["data"] = new JsonObject { ["deployment.json"] = edited.ToJsonString() } }.ToJsonString())).Must();
        await stage.PassAsync(TimeSpan.FromMinutes(5));
        Assert.Equal(revision, stage.Deployment().StableRevision);
    }

    [Theory]
    [MemberData(nameof(Scenario.Targets), MemberType = typeof(Scenario))]
    public async Task A_hand_edit_that_names_another_stable_revision_promotes_nothing(string target)
    {
        await using var stage = await Scenario.OnAsync(target);
        await PlayStableEditAsync(stage);
        stage.AssertQuiet();
    }
}
