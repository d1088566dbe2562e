using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Operator.Api;
using Operator.Cli.Cluster;
using Operator.Cli.Tests.Cluster;
using Operator.Contract;
using Operator.Evals.Running;
using Operator.Evals.Suites;
using Operator.Kubernetes;
using Operator.Rollouts;
using Operator.Rollouts.Revisions;

namespace Operator.Cli.Tests.Eval.Running;

/// <summary>A suite of a deployment, which is only read.</summary>
public sealed class EvalRunOfDeploymentTests(EvalRunBench bench, CliCluster cluster) : IClassFixture<EvalRunBench>, IClassFixture<CliCluster>, IAsyncLifetime
{
    private static readonly RevisionConfiguration Stable = Revision("v13", "You sort tickets as ever.");

    public async ValueTask InitializeAsync()
    {
        if (await cluster.Client.GetAsync<Operator.Kubernetes.Models.V1Namespace>("support", null, TestContext.Current.CancellationToken) is not null) return;
        await cluster.InstallAsync();
        await cluster.ApplyAsync($$$"""
            apiVersion: v1
            kind: Namespace
            metadata: {name: support}
            ---
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: triage-v14, namespace: support, labels: {claudeops.dev/prompt: triage, claudeops.dev/prompt-version: v14}}
            data: {system: You sort tickets.}
            ---
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: cases, namespace: support}
            data:
              cases.jsonl: |
            {{{string.Concat(EvalRunBench.Suite.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => $"    {l}\n"))}}}
            ---
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: broken, namespace: support}
            data: {cases.jsonl: "{}"}
            ---
            apiVersion: claudeops.dev/v1alpha1
            kind: ClaudeDeployment
            metadata: {name: triage, namespace: support}
            spec:
              model: claude-sonnet-5-5
              prompt: {name: triage, version: v14}
              parameters: {maxTokens: 300}
              quotaRef: {name: tools}
              gates: {evals: [{name: golden, suite: {configMap: cases}, passRate: 60%, maxRegression: 1%}, {name: ci, external: {}, passRate: 90%}]}
            status:
              phase: Healthy
              stable: {revision: {{{Stable.Revision}}}, model: claude-sonnet-5-5, promptVersion: v13}
            ---
            apiVersion: claudeops.dev/v1alpha1
            kind: ClaudeDeployment
            metadata: {name: unready, namespace: support}
            spec:
              model: claude-sonnet-5-5
              prompt: {name: triage, version: v99, delivery: Flag}
              quotaRef: {name: tools}
              gates: {evals: [{name: one, suite: {configMap: cases}}, {name: two, suite: {configMap: broken}}]}
            ---
            apiVersion: claudeops.dev/v1alpha1
            kind: ClaudeDeployment
            metadata: {name: ungated, namespace: support}
            spec: {model: claude-sonnet-5-5, prompt: {name: triage, version: v14}, quotaRef: {name: tools}}
            """);
        var map = RevisionConfigMap.Render("support", "triage", Stable);
        await cluster.Client.CreateAsync(map, null, TestContext.Current.CancellationToken);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task The_declared_revision_meets_the_suite_and_the_thresholds_of_its_gate()
    {
        var (code, output, error) = await RunAsync("--deployment", "triage");
        Assert.StartsWith($"triage v14 ({RolloutPolicy.Short(Revision("v14", "You sort tickets.").Revision)}, claude-sonnet-5-5): 2 of 3 cases passed\n", output, StringComparison.Ordinal);
        Assert.Contains("  verdict    Pass (golden: pass rate 0.6667", output, StringComparison.Ordinal);
        Assert.Contains("  suite      cases, digest 587347ef8d; 2 sentinels came out right\n", output, StringComparison.Ordinal);
        Assert.Equal("warning: gate golden allows at most 1% regression against stable; the cluster has no result of stable on this very suite, so that is not judged\n", error);
        Assert.Equal(ExitCode.Done, code);
        // Nothing is stored, so no gate can count it.
        Assert.DoesNotContain((await cluster.Client.ListAsync<ClaudeEvalRun>(new ListOptions { Namespace = "support" }, TestContext.Current.CancellationToken)).Items, r => r.Spec.Result is not null || r.Spec.Attempt is not null);
    }

    [Fact]
    public async Task A_prompt_that_is_not_applied_yet_is_held_against_the_gate_of_the_deployment()
    {
        var prompts = bench.Write("prompts.yaml", EvalRunBench.Prompts);
        var (code, output, _) = await RunAsync("--deployment", "triage", "--prompt", prompts, "--prompt-version", "v15", "-o", "json");
        var result = JsonNode.Parse(output)!;
        Assert.Equal(("triage", "triage v15", 0, "Fail"), ((string)result["deployment"]!, (string)result["prompt"]!, (int)result["passed"]!, (string)result["verdict"]!));
        Assert.Equal(Revision("v15", "You sort tickets into a creative category.").Revision, (string)result["revision"]!);
        Assert.Equal(ExitCode.Failed, code);
    }

    [Fact]
    public async Task The_stable_revision_is_that_which_serves()
    {
        var (code, output, error) = await RunAsync("--deployment", "triage", "--revision", "stable", "--pass-rate", "100%");
        Assert.StartsWith($"triage v13 ({RolloutPolicy.Short(Stable.Revision)}, claude-sonnet-5-5): 2 of 3 cases passed\n", output, StringComparison.Ordinal);
        Assert.Contains("  verdict    Fail (golden: pass rate 0.6667", output, StringComparison.Ordinal);
        Assert.Equal((ExitCode.Failed, ""), (code, error));
    }

    [Fact]
    public async Task A_result_of_stable_that_the_operator_has_is_compared_with()
    {
        var suite = SuiteReader.Read([new SuiteFile("cases", "cases.jsonl", System.Text.Encoding.UTF8.GetBytes(EvalRunBench.Suite))]).Suite!;
        var owner = await cluster.Client.GetAsync<ClaudeDeployment>("triage", "support", TestContext.Current.CancellationToken);
        await cluster.ApplyAsync($$$"""
            apiVersion: claudeops.dev/v1alpha1
            kind: ClaudeEvalRun
            metadata:
              name: triage-golden-stable
              namespace: support
              ownerReferences: [{apiVersion: claudeops.dev/v1alpha1, kind: ClaudeDeployment, name: triage, uid: {{{owner!.Metadata.Uid}}}, controller: true}]
            spec: {deploymentRef: {name: triage}, revision: {{{Stable.Revision}}}, gate: golden, suiteDigest: {{{suite.Digest}}} }
            status: {phase: Completed, verdict: Pass, passed: 3, total: 3, suiteDigest: {{{suite.Digest}}}, caseResults: {{{CaseBitmap.Write([true, true, true])}}} }
            """);
        try
        {
            var (code, output, error) = await RunAsync("--deployment", "triage", "--gate", "golden");
            Assert.Contains("  verdict    InsufficientData (golden: regression against stable 0.3333", output, StringComparison.Ordinal);
            Assert.Contains("  stable     1 cases that stable passed failed, 0 that it failed passed (triage-golden-stable)\n", output, StringComparison.Ordinal);
            Assert.Equal((ExitCode.Failed, ""), (code, error));
        }
        finally
        {
            await cluster.Client.DeleteAsync<ClaudeEvalRun>("triage-golden-stable", "support", new DeleteOptions(), CancellationToken.None);
        }
    }

    [Fact]
    public async Task A_suite_of_this_machine_is_run_without_thresholds_unless_a_gate_is_named()
    {
        var suite = bench.Write("cases.jsonl", EvalRunBench.Suite);
        Assert.DoesNotContain("verdict", (await RunAsync("--deployment", "ungated", "--suite", suite)).Output, StringComparison.Ordinal);
        var (code, output, _) = await RunAsync("--deployment", "triage", "--suite", suite, "--gate", "ci");
        Assert.Contains("  verdict    InsufficientData (ci: pass rate 0.6667", output, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Failed, code);
    }

    [Fact]
    public async Task A_prompt_that_the_tool_sends_itself_is_sent_once()
    {
        var systems = new ConcurrentQueue<string>();
        bench.Asked = prompt => systems.Enqueue(prompt.System);
        var (code, output, _) = await RunAsync("--deployment", "unready", "--gate", "one", "--prompt", bench.Write("prompt.txt", "You sort tickets."), "--pass-rate", "60%");
        bench.Asked = null;
        Assert.Equal(["You sort tickets.", "You sort tickets.", "You sort tickets."], systems);
        Assert.StartsWith("prompt.txt (claude-sonnet-5-5): 2 of 3 cases passed\n", output.Replace(Path.GetDirectoryName(bench.Key) + "/", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Equal(ExitCode.Done, code);
    }

    [Theory]
    [InlineData(ExitCode.NotFound, "did you mean 'triage'?", "--deployment", "triag")]
    [InlineData(ExitCode.NotFound, "triage has no eval gate 'goldn'; did you mean 'golden'?", "--deployment", "triage", "--gate", "goldn")]
    [InlineData(ExitCode.Usage, "gate ci of triage has no suite, it takes its result from elsewhere; give --suite", "--deployment", "triage", "--gate", "ci")]
    [InlineData(ExitCode.Usage, "unready has several gates with a suite: one, two; choose one with --gate", "--deployment", "unready")]
    [InlineData(ExitCode.Usage, "ungated has no eval gate with a suite; give --suite", "--deployment", "ungated")]
    [InlineData(ExitCode.Usage, "  broken/cases.jsonl:1:1: id is missing", "--deployment", "unready", "--gate", "two")]
    [InlineData(ExitCode.NotFound, "spec.prompt: no ConfigMap in namespace support carries the labels claudeops.dev/prompt=triage,claudeops.dev/prompt-version=v99", "--deployment", "unready", "--gate", "one")]
    [InlineData(ExitCode.NotFound, "unready has no stable revision: it is Pending", "--deployment", "unready", "--gate", "one", "--revision", "stable")]
    [InlineData(ExitCode.Usage, "parameters.maxTokens: ", "--deployment", "triage", "--max-tokens", "999999")]
    public async Task What_is_missing_in_the_cluster_is_told(int code, string message, params string[] args)
    {
        var run = await RunAsync(args);
        Assert.True(run.Error.Contains(message, StringComparison.Ordinal), run.Error);
        Assert.Equal((code, ""), (run.Code, run.Output));
    }

    [Fact]
    public async Task The_deployment_may_stand_before_run_and_is_needed_without_it()
    {
        var (code, output, _) = await cluster.RunAsync("eval", "triage", "run", "-n", "support", "--upstream", bench.Upstream, "--key-file", bench.Key);
        Assert.StartsWith("triage v14 (", output, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Done, code);
        var without = await cluster.RunAsync("eval");
        Assert.Equal((ExitCode.Usage, ""), (without.Code, without.Output));
        Assert.StartsWith("error: name a deployment", without.Error, StringComparison.Ordinal);
        Assert.Equal("eval", CommandTree.Create().Parse(["eval", "--", "run"]).CommandResult.Command.Name);
    }

    private async Task<(int Code, string Output, string Error)> RunAsync(params string[] args)
    {
        var (code, output, error) = await cluster.RunAsync(["eval", "run", "-n", "support", "--upstream", bench.Upstream, "--key-file", bench.Key, .. args]);
        return (code, output, EvalRunBench.WithoutProgress(error));
    }

    private static RevisionConfiguration Revision(string version, string prompt) => RevisionContent.Create(
        new ClaudeDeploymentSpec { Model = "claude-sonnet-5-5", Parameters = new ModelParameters { MaxTokens = 300 } }, new PromptResolution.Found("triage", version, prompt, CanonicalJson.Digest(prompt)));
}
