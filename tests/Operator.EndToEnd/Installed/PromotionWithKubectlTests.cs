using Operator.EndToEnd.Harness;

namespace Operator.EndToEnd.Installed;

public class PromotionWithKubectlTests
{
    [Fact]
    public async Task What_the_samples_declare_is_installed_served_and_promoted()
    {
        await using var installation = await Installation.OpenAsync();
        await installation.InstallAsync();
        var kubectl = installation.Kubectl;
        string[] triage = ["cdep/ticket-triage", "-n", "support"];
        var waited = await installation.MustAsync(["wait", .. triage, "--for=condition=Ready", "--timeout=110s"]);
        Assert.Contains("ticket-triage condition met", waited, StringComparison.Ordinal);
        await installation.AssertWeightsAsync("none", "none+v13@100%", "v13");
        await installation.MustAsync("wait", "cdep/macros", "-n", "support", "--for=condition=Ready", "--timeout=60s");
        await using var watch = kubectl.Watch("get", "cdep", "ticket-triage", "-n", "support", "-w");
        await watch.FirstLine;

        await installation.ShipAsync("v14", "You sort tickets. Answer with one word.");
        await installation.MustAsync(["wait", .. triage, "--for=jsonpath={.status.stable.promptVersion}=v14", "--timeout=110s"]);
        await installation.MustAsync(["wait", .. triage, "--for=condition=Ready", "--timeout=60s"]);

        await installation.AssertWeightsAsync("none", "none+v13@100%", "v13", "v13+v14@1%", "v13+v14@10%", "v13+v14@100%", "v14");
        foreach (var word in new[] { "Evaluating", "Progressing", "1%", "10%", "100%", "v14" }) Assert.Contains(word, watch.Text, StringComparison.Ordinal);
        string[] told =
        [
            "RolloutStarted", "golden: ", "step 1 of 2: 1% of traffic", "step 2 of 2: 10% of traffic", "errorRate", "costPerRequest", "Promoted", "Healthy",
        ];
        await installation.UntilAsync(text => told.All(t => text.Contains(t, StringComparison.Ordinal)), ["describe", .. triage]);

        var runs = await installation.MustAsync("get", "cer", "-n", "support");
        Assert.Contains("Pass", runs, StringComparison.Ordinal);
        // The runner's pods had a limiter, and that alone held the key.
        Assert.True(installation.Claude.Ledger.Totals(_ => true).Requests > 0);
        Assert.True(installation.Log.Errors.Count == 0, string.Join("\n", installation.Log.Errors.Take(5)));
    }
}
