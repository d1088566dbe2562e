using Operator.Api;
using Operator.Cli.Cluster;
using Operator.Cli.Steer;
using Operator.Kubernetes.Models;

namespace Operator.Cli.Tests.Steer;

public class SteeringTests
{
    [Theory]
    [InlineData(null, "abc")]
    [InlineData("other", "abc")]
    [InlineData("abc", "abc/2")]
    [InlineData("abc/2", "abc/3")]
    [InlineData("abc/because", "abc/2")]
    public void A_command_that_is_given_again_is_a_new_one(string? before, string value) => Assert.Equal(value, Steering.Value("abc", before));

    [Fact]
    public void Each_command_means_the_revision_that_a_person_means()
    {
        var deployment = new ClaudeDeployment { Metadata = new V1ObjectMeta { Name = "triage" }, Status = new ClaudeDeploymentStatus { Stable = new RevisionStatus { Revision = "stable" } } };
        Assert.Equal("stable", Steering.UnderWayOrStable(deployment));
        Assert.Equal(ExitCode.Failed, Assert.Throws<CliException>(() => Steering.UnderWay(deployment)).Code);
        Assert.Throws<CliException>(() => Steering.HeldOrRejected(deployment));
        deployment.Status.RejectedRevisions =
        [
            new RejectedRevision { Revision = "older", At = DateTimeOffset.UnixEpoch }, new RejectedRevision { Revision = "newer", At = DateTimeOffset.UnixEpoch.AddDays(1) },
        ];
        Assert.Equal("newer", Steering.HeldOrRejected(deployment));
        deployment.Status.Canary = new RevisionStatus { Revision = "canary" };
        deployment.Status.Phase = Phase.Held;
        Assert.Equal(("canary", "canary", "canary"), (Steering.UnderWay(deployment), Steering.UnderWayOrStable(deployment), Steering.HeldOrRejected(deployment)));
    }
}
