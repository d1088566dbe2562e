using System.Text.RegularExpressions;
using Operator.EndToEnd.Harness;

namespace Operator.EndToEnd.Scenarios;

public partial class EventTests
{
    [Fact]
    public async Task Every_step_of_every_rollout_is_seen_in_describe()
    {
        await using var stage = await Stage.OpenAsync();
        var kubectl = stage.Kubectl;
        var first = await Scenario.FirstVersionAsync(stage);
        await stage.User.ApplyAsync(Manifests.Prompt("v2") + Manifests.Deployment("v2"));
        var second = (await stage.UntilHealthyAsync("v2")).StableRevision!;
        await stage.User.ApplyAsync(Manifests.Prompt("v3") + Manifests.Deployment("v3"));
        var third = (await stage.UntilHealthyAsync("v3")).StableRevision!;

        // Two rollouts within the six minutes in which a repetition makes a series.
        string[] expected =
        [
            .. new[] { first, second, third }.SelectMany(r => new[]
            {
                $"RolloutStarted.*{r[..10]}: {Manifests.Model}", $"GatePassed.*{r[..10]} ci", $"Promoting.*every gate passed; {r[..10]}",
                $"Promoted.*{r[..10]} serves all traffic",
            }),
            .. new[] { second, third }.SelectMany(r => new[] { $"StepStarted.*{r[..10]}: step 1 of 2: 1% of", $"StepStarted.*{r[..10]}: step 2 of 2: 10% of" }),
        ];
        var story = "";
        await UntilDescribedAsync(stage, text => expected.All(e => Regex.IsMatch(story = text, e)), () => string.Join('\n', expected.Where(e => !Regex.IsMatch(story, e))) + story);
        Assert.DoesNotMatch(Counted(), story);
        stage.AssertQuiet();
    }

    [Fact]
    public async Task What_really_repeats_is_one_event_with_a_count()
    {
        await using var stage = await Stage.OpenAsync();
        var kubectl = stage.Kubectl;
        await Scenario.FirstVersionAsync(stage);
        for (var hand = 1; hand <= 3; hand++)
        {
            var edited = await stage.User.MergeAsync(
                $"/api/v1/namespaces/{Manifests.Space}/configmaps/claude-limiter-triage", """{"data":{"deployment.json":"{}"}}""");
            var version = (string)edited.Must()["metadata"]!["resourceVersion"]!;
            await stage.UntilAsync(
                () => stage.Record.Changes.Any(c => (string?)c.Object["metadata"]?["resourceVersion"] == version) && stage.Held() == "v1",
                "the configuration to be written anew");
        }
        var story = "";
        await UntilDescribedAsync(stage, text => Regex.IsMatch(story = text, @"ConfigurationReverted.*\(x[23] over"), () => story);
        Assert.Single(Reverted().Matches(story));
    }

    [GeneratedRegex(@"(StepStarted|GatePassed|RolloutStarted|Promoting|Promoted) .*\(x\d+ over")]
    private static partial Regex Counted();

    [GeneratedRegex("ConfigurationReverted")]
    private static partial Regex Reverted();

    private static async Task UntilDescribedAsync(Stage stage, Func<string, bool> condition, Func<string> details)
    {
        for (var look = 0; look < 40; look++)
        {
            if (condition((await stage.Kubectl.RunAsync("describe", "cdep/triage", "-n", Manifests.Space)).Must())) return;
            await Task.Delay(500);
        }
        Assert.Fail(details());
    }
}
