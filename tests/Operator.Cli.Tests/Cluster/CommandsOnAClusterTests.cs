using System.Text.Json.Nodes;
using Operator.Api;
using Operator.Cli.Cluster;

namespace Operator.Cli.Tests.Cluster;

public sealed class SampleCluster : IAsyncLifetime
{
    internal CliCluster Inner { get; } = new();

    public async ValueTask InitializeAsync()
    {
        await Inner.InitializeAsync();
        await Inner.InstallAsync();
        await Inner.ApplyAsync(SampleObjects.Yaml);
    }

    public ValueTask DisposeAsync() => Inner.DisposeAsync();
}

public sealed class CommandsOnAClusterTests(SampleCluster sample) : IClassFixture<SampleCluster>
{
    private readonly CliCluster _cluster = sample.Inner;

    [Fact]
    public async Task Status_tells_everything_that_matters_and_not_yet_is_no_failure()
    {
        var (code, output, _) = await _cluster.RunAsync("status", "triage", "-n", "support");
        Assert.Equal("""
            support/triage   Progressing
              step 2 of 3 holds until 12:30
              stable    v14 (aaaaaaaaaa, claude-sonnet-5-5)
              canary    v15 (bbbbbbbbbb, claude-sonnet-5-5)
              weight    10% desired, 10% in every limiter, 9.6% observed
              step      2 of 3
              changes   prompt.version: v14 -> v15
              gate      golden: Pass (49 of 50 cases passed)
              gate      errorRate: Continue (120 of 200 requests)
              limiters  3 of 3 hold the newest configuration
              rejected  cccccccccc: 40 of 50 cases passed

            """.ReplaceLineEndings("\n"), output);
        Assert.Equal(ExitCode.Done, code);
    }

    [Fact]
    public async Task Status_is_an_exit_code_for_scripts()
    {
        Assert.Equal(ExitCode.Failed, (await _cluster.RunAsync("status", "release-notes", "-n", "support", "--wait")).Code);
        var (code, output, error) = await _cluster.RunAsync("status", "triage", "-n", "support", "--wait", "--timeout", "0s");
        Assert.Equal((ExitCode.TimedOut, ""), (code, output));
        Assert.Contains("triage is not through after 0s: Progressing: stable v14", error, StringComparison.Ordinal);
        (code, output, _) = await _cluster.RunAsync("status", "triage", "-n", "support", "-o", "json");
        Assert.Equal((ExitCode.Done, "10%"), (code, (string?)JsonNode.Parse(output)!["status"]!["weight"]!["desired"]));
    }

