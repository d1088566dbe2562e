using Operator.EndToEnd.Harness;

namespace Operator.EndToEnd.Scenarios;

public class PauseTests
{
    private const string Steps = "{weight: 10, hold: 20s}, {pause: {}}, {weight: 50, hold: 20s}";

    /// <summary>A pause between two steps, approved by a person.</summary>
    internal static async Task PlayAsync(Stage stage)
    {
        static string Paused(string version) => Manifests.Deployment(version, Steps, more: "progressDeadline: 5m");
        await Scenario.FirstVersionAsync(stage, Paused);
        await stage.User.ApplyAsync(Manifests.Prompt("v2") + Paused("v2"));
        var paused = await stage.UntilAsync(d => d.Phase == "Paused", "the rollout to pause");
        // Longer than the deadline: a pause waits for a person.
        await stage.PassAsync(TimeSpan.FromMinutes(8));
        Assert.Equal("Paused", stage.Deployment().Phase);
        await stage.CommandAsync("approve", paused.CanaryRevision![..10]);
        await stage.UntilHealthyAsync("v2");
    }

    [Theory]
    [MemberData(nameof(Scenario.Targets), MemberType = typeof(Scenario))]
    public async Task A_pause_keeps_its_weight_until_it_is_approved(string target)
    {
        await using var stage = await Scenario.OnAsync(target);
        await PlayAsync(stage);
        Assert.Equal(["none", "none+v1@100%", "v1", "v1+v2@10%", "v1+v2@50%", "v1+v2@100%", "v2"], stage.Sequence());
        await stage.UntilEventAsync("PauseApproved");
        stage.AssertQuiet();
    }

    [Theory]
    [MemberData(nameof(Scenario.Targets), MemberType = typeof(Scenario))]
    public async Task An_approval_of_another_revision_has_no_effect(string target)
    {
        await using var stage = await Scenario.OnAsync(target);
        static string Paused(string version) => Manifests.Deployment(version, Steps);
        var stable = await Scenario.FirstVersionAsync(stage, Paused);
        await stage.User.ApplyAsync(Manifests.Prompt("v2") + Paused("v2"));
        await stage.UntilAsync(d => d.Phase == "Paused", "the rollout to pause");
        await stage.CommandAsync("approve", stable);
        await stage.UntilEventAsync("CommandIgnored");
        await stage.PassAsync(TimeSpan.FromMinutes(1));
        Assert.Equal("Paused", stage.Deployment().Phase);
        stage.AssertQuiet();
    }
}
