using Operator.EndToEnd.Harness;

namespace Operator.EndToEnd.Scenarios;

public class DeletionTests
{
    [Fact]
    public async Task A_deployment_that_is_deleted_mid_rollout_leaves_nothing_behind()
    {
        await using var stage = await Scenario.WithControllersAsync();
        await Scenario.FirstVersionAsync(stage);
        await Scenario.CanaryAsync(stage);
        (await stage.User.DeleteAsync($"/apis/claudeops.dev/v1alpha1/namespaces/{Manifests.Space}/claudedeployments/triage")).Must();
        await stage.UntilAsync(
            () => stage.Record.All("claudedeployments").Count == 0
                && !stage.Record.All("configmaps").Any(m => ((string)m["metadata"]!["name"]!).StartsWith("claude-", StringComparison.Ordinal)),
            "the deployment and its children to be gone");
        await stage.PassAsync(TimeSpan.FromMinutes(5));
        Assert.DoesNotContain(stage.Record.All("configmaps"), m => ((string)m["metadata"]!["name"]!).StartsWith("claude-", StringComparison.Ordinal));
        stage.AssertQuiet();
    }

    [Fact]
    public async Task A_deployment_that_comes_back_under_its_name_starts_anew()
    {
        await using var stage = await Scenario.WithControllersAsync();
        await PromotionTests.PlayAsync(stage);
        (await stage.User.DeleteAsync($"/apis/claudeops.dev/v1alpha1/namespaces/{Manifests.Space}/claudedeployments/triage")).Must();
        await stage.UntilAsync(() => stage.Record.Find("configmaps", Manifests.Space, "claude-limiter-triage") is null, "the children to be gone");
        await stage.User.ApplyAsync(Manifests.Deployment("v1"));
        var deployment = await stage.UntilHealthyAsync("v1");
        Assert.Single(deployment.History);
        stage.AssertQuiet();
    }

    [Fact]
    public async Task A_namespace_that_terminates_mid_canary_ends_without_a_fight()
    {
        await using var stage = await Scenario.WithControllersAsync();
        await Scenario.FirstVersionAsync(stage);
        await Scenario.CanaryAsync(stage);
        (await stage.User.DeleteAsync($"/api/v1/namespaces/{Manifests.Space}")).Must();
        var gone = false;
        while (!gone)
        {
            gone = (int)(await stage.User.GetAsync($"/api/v1/namespaces/{Manifests.Space}")).Status == 404;
            await stage.PassAsync(TimeSpan.FromSeconds(5));
        }
        Assert.Empty(stage.Record.All("claudedeployments"));
        var writes = stage.Process!.Wire.Writes.Count(w => w.Class == WriteClass.State);
        await stage.PassAsync(TimeSpan.FromMinutes(10));
        Assert.Equal(writes, stage.Process!.Wire.Writes.Count(w => w.Class == WriteClass.State));
        stage.AssertQuiet();
    }
}
