using Operator.EndToEnd.Harness;

namespace Operator.EndToEnd.Scenarios;

public class EvaluatorErrorTests
{
    /// <summary>The evaluator of the second version cannot be asked.</summary>
    internal static async Task PlayAsync(Stage stage)
    {
        // Off the administrator's list of allowed hosts: the evaluation cannot take place.
        static string Http(string version) => Manifests.Deployment(
            version, evals: "{name: house, http: {url: 'https://evals.invalid/triage', timeout: 10s}, passRate: 90%}", more: "progressDeadline: 10m");
        await Scenario.FirstVersionAsync(stage);
        await stage.User.ApplyAsync(Manifests.Prompt("v2") + Http("v2"));
        var held = await stage.UntilAsync(
            d => d.Phase == "Evaluating" && d.Message?.Contains("EvaluatorError", StringComparison.Ordinal) == true, "the evaluator's error to be seen");
        Assert.Contains("house", held.Message, StringComparison.Ordinal);
        await stage.PassAsync(TimeSpan.FromMinutes(5));
        Assert.Equal("Evaluating", stage.Deployment().Phase);
        await stage.UntilAsync(d => d.Phase == "RolledBack", "the deadline to pass");
    }

    [Theory]
    [MemberData(nameof(Scenario.Targets), MemberType = typeof(Scenario))]
    public async Task An_evaluator_that_errs_holds_the_step_and_says_nothing_about_the_version(string target)
    {
        await using var stage = await Scenario.OnAsync(target);
        await PlayAsync(stage);
        Assert.Equal("ProgressDeadlineExceeded", stage.Deployment().Reason);
        Assert.Equal(["none", "none+v1@100%", "v1"], stage.Sequence());
        stage.AssertQuiet();
    }
}
