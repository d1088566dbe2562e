using Operator.EndToEnd.Harness;

namespace Operator.EndToEnd.Scenarios;

public class PromotionTests
{
    /// <summary>From the first version over 1 % and 10 % to the second.</summary>
    internal static async Task PlayAsync(Stage stage)
    {
        await Scenario.FirstVersionAsync(stage);
        await stage.User.ApplyAsync(Manifests.Prompt("v2") + Manifests.Deployment("v2"));
        await stage.UntilHealthyAsync("v2");
    }

    [Theory]
    [MemberData(nameof(Scenario.Targets), MemberType = typeof(Scenario))]
    public async Task A_new_version_walks_over_the_steps_and_is_promoted(string target)
    {
        await using var stage = await Scenario.OnAsync(target);
        await PlayAsync(stage);

        Assert.Equal(["none", "none+v1@100%", "v1", "v1+v2@1%", "v1+v2@10%", "v1+v2@100%", "v2"], stage.Sequence());
        var deployment = stage.Deployment();
        Assert.Equal(["Promoted", "Promoted"], deployment.History.Select(h => (string)h["outcome"]!));
        Assert.Equal("True", deployment.ConditionStatus("Ready"));
        await stage.UntilEventAsync("Promoted");
        stage.AssertQuiet();
    }

    [Fact]
    public async Task Kubectl_tells_the_story_of_a_promotion()
    {
        await using var stage = await Stage.OpenAsync();
        var kubectl = stage.Kubectl;
        (await kubectl.RunAsync(Manifests.Quota() + Manifests.Prompt("v1") + Manifests.Deployment("v1"), ["apply", "-f", "-"])).Must();
        var waited = (await kubectl.RunAsync("wait", "cdep/triage", "-n", Manifests.Space, "--for=condition=Ready", "--timeout=90s")).Must();
        Assert.Contains("claudedeployment.claudeops.dev/triage condition met", waited, StringComparison.Ordinal);
        await using var watch = kubectl.Watch("get", "cdep", "-n", Manifests.Space, "-w");
        await watch.FirstLine;

        (await kubectl.RunAsync(Manifests.Prompt("v2") + Manifests.Deployment("v2"), ["apply", "-f", "-"])).Must();
        (await kubectl.RunAsync("wait", "cdep/triage", "-n", Manifests.Space, "--for=jsonpath={.status.stable.promptVersion}=v2", "--timeout=90s")).Must();
        (await kubectl.RunAsync("wait", "cdep/triage", "-n", Manifests.Space, "--for=condition=Ready", "--timeout=90s")).Must();
        await stage.UntilEventAsync("StepStarted");
        await stage.UntilAsync(() => stage.EventReasons().Contains("Promoted") && watch.Text.Contains("Promoting", StringComparison.Ordinal), "kubectl to see the promotion");

        var header = watch.Text.Split('\n')[0];
        foreach (var column in new[] { "NAME", "STABLE", "CANARY", "WEIGHT", "STEP", "GATES", "PHASE", "READY", "AGE" }) Assert.Contains(column, header, StringComparison.Ordinal);
        foreach (var word in new[] { "Evaluating", "Progressing", "Promoting", "1%", "10%", "100%" }) Assert.Contains(word, watch.Text, StringComparison.Ordinal);

        var story = (await kubectl.RunAsync("describe", "cdep/triage", "-n", Manifests.Space)).Must();
        foreach (var word in new[] { "RolloutStarted", "StepStarted", "GatePassed", "Promoted", "Phase:", "Healthy", "v2" }) Assert.Contains(word, story, StringComparison.Ordinal);
        var table = (await kubectl.RunAsync("get", "cdep", "triage", "-n", Manifests.Space, "-o", "wide")).Must();
        Assert.Contains("MODEL", table, StringComparison.Ordinal);
        Assert.Contains(Manifests.Model, table, StringComparison.Ordinal);
        stage.AssertQuiet();
    }
}
