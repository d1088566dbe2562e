using Operator.Cli.Cluster;
using System.Text.Json.Nodes;

namespace Operator.Cli.Tests.Cluster;

public sealed class BadDaysTests(CliCluster cluster) : IClassFixture<CliCluster>
{
    [Fact]
    public async Task A_cluster_without_the_operator_is_told_with_what_installs_it()
    {
        foreach (var args in new[] { new[] { "get" }, ["status", "triage"], ["quota", "-A"], ["promote", "triage"], ["watch"] })
        {
            var (code, output, error) = await cluster.RunAsync(args);
            Assert.Equal((ExitCode.Cluster, ""), (code, output));
            Assert.Contains("the operator is not installed in this cluster", error, StringComparison.Ordinal);
            Assert.Contains("kubectl apply -k config/default", error, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("quota", "list claudequotas")]
    [InlineData("status triage", "get claudedeployments")]
    public async Task A_user_without_rights_reads_the_verb_the_resource_and_how_to_get_them(string line, string what)
    {
        var (code, _, error) = await CliCluster.RunAsAsync(cluster.Stranger(), [.. line.Split(' '), "-n", "support"]);
        Assert.Equal(ExitCode.Cluster, code);
        Assert.Contains($"'eve' may not {what} in namespace support", error, StringComparison.Ordinal);
        Assert.Contains($"kubectl create rolebinding NAME --clusterrole=claude-operator-view --user=eve -n support", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cluster_that_does_not_answer_is_told_with_its_address()
    {
        var kubeconfig = cluster.WriteFile("nobody", """
            apiVersion: v1
            kind: Config
            clusters: [{name: c, cluster: {server: "http://127.0.0.1:1"}}]
            users: [{name: u, user: {token: t}}]
            contexts: [{name: c, context: {cluster: c, user: u}}]
            current-context: c
            """);
        var (code, _, error) = await CliCluster.RunAsAsync(kubeconfig, "get");
        Assert.Equal(ExitCode.Cluster, code);
        Assert.Contains("127.0.0.1:1", error, StringComparison.Ordinal);
        Assert.Contains("kubectl config get-contexts", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_kubeconfig_or_a_context_that_does_not_exist_is_told_by_its_name()
    {
        var (code, _, error) = await CliCluster.RunAsAsync("/nowhere/config", "get");
        Assert.Equal((ExitCode.Cluster, true), (code, error.Contains("/nowhere/config", StringComparison.Ordinal)));
        (code, _, error) = await cluster.RunAsync("get", "--context", "prod");
        Assert.Equal((ExitCode.Cluster, true), (code, error.Contains("prod", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("""{"versions":[{"version":"v1"}]}""", null, "serves claudeops.dev as v1; this command speaks v1alpha1")]
    [InlineData("""{"versions":[{"version":"v1alpha1"}]}""", """{"resources":[{"name":"claudedeployments"},{"name":"claudequotas"}]}""", "claudeevalruns is missing")]
    public void Definitions_of_another_release_are_told(string group, string? resources, string expected) =>
        Assert.Contains(expected, ClusterErrors.Missing((JsonObject)JsonNode.Parse(group)!, resources is null ? null : (JsonObject)JsonNode.Parse(resources)!), StringComparison.Ordinal);

    [Theory]
    [InlineData("status triage --wait --timeout soon", "'soon' is no duration")]
    [InlineData("get pods", "'pods' is none of deployments, quotas, evals")]
    [InlineData("status", "Required argument 'name' missing")]
    [InlineData("lint /nowhere.yaml", "/nowhere.yaml cannot be read")]
    public async Task Wrong_arguments_are_told_and_have_their_exit_code(string line, string expected)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var code = await CommandTree.RunAsync(line.Split(' '), new() { Output = output, Error = error }, TestContext.Current.CancellationToken);
        Assert.Equal(ExitCode.Usage, code);
        Assert.Contains(expected, error.ToString(), StringComparison.Ordinal);
    }
}
