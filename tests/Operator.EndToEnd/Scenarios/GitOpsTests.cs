using Operator.EndToEnd.Harness;

namespace Operator.EndToEnd.Scenarios;

public class GitOpsTests
{
    private static string Version(Stage stage) => (string)stage.Deployment().Json["metadata"]!["resourceVersion"]!;

    [Theory]
    [MemberData(nameof(Scenario.Targets), MemberType = typeof(Scenario))]
    public async Task Applying_the_same_manifests_twice_changes_nothing(string target)
    {
        await using var stage = await Scenario.OnAsync(target);
        await Scenario.FirstVersionAsync(stage);
        // Events, series and checkpoints of measurements have their own pace; a moment later nothing is left to say.
        stage.Traffic.Rate = 0;
        await stage.PassAsync(TimeSpan.FromMinutes(10));
        var version = Version(stage);
        var writes = stage.Process!.Wire.Writes.Count(w => w.Class == WriteClass.State);
        for (var i = 0; i < 3; i++) await stage.User.ApplyAsync(Manifests.Quota() + Manifests.Prompt("v1") + Manifests.Deployment("v1"));
        await stage.PassAsync(TimeSpan.FromMinutes(10));
        Assert.Equal(version, Version(stage));
        Assert.Equal(writes, stage.Process!.Wire.Writes.Count(w => w.Class == WriteClass.State));
        stage.AssertQuiet();
    }

    [Theory]
    [MemberData(nameof(Scenario.Targets), MemberType = typeof(Scenario))]
    public async Task A_sync_during_a_canary_does_not_disturb_it(string target)
    {
        await using var stage = await Scenario.OnAsync(target);
        await Scenario.FirstVersionAsync(stage);
        await Scenario.CanaryAsync(stage);
        while (stage.Deployment().Phase != "Healthy")
        {
            await stage.User.ApplyAsync(Manifests.Quota() + Manifests.Prompt("v2") + Manifests.Deployment("v2"));
            await stage.PassAsync(TimeSpan.FromSeconds(10));
        }
        Assert.Equal(["none", "none+v1@100%", "v1", "v1+v2@1%", "v1+v2@10%", "v1+v2@100%", "v2"], stage.Sequence());
        stage.AssertQuiet();
    }

    [Theory]
    [MemberData(nameof(Scenario.Targets), MemberType = typeof(Scenario))]
    public async Task A_sync_after_a_rollback_does_not_fight(string target)
    {
        await using var stage = await Scenario.OnAsync(target);
        await SlowVersionTests.PlayAsync(stage);
        var before = stage.Sequence();
        for (var i = 0; i < 5; i++)
        {
            await stage.User.ApplyAsync(Manifests.Quota() + Manifests.Prompt("v2") + Manifests.Deployment("v2"));
            await stage.PassAsync(TimeSpan.FromMinutes(3));
        }
        Assert.Equal(before, stage.Sequence());
        Assert.Equal("RolledBack", stage.Deployment().Phase);
        Assert.Single(stage.Deployment().Rejected);
        stage.AssertQuiet();
    }

    [Theory]
    [MemberData(nameof(Scenario.Targets), MemberType = typeof(Scenario))]
    public async Task The_operator_never_writes_a_spec(string target)
    {
        await using var stage = await Scenario.OnAsync(target);
        await PromotionTests.PlayAsync(stage);
        var managers = (await stage.User.GetAsync($"/apis/claudeops.dev/v1alpha1/namespaces/{Manifests.Space}/claudedeployments/triage")).Must()
            ["metadata"]!["managedFields"]!.AsArray();
        Assert.All(managers.Where(m => m!["fieldsV1"]?["f:spec"] is not null), m => Assert.Equal("gitops", (string?)m!["manager"]));
    }
}
