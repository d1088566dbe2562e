using Operator.Testing.Clusters;

namespace Operator.Conformance.Targets;

public class TargetTests
{
    [Fact]
    public void Each_target_runs_or_says_why_not()
    {
        Assert.Equal(["local", "envtest", "kubeconfig"], ClusterTargets.All.Select(t => t.Name));
        Assert.All(ClusterTargets.All, t => Assert.True(ClusterTargets.Selected.Contains(t) || !string.IsNullOrWhiteSpace(ClusterTargets.WhyNot(t)), t.Name));
    }

    [Theory]
    [InlineData("local", "local")]
    [InlineData("envtest", "envtest")]
    [InlineData("envtest, local", "envtest,local")]
    [InlineData("all", "local,envtest,kubeconfig")]
    public void The_variable_names_targets(string value, string expected) =>
        Assert.Equal(expected.Split(','), ClusterTargets.Select(value).Select(t => t.Name));

    [Fact]
    public void Without_the_variable_local_runs_and_envtest_where_its_binaries_are()
    {
        var selected = ClusterTargets.Select(null).Select(t => t.Name).ToArray();
        Assert.Contains("local", selected);
        Assert.DoesNotContain("kubeconfig", selected);
        Assert.Equal(ClusterTargets.All.Single(t => t.Name == "envtest").UnavailableReason is null, selected.Contains("envtest"));
    }

    [Fact]
    public void An_unknown_target_is_named_with_the_known_ones()
    {
        var error = Assert.Throws<InvalidOperationException>(() => ClusterTargets.Select("kind"));
        Assert.Equal("CLUSTER=kind: there is no such target; use local, envtest, kubeconfig, a comma-separated list of them, or all.", error.Message);
    }

    [Fact]
    public void A_kubeconfig_with_a_credential_plugin_is_refused_with_the_reason()
    {
        var error = Assert.Throws<InvalidDataException>(() => KubeconfigConnection.Parse("""
            current-context: a
            contexts: [{name: a, context: {cluster: c, user: u}}]
            clusters: [{name: c, cluster: {server: "https://127.0.0.1:1"}}]
            users: [{name: u, user: {exec: {command: x}}}]
            """));
        Assert.Contains("credential plugin", error.Message, StringComparison.Ordinal);
        Assert.Contains("no context named 'b'", Assert.Throws<InvalidDataException>(() => KubeconfigConnection.Parse("current-context: b")).Message, StringComparison.Ordinal);
    }
}