    [Fact]
    public async Task A_name_that_does_not_exist_suggests_the_nearest()
    {
        foreach (var args in new[] { new[] { "status", "triag" }, ["diff", "triag"], ["promote", "triag"], ["eval", "triag"], ["watch", "triag"], ["get", "deployments", "triag"] })
        {
            var (code, _, error) = await _cluster.RunAsync([.. args, "-n", "support"]);
            Assert.Equal(ExitCode.NotFound, code);
            Assert.Contains("did you mean 'triage'?", error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Commands_are_annotations_for_the_revision_that_is_meant()
    {
        foreach (var (verb, annotation, revision) in new[]
        {
            ("promote", Annotations.Promote, SampleObjects.Canary), ("approve", Annotations.Approve, SampleObjects.Canary),
            ("abort", Annotations.Abort, SampleObjects.Canary), ("retry", Annotations.Retry, SampleObjects.Rejected),
        })
        {
            Assert.Equal(ExitCode.Done, (await _cluster.RunAsync(verb, "triage", "-n", "support")).Code);
            Assert.Equal(revision, await AnnotationAsync(annotation));
            Assert.Equal(ExitCode.Done, (await _cluster.RunAsync(verb, "triage", "-n", "support")).Code);
            Assert.Equal(revision + "/2", await AnnotationAsync(annotation));
        }
    }

    [Fact]
    public async Task Quotas_are_a_tree_with_the_tightest_limit_and_the_cause_of_pressure()
    {
        var (code, output, _) = await _cluster.RunAsync("quota", "-n", "support");
        Assert.Equal("""
            QUOTA                  STATE     GUARANTEE   LIMIT             USED   OF     BORROWED   PRESSURE   TODAY      MONTH
            support/organization   Pressed   -           sonnet input      3.6M   4M     -          90%        12.50/40   310.25/500
              support/tools        Clear     40%         sonnet requests   900    1600   100        56%        3.00       41.70
            support/organization: input tokens of sonnet are used to 90%

            """.ReplaceLineEndings("\n"), output);
        Assert.Equal(ExitCode.Done, code);
        Assert.Contains("sonnet requests", (await _cluster.RunAsync("quota", "-n", "support", "-o", "wide")).Output.Split('\n')[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Diff_and_eval_tell_what_a_rollout_changes_and_how_it_was_judged()
    {
        var (code, output, _) = await _cluster.RunAsync("diff", "triage", "-n", "support");
        Assert.Equal((ExitCode.Failed, "v14 -> v15\n  prompt.version: v14 -> v15\n"), (code, output));
        (code, output, _) = await _cluster.RunAsync("eval", "triage", "-n", "support");
        Assert.Equal(ExitCode.Done, code);
        Assert.Matches(@"triage-golden-bbbbbbbbbb-0 +golden +bbbbbbbbbb +Completed +Pass +49/50 +\d+s +49 of 50 cases passed", output);
    }

    [Fact]
    public async Task A_plan_tells_the_steps_of_a_rollout_and_stores_nothing()
    {
        var file = _cluster.WriteFile("plan.yaml", Manifest);
        var (code, output, error) = await _cluster.RunAsync("plan", file, "-n", "support");
        Assert.True(code == ExitCode.Done, error);
        Assert.Matches(@"^support/triage: a rollout of v16 \([0-9a-f]{10}, claude-opus-5\) starts\n", output);
        Assert.EndsWith("""
              - eval golden before any traffic: suite triage-evals, at least 95% pass
              - 5% of traffic for at least 10m and 200 requests
              - pause until somebody approves: kubectl claude approve
              - 50% of traffic for at least 15m
              - all the while, live: errorRate at most 1% above stable
              - all traffic, once every gate has passed
              - when a gate fails, it rolls back by itself; without progress for 2h, it rolls back
              at least 25m, evals and approvals aside

            """.ReplaceLineEndings("\n"), output, StringComparison.Ordinal);
        Assert.Contains("  changes model: claude-sonnet-5-5 -> claude-opus-5\n  changes prompt.version: v14 -> v16\n", output, StringComparison.Ordinal);
        Assert.Equal("v15", (await _cluster.Client.GetAsync<ClaudeDeployment>("triage", "support", TestContext.Current.CancellationToken))!.Spec.Prompt.Version);
    }

    [Fact]
    public async Task A_plan_of_a_manifest_with_errors_tells_them_and_fails()
    {
        var file = _cluster.WriteFile("bad.yaml", Manifest.Replace("weight: 50", "weight: 3", StringComparison.Ordinal));
        var (code, output, error) = await _cluster.RunAsync("plan", file, "-n", "support");
        Assert.Equal((ExitCode.Failed, ""), (code, output));
        Assert.Contains("bad.yaml:", error, StringComparison.Ordinal);
        Assert.Contains("spec.canary.steps[2].weight", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Waiting_for_evals_ends_with_their_verdict()
    {
        var (code, output, error) = await _cluster.RunAsync("eval", "triage", "-n", "support", "--wait", "--timeout", "1m");
        Assert.Equal(ExitCode.Done, code);
        Assert.Contains("golden: Completed, Pass", error, StringComparison.Ordinal);
        Assert.Contains("49/50", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_result_of_ci_is_handed_in_for_the_revision_under_way_and_only_for_gates_that_take_one()
    {
        await _cluster.ApplyAsync($$"""
            apiVersion: claudeops.dev/v1alpha1
            kind: ClaudeDeployment
            metadata: {name: reviewed, namespace: support}
            spec:
              model: claude-haiku-5-5
              prompt: {name: triage, version: v14}
              quotaRef: {name: tools}
              gates: {evals: [{name: ci, external: {}, passRate: 90%}, {name: own, suite: {configMap: cases}, passRate: 90%}]}
            status:
              phase: Evaluating
              canary: {revision: {{SampleObjects.Canary}}, promptVersion: v14}
            """);
        string[] numbers = ["--passed", "95", "--total", "100", "-n", "support"];
        var (code, output, error) = await _cluster.RunAsync(["submit-eval", "reviewed", "--gate", "ci", .. numbers]);
        Assert.True(code == ExitCode.Done, error);
        Assert.Contains("95 of 100 handed in for bbbbbbbbbb", output, StringComparison.Ordinal);
        var runs = await _cluster.Client.ListAsync<ClaudeEvalRun>(new Operator.Kubernetes.ListOptions { Namespace = "support" }, TestContext.Current.CancellationToken);
        var run = Assert.Single(runs.Items, r => r.Spec.DeploymentRef.Name == "reviewed");
        Assert.Equal(("ci", SampleObjects.Canary, 95, 100), (run.Spec.Gate, run.Spec.Revision, run.Spec.Result!.Passed, run.Spec.Result.Total));
        Assert.Equal(ExitCode.Failed, (await _cluster.RunAsync(["submit-eval", "reviewed", "--gate", "own", .. numbers])).Code);
        Assert.Equal(ExitCode.NotFound, (await _cluster.RunAsync(["submit-eval", "reviewed", "--gate", "cj", .. numbers])).Code);
        Assert.Equal(ExitCode.Cluster, (await _cluster.RunAsync(["submit-eval", "reviewed", "--gate", "ci", .. numbers])).Code);
    }

    private const string Manifest = """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: triage-v16, labels: {claudeops.dev/prompt: triage, claudeops.dev/prompt-version: v16}}
        data: {system: You sort tickets well.}
        ---
        apiVersion: claudeops.dev/v1alpha1
        kind: ClaudeDeployment
        metadata: {name: triage}
        spec:
          model: claude-opus-5
          prompt: {name: triage, version: v16}
          quotaRef: {name: tools}
          canary:
            steps:
            - {weight: 5, hold: 10m, minRequests: 200}
            - {pause: {}}
            - {weight: 50, hold: 15m}
          gates:
            evals:
            - {name: golden, suite: {configMap: triage-evals}, passRate: 95%}
            live:
            - {metric: errorRate, maxIncrease: 1%}
        """;

    private async Task<string> AnnotationAsync(string annotation) =>
        (await _cluster.Client.GetAsync<ClaudeDeployment>("triage", "support", TestContext.Current.CancellationToken))!.Metadata.Annotations![annotation];
}
