using System.Text.Json.Nodes;
using Operator.LocalCluster.Controllers;

namespace Operator.LocalCluster.Tests.Controllers;

public class RollingStepTests
{
    [Theory]
    // wanted, new, new available, old, old available → new, old
    [InlineData(4, 0, 0, 0, 0, 4, 0)]
    [InlineData(4, 0, 0, 4, 4, 1, 3)]
    [InlineData(4, 1, 1, 3, 3, 2, 2)]
    [InlineData(4, 4, 4, 1, 1, 4, 0)]
    [InlineData(4, 1, 0, 4, 0, 1, 0)]
    [InlineData(2, 5, 5, 0, 0, 2, 0)]
    [InlineData(1, 0, 0, 1, 1, 1, 1)]
    [InlineData(1, 1, 1, 1, 1, 1, 0)]
    public void Replicas_move_within_surge_and_unavailability(
        int wanted, int newReplicas, int newAvailable, int oldReplicas, int oldAvailable, int nextNew, int nextOld)
    {
        var deployment = (JsonObject)JsonNode.Parse(
            """{"spec":{"strategy":{"type":"RollingUpdate","rollingUpdate":{"maxSurge":"25%","maxUnavailable":"25%"}}}}""")!;
        deployment["spec"]!["replicas"] = wanted;
        Assert.Equal(new RollingStep(nextNew, nextOld), RollingStep.Next(deployment, newReplicas, newAvailable, oldReplicas, oldAvailable));
    }

    [Fact]
    public void Recreate_waits_until_the_old_pods_are_gone()
    {
        var deployment = (JsonObject)JsonNode.Parse("""{"spec":{"replicas":2,"strategy":{"type":"Recreate"}}}""")!;
        Assert.Equal(new RollingStep(0, 0), RollingStep.Next(deployment, 0, 0, 2, 2));
        Assert.Equal(new RollingStep(2, 0), RollingStep.Next(deployment, 0, 0, 0, 0));
    }
}
