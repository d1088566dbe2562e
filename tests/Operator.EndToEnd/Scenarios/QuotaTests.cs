using Operator.EndToEnd.Harness;

namespace Operator.EndToEnd.Scenarios;

public class QuotaTests
{
    private const string Other = "platform";

    /// <summary>The quota comes later than the deployment that names it.</summary>
    internal static async Task PlayMissingAsync(Stage stage)
    {
        await stage.User.ApplyAsync(Manifests.Prompt("v1") + Manifests.Deployment("v1"));
        var waiting = await stage.UntilAsync(d => d.ConditionStatus("QuotaBound") == "False", "the quota to be missed");
        Assert.Equal("Pending", waiting.Phase);
        Assert.Contains("support", (string?)waiting.Condition("QuotaBound")!["message"], StringComparison.Ordinal);
        await stage.User.ApplyAsync(Manifests.Quota());
        await stage.UntilHealthyAsync("v1");
    }

    [Theory]
    [MemberData(nameof(Scenario.Targets), MemberType = typeof(Scenario))]
    public async Task A_quota_that_is_missing_is_waited_for(string target)
    {
        await using var stage = await Scenario.OnAsync(target);
        await PlayMissingAsync(stage);
        stage.AssertQuiet();
    }

    /// <summary>A quota of another namespace permits this one, and stops to.</summary>
    internal static async Task PlayPermissionAsync(Stage stage)
    {
        string At(string version) => Manifests.Deployment(version, quota: $"support, namespace: {Other}");
        await stage.User.ApplyAsync(Manifests.Namespace(Other) + Manifests.Quota(@namespace: Other) + Manifests.Prompt("v1") + At("v1"));
        var waiting = await stage.UntilAsync(d => d.ConditionStatus("QuotaBound") == "False", "the quota to refuse");
        Assert.Contains("allowedNamespaces", (string?)waiting.Condition("QuotaBound")!["message"], StringComparison.Ordinal);
        await stage.User.ApplyAsync(Manifests.Quota(@namespace: Other, more: $"allowedNamespaces: [{Manifests.Space}]"));
        await stage.UntilHealthyAsync("v1");

        // A permission that is withdrawn takes effect; what serves keeps serving.
        await stage.User.ApplyAsync(Manifests.Quota(@namespace: Other, more: "allowedNamespaces: [elsewhere]"));
        var refused = await stage.UntilAsync(d => d.ConditionStatus("QuotaBound") == "False", "the quota to refuse again");
        Assert.Equal("v1", refused.Stable);
        Assert.Equal("v1", stage.Sequence()[^1]);
    }

    [Theory]
    [MemberData(nameof(Scenario.Targets), MemberType = typeof(Scenario))]
    public async Task A_quota_of_another_namespace_must_permit_this_one(string target)
    {
        await using var stage = await Scenario.OnAsync(target);
        await PlayPermissionAsync(stage);
        stage.AssertQuiet();
    }

    /// <summary>Two quotas are each other's parent.</summary>
    internal static async Task PlayCircleAsync(Stage stage)
    {
        await stage.User.ApplyAsync(
            Manifests.Quota("a", more: "parentRef: {name: b}") + Manifests.Quota("b", more: "parentRef: {name: a}")
            + Manifests.Prompt("v1") + Manifests.Deployment("v1", quota: "a"));
        // Until both are seen, the parent of the one is only missing.
        await stage.UntilAsync(
            d => d.ConditionStatus("QuotaBound") == "False"
                && ((string?)d.Condition("QuotaBound")!["message"])!.Contains("the parents form a cycle", StringComparison.Ordinal),
            "the quotas to be refused as a circle");
        Assert.DoesNotContain(stage.Sequence(), s => s.Contains('@', StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Scenario.Targets), MemberType = typeof(Scenario))]
    public async Task Quotas_in_a_circle_bind_nothing_and_say_so(string target)
    {
        await using var stage = await Scenario.OnAsync(target);
        await PlayCircleAsync(stage);
        stage.AssertQuiet();
    }

    /// <summary>The quota changes while a canary has traffic.</summary>
    internal static async Task PlayEditAsync(Stage stage)
    {
        await Scenario.FirstVersionAsync(stage);
        await Scenario.CanaryAsync(stage, "v2");
        await stage.User.ApplyAsync(Manifests.Quota(requests: 2000));
        await stage.UntilHealthyAsync("v2");
    }

    [Theory]
    [MemberData(nameof(Scenario.Targets), MemberType = typeof(Scenario))]
    public async Task A_quota_edit_does_not_restart_a_canary(string target)
    {
        await using var stage = await Scenario.OnAsync(target);
        await PlayEditAsync(stage);
        Assert.Equal(["none", "none+v1@100%", "v1", "v1+v2@1%", "v1+v2@10%", "v1+v2@100%", "v2"], stage.Sequence());
        Assert.DoesNotContain("RolloutCancelled", stage.EventReasons());
        var map = stage.Record.Find("configmaps", Manifests.Space, "claude-limiter-triage")!;
        Assert.Contains("2000", (string)map["data"]!["deployment.json"]!, StringComparison.Ordinal);
        stage.AssertQuiet();
    }
}
