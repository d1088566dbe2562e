using Operator.EndToEnd.Harness;

namespace Operator.EndToEnd.Scenarios;

public class PromptTests
{
    /// <summary>The second prompt comes later than the deployment that names it.</summary>
    internal static async Task PlayMissingAsync(Stage stage)
    {
        await Scenario.FirstVersionAsync(stage);
        await stage.User.ApplyAsync(Manifests.Deployment("v2"));
        var waiting = await stage.UntilAsync(d => d.ConditionStatus("PromptResolved") == "False", "the prompt to be missed");
        Assert.Equal("Pending", waiting.Phase);
        Assert.Equal("PromptNotFound", (string?)waiting.Condition("PromptResolved")!["reason"]);
        Assert.Contains("claudeops.dev/prompt-version=v2", (string?)waiting.Condition("PromptResolved")!["message"], StringComparison.Ordinal);
        Assert.Equal("v1", waiting.Stable);
        Assert.Equal("True", waiting.ConditionStatus("Available"));

        await stage.User.ApplyAsync(Manifests.Prompt("v2"));
        await stage.UntilHealthyAsync("v2");
    }

    [Theory]
    [MemberData(nameof(Scenario.Targets), MemberType = typeof(Scenario))]
    public async Task A_prompt_that_is_missing_is_waited_for_while_stable_serves(string target)
    {
        await using var stage = await Scenario.OnAsync(target);
        await PlayMissingAsync(stage);
        stage.AssertQuiet();
    }

    /// <summary>Two ConfigMaps claim the second prompt, until one of them goes.</summary>
    internal static async Task PlayAmbiguousAsync(Stage stage)
    {
        await Scenario.FirstVersionAsync(stage);
        await stage.User.ApplyAsync(Manifests.Prompt("v2", name: "one") + Manifests.Prompt("v2", "Another text.", "two") + Manifests.Deployment("v2"));
        var waiting = await stage.UntilAsync(d => d.ConditionStatus("PromptResolved") == "False", "the prompt to be ambiguous");
        Assert.Equal("PromptAmbiguous", (string?)waiting.Condition("PromptResolved")!["reason"]);
        Assert.Contains("one, two", (string?)waiting.Condition("PromptResolved")!["message"], StringComparison.Ordinal);
        await stage.PassAsync(TimeSpan.FromMinutes(2));
        Assert.Equal(["none", "none+v1@100%", "v1"], stage.Sequence());

        await stage.User.DeleteAsync($"/api/v1/namespaces/{Manifests.Space}/configmaps/two");
        await stage.UntilHealthyAsync("v2");
    }

    [Theory]
    [MemberData(nameof(Scenario.Targets), MemberType = typeof(Scenario))]
    public async Task A_prompt_version_that_two_ConfigMaps_claim_is_not_shipped(string target)
    {
        await using var stage = await Scenario.OnAsync(target);
        await PlayAmbiguousAsync(stage);
        stage.AssertQuiet();
    }

    /// <summary>The content of the first prompt changes under its version.</summary>
    internal static async Task PlayChangedAsync(Stage stage)
    {
        var first = await Scenario.FirstVersionAsync(stage);
        await stage.User.ApplyAsync(Manifests.Prompt("v1", "A quite different text."));
        var deployment = await stage.UntilAsync(d => d.Phase == "Healthy" && d.StableRevision != first && d.Canary is null, "the new content to be stable");
        Assert.Equal("v1", deployment.Stable);
    }

    [Theory]
    [MemberData(nameof(Scenario.Targets), MemberType = typeof(Scenario))]
    public async Task A_changed_content_under_the_same_version_is_a_new_revision_with_a_warning(string target)
    {
        await using var stage = await Scenario.OnAsync(target);
        await PlayChangedAsync(stage);
        Assert.Contains("v1+v1@1%", stage.Sequence());
        Assert.Contains("v1+v1@10%", stage.Sequence());
        await stage.UntilEventAsync("PromptChanged");
        var warning = stage.Record.All("events").Single(e => (string?)e["reason"] == "PromptChanged");
        Assert.Equal("Warning", (string?)warning["type"]);
        Assert.DoesNotContain("quite different", warning.ToJsonString(), StringComparison.Ordinal);
        stage.AssertQuiet();
    }

    /// <summary>The prompt that serves is deleted.</summary>
    internal static async Task PlayDeletedAsync(Stage stage)
    {
        var revision = await Scenario.FirstVersionAsync(stage);
        await stage.User.DeleteAsync($"/api/v1/namespaces/{Manifests.Space}/configmaps/triage-v1");
        var deployment = await stage.UntilAsync(d => d.ConditionStatus("PromptResolved") == "False", "the prompt to be missed");
        Assert.Equal("True", deployment.ConditionStatus("Available"));
        await stage.PassAsync(TimeSpan.FromMinutes(5));
        Assert.Equal(revision, stage.Deployment().StableRevision);
        Assert.Equal("v1", stage.Sequence()[^1]);
    }

    [Theory]
    [MemberData(nameof(Scenario.Targets), MemberType = typeof(Scenario))]
    public async Task A_prompt_that_is_deleted_changes_nothing_that_serves(string target)
    {
        await using var stage = await Scenario.OnAsync(target);
        await PlayDeletedAsync(stage);
        stage.AssertQuiet();
    }
}
