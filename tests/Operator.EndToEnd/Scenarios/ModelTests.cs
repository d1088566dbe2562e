using Operator.EndToEnd.Harness;

namespace Operator.EndToEnd.Scenarios;

public class ModelTests
{
    /// <summary>A retired model is declared, and taken back.</summary>
    internal static async Task PlayAsync(Stage stage)
    {
        await Scenario.FirstVersionAsync(stage);
        await stage.User.ApplyAsync(Manifests.Deployment("v1", model: "claude-3-opus-20240229"));
        var refused = await stage.UntilAsync(d => d.ConditionStatus("Accepted") == "False", "the model to be refused");
        Assert.Contains("retired", (string?)refused.Condition("Accepted")!["message"], StringComparison.OrdinalIgnoreCase);
        Assert.Contains("claude-opus-4-8", (string?)refused.Condition("Accepted")!["message"], StringComparison.Ordinal);
        Assert.Equal("False", refused.ConditionStatus("ModelSupported"));
        Assert.Equal("True", refused.ConditionStatus("Stalled"));
        Assert.NotEqual("True", refused.ConditionStatus("Ready"));
        Assert.Equal("True", refused.ConditionStatus("Available"));
        await stage.PassAsync(TimeSpan.FromMinutes(5));
        Assert.Equal(["none", "none+v1@100%", "v1"], stage.Sequence());

        await stage.User.ApplyAsync(Manifests.Deployment("v1"));
        await stage.UntilHealthyAsync("v1");
    }

    [Theory]
    [MemberData(nameof(Scenario.Targets), MemberType = typeof(Scenario))]
    public async Task A_retired_model_is_refused_with_its_replacement_and_stable_serves_on(string target)
    {
        await using var stage = await Scenario.OnAsync(target);
        await PlayAsync(stage);
        stage.AssertQuiet();
    }
}
