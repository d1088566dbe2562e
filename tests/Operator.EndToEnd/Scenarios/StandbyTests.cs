using System.Globalization;
using System.Text.Json.Nodes;
using Operator.EndToEnd.Harness;

namespace Operator.EndToEnd.Scenarios;

public class StandbyTests
{
    [Fact]
    public async Task An_operator_that_does_not_lead_writes_nothing()
    {
        await using var stage = await Stage.OpenAsync();
        await Scenario.FirstVersionAsync(stage);
        var leader = stage.Process!;
        await stage.StartOperatorAsync();
        var standby = stage.Process!;
        Assert.NotSame(leader, standby);
        await stage.User.ApplyAsync(Manifests.Prompt("v2") + Manifests.Deployment("v2"));
        // The limiters report to the standby only: the leader goes on by what it knows, and neither may disturb the other.
        await stage.PassAsync(TimeSpan.FromMinutes(2));
        Assert.DoesNotContain(standby.Wire.Writes, w => w.Class != WriteClass.Lease);
        Assert.Contains(leader.Wire.Writes, w => w.Class == WriteClass.State);
    }

    [Fact]
    public async Task An_operator_waits_while_another_holds_the_lease_and_takes_over_when_it_is_given_back()
    {
        await using var stage = await Stage.OpenAsync();
        await Scenario.FirstVersionAsync(stage);
        await stage.StopOperatorAsync();
        await stage.User.ApplyAsync(Manifests.Prompt("v2") + Manifests.Deployment("v2"));
        await stage.StartOperatorAsync();
        await stage.UntilHealthyAsync("v2");
        Assert.Equal(["none", "none+v1@100%", "v1", "v1+v2@1%", "v1+v2@10%", "v1+v2@100%", "v2"], stage.Sequence());
        var leases = (await stage.User.GetAsync("/apis/coordination.k8s.io/v1/leases")).Must()["items"]!.AsArray();
        Assert.True(leases.Any(l => ((JsonNode)l!)["spec"]!["leaseTransitions"]?.GetValue<int>() >= 1), leases.ToJsonString().ToString(CultureInfo.InvariantCulture));
        stage.AssertQuiet();
    }
}
