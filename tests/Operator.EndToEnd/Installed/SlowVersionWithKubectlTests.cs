using Operator.EndToEnd.Harness;

namespace Operator.EndToEnd.Installed;

public class SlowVersionWithKubectlTests
{
    [Fact]
    public async Task A_version_that_passes_its_suite_and_is_slow_under_traffic_is_rolled_back_at_its_step()
    {
        await using var installation = await Installation.OpenAsync();
        installation.Traffic.Set("v16", new Behaviour { Slow = 0.9 });
        await installation.InstallAsync();
        string[] triage = ["cdep/ticket-triage", "-n", "support"];
        await installation.MustAsync(["wait", .. triage, "--for=condition=Ready", "--timeout=110s"]);

        await installation.ShipAsync("v16", "You sort tickets. Answer with one word.");
        await installation.MustAsync(["wait", .. triage, "--for=condition=Stalled", "--timeout=110s"]);

        await installation.AssertWeightsAsync("none", "none+v13@100%", "v13", "v13+v16@1%", "v13");
        string[] told = ["golden: ", "step 1 of 2: 1% of traffic", "GateFailed", "latencyP95", "RolledBack "];
        await installation.UntilAsync(text => told.All(t => text.Contains(t, StringComparison.Ordinal)), ["describe", .. triage]);
        Assert.Matches(@"ticket-triage +v13 .*RolledBack +False", await installation.MustAsync("get", "cdep", "-n", "support"));
        Assert.True(installation.Log.Errors.Count == 0, string.Join("\n", installation.Log.Errors.Take(5)));
    }
}
