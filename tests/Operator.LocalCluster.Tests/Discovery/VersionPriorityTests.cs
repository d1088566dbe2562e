using Operator.LocalCluster.Discovery;

namespace Operator.LocalCluster.Tests.Discovery;

public class VersionPriorityTests
{
    [Fact]
    public void Stable_versions_lead_then_beta_alpha_and_names()
    {
        string[] shuffled = ["v1alpha1", "foo1", "v1", "v3beta1", "v11beta2", "v12alpha1", "v10", "v2", "foo10", "v3beta2"];
        Assert.Equal(
            ["v10", "v2", "v1", "v11beta2", "v3beta2", "v3beta1", "v12alpha1", "v1alpha1", "foo1", "foo10"],
            shuffled.Order(VersionPriority.Instance));
    }
}
