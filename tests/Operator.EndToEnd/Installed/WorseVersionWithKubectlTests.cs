using Operator.EndToEnd.Harness;

namespace Operator.EndToEnd.Installed;

public class WorseVersionWithKubectlTests
{
    [Fact]
    public async Task A_worse_prompt_is_rolled_back_by_its_suite_before_any_traffic()
    {
        await using var installation = await Installation.OpenAsync();
        await installation.InstallAsync();
        var kubectl = installation.Kubectl;
        string[] triage = ["cdep/ticket-triage", "-n", "support"];
        await installation.MustAsync(["wait", .. triage, "--for=condition=Ready", "--timeout=110s"]);

        await installation.ShipAsync("v15", $"You sort tickets. {Installation.Bad}");
        await installation.MustAsync(["wait", .. triage, "--for=condition=Stalled", "--timeout=110s"]);

        await installation.AssertWeightsAsync("none", "none+v13@100%", "v13");
        var story = await installation.UntilAsync(
            text => text.Contains("GateFailed", StringComparison.Ordinal) && text.Contains("RolledBack ", StringComparison.Ordinal), ["describe", .. triage]);
        Assert.Contains("gate golden failed", story, StringComparison.Ordinal);
        Assert.Contains("v15", story, StringComparison.Ordinal);
        var table = await installation.MustAsync(["get", "cdep", "-n", "support"]);
        Assert.Matches(@"ticket-triage +v13 .*RolledBack +False", table);
        Assert.Contains("Fail", await installation.MustAsync("get", "cer", "-n", "support"), StringComparison.Ordinal);

        // What admission refuses is refused by the webhook that really is called, with the path.
        var refused = await kubectl.RunAsync(
            ["patch", .. triage, "--type=merge", "-p", """{"spec":{"canary":{"steps":[{"weight":20},{"weight":10}]}}}"""]);
        Assert.NotEqual(0, refused.Exit);
        Assert.Contains("spec.canary.steps[1].weight", refused.Stderr, StringComparison.Ordinal);
        Assert.True(installation.Log.Errors.Count == 0, string.Join("\n", installation.Log.Errors.Take(5)));
    }
}
