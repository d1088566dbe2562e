using Operator.Api;
using Operator.Evals;
using Operator.Kubernetes;
using Operator.Kubernetes.Models;
using Operator.Tests.Evals.Running;
using static Operator.Tests.Evals.EvalObjects;

namespace Operator.Tests.Evals.Runs;

public sealed class EvalRunControllerTests : IAsyncLifetime
{
    private EvalCluster _cluster = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _cluster = await EvalCluster.StartAsync();

    public async ValueTask DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task A_good_revision_passes_with_its_counts_cost_conditions_and_event()
    {
        await _cluster.SuiteAsync(Cases(20));
        var gate = SuiteGate();
        var deployment = await _cluster.DeployAsync(null, gate);
        var name = await _cluster.EnsureAsync(deployment, gate);
        Assert.Equal(name, await _cluster.EnsureAsync(deployment, gate));
        var run = await _cluster.EndedAsync(name);
        Assert.Equal((EvalPhase.Completed, Verdict.Pass), (run.Status.Phase, run.Status.Verdict));
        Assert.Equal((20, 20, "100%"), (run.Status.Passed, run.Status.Total, run.Status.PassRate?.Text));
        Assert.Equal(run.Spec.SuiteDigest, run.Status.SuiteDigest);
        // 20 replies of 10 input, 3 cached and 5 output tokens.
        Assert.Equal("0.001206", run.Status.Cost?.Text);
        Assert.Equal([("Ready", "True")], run.Status.Conditions!.Select(c => (c.Type!, c.Status!)));
        Assert.Equal(Verdict.Pass, EvalVerdicts.Of([run], deployment, Candidate.Revision, 0, [gate])["golden"].Verdict);
        await EvalCluster.EventuallyAsync(
            async () => (await _cluster.Client.ListAsync<EventsV1Event>(new ListOptions { Namespace = Namespace }, Token)).Items.Any(e => e.Reason == "EvalPassed"), "the event");
    }

    [Fact]
    public async Task A_revision_that_regresses_fails_by_its_comparison_with_stable_which_ran_once()
    {
        await _cluster.SuiteAsync(Cases(100));
        _cluster.Api.Answer = (context, body, _) =>
            FakeMessages.ReplyAsync(context, context.Request.Headers["x-claude-revision"] == Candidate.Revision && System.Text.RegularExpressions.Regex.IsMatch(body.ToJsonString(), "question [0-9]*5\"") ? "wrong" : "refund");
        var gate = SuiteGate(maxRegression: "0%");
        var deployment = await _cluster.DeployAsync(Stable, gate);
        var name = await _cluster.EnsureAsync(deployment, gate);
        var run = await _cluster.EndedAsync(name);
        Assert.Equal((Verdict.Fail, 90), (run.Status.Verdict, run.Status.Passed));
        Assert.Equal((10, 0, EvalRunName.OfBaseline(name)), (run.Status.Paired!.Regressed, run.Status.Paired.Improved, run.Status.Paired.Baseline));
        Assert.Equal(10, run.Status.FailedCases!.Count);
        Assert.Equal(200, _cluster.Api.Requests.Count);

        var retry = await _cluster.EndedAsync(await _cluster.EnsureAsync(deployment, gate, 1));
        Assert.Equal((Verdict.Fail, EvalRunName.OfBaseline(name)), (retry.Status.Verdict, retry.Status.Paired!.Baseline));
        Assert.Equal(300, _cluster.Api.Requests.Count);
    }

    [Fact]
    public async Task A_suite_with_errors_is_told_with_its_place_and_runs_when_it_is_mended()
    {
        await _cluster.SuiteAsync("""{"id":"a"}""");
        var gate = SuiteGate();
        var deployment = await _cluster.DeployAsync(null, gate);
        var name = await _cluster.EnsureAsync(deployment, gate);
        var run = await _cluster.UntilAsync(name, r => r.Status.Verdict == Verdict.EvaluatorError, "the errors");
        Assert.Equal(EvalPhase.Pending, run.Status.Phase);
        Assert.StartsWith("triage-evals/cases.jsonl:1:1: messages is missing", run.Status.Message, StringComparison.Ordinal);
        Assert.Contains(run.Status.Conditions!, c => c is { Type: "Stalled", Status: "True", Reason: "SuiteInvalid" });
        await _cluster.SuiteAsync(Cases(20));
        // Any change of the run or its deployment leads to another look; so does time.
        await TouchAsync(name);
        Assert.Equal(Verdict.Pass, (await _cluster.EndedAsync(name)).Status.Verdict);
    }

    [Fact]
    public async Task A_suite_that_changed_after_the_run_was_asked_for_gives_no_verdict()
    {
        await _cluster.SuiteAsync(Cases(20));
        var gate = SuiteGate();
        var deployment = await _cluster.DeployAsync(null, gate);
        var run = Run(deployment, gate.Name, Candidate.Revision);
        run.Metadata.Uid = null;
        await _cluster.Client.CreateAsync(run, cancellationToken: Token);
        var ended = await _cluster.EndedAsync(run.Metadata.Name!);
        Assert.Equal((Verdict.EvaluatorError, "the suite has changed since the run was asked for"), (ended.Status.Verdict, ended.Status.Message));
    }

    [Fact]
    public async Task A_job_that_vanishes_gives_no_verdict()
    {
        var name = await HangAsync();
        await _cluster.Client.DeleteAsync<V1Job>(name, Namespace, new DeleteOptions { PropagationPolicy = "Background" }, Token);
        var run = await _cluster.EndedAsync(name);
        Assert.Equal((EvalPhase.Completed, Verdict.EvaluatorError), (run.Status.Phase, run.Status.Verdict));
        Assert.Contains(run.Status.Conditions!, c => c is { Type: "Stalled", Reason: "JobVanished" });
    }

    [Fact]
    public async Task A_run_that_nobody_needs_is_cancelled_with_its_job()
    {
        var name = await HangAsync();
        var deployment = (await _cluster.Client.GetAsync<ClaudeDeployment>(Name, Namespace, Token))!;
        await EvalCluster.EventuallyAsync(async () =>
        {
            await _cluster.Runs.CancelOthersAsync(deployment, Stable.Revision, 0, Token);
            return (await _cluster.Client.GetAsync<ClaudeEvalRun>(name, Namespace, Token))!.Metadata.Annotations?.ContainsKey(Annotations.CancelEval) == true;
        }, "the cache knows the run");
        var run = await _cluster.EndedAsync(name);
        Assert.Equal((EvalPhase.Cancelled, null), (run.Status.Phase, run.Status.Verdict));
        await EvalCluster.EventuallyAsync(async () => await _cluster.Client.GetAsync<V1Job>(name, Namespace, Token) is null, "the Job is gone");
    }

    [Fact]
    public async Task A_gate_that_is_removed_cancels_its_run()
    {
        var name = await HangAsync();
        await _cluster.Client.PatchAsync<ClaudeDeployment>(
            Name, Namespace, KubernetesPatch.Merge(new System.Text.Json.Nodes.JsonObject { ["spec"] = new System.Text.Json.Nodes.JsonObject { ["gates"] = null } }), cancellationToken: Token);
        Assert.Equal(EvalPhase.Cancelled, (await _cluster.EndedAsync(name)).Status.Phase);
    }

    [Fact]
    public async Task An_external_gate_waits_for_the_result_of_its_revision_and_attempt()
    {
        var gate = new EvalGate { Name = "ci", External = new ExternalSource(), PassRate = new Percent("90%") };
        var deployment = await _cluster.DeployAsync(null, gate);
        var name = await _cluster.EnsureAsync(deployment, gate, 1);
        await _cluster.UntilAsync(name, r => r.Status.Message?.StartsWith("waits for a ClaudeEvalRun with spec.result", StringComparison.Ordinal) == true, "it waits");
        await ResultAsync("ci-old", gate.Name, 0, 100);
        Assert.Equal(Verdict.Pass, (await _cluster.EndedAsync("ci-old")).Status.Verdict);
        Assert.Equal(EvalPhase.Running, (await _cluster.Client.GetAsync<ClaudeEvalRun>(name, Namespace, Token))!.Status.Phase);
        await ResultAsync("ci-new", gate.Name, 1, 50);
        Assert.Equal((Verdict.Fail, 50), ((await _cluster.EndedAsync(name)) is var r ? r.Status.Verdict : null, r.Status.Passed));
    }

    [Fact]
    public async Task A_result_that_somebody_wrote_for_another_kind_of_gate_does_not_count()
    {
        await _cluster.DeployAsync(null, SuiteGate());
        await ResultAsync("forged", "golden", 0, 100);
        var run = await _cluster.EndedAsync("forged");
        Assert.Equal(Verdict.EvaluatorError, run.Status.Verdict);
        Assert.Contains("does not count", run.Status.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cron_job_lends_its_template_and_its_container_leaves_the_result()
    {
        var gate = new EvalGate { Name = "nightly", Job = new JobSource { FromCronJob = "triage-eval" }, PassRate = new Percent("90%") };
        var deployment = await _cluster.DeployAsync(null, gate);
        Assert.Contains("no CronJob triage-eval", (await _cluster.EndedAsync(await _cluster.EnsureAsync(deployment, gate))).Status.Message, StringComparison.Ordinal);
        await _cluster.Client.CreateAsync(
            Json.Deserialize<V1CronJob>("""
                {"apiVersion":"batch/v1","kind":"CronJob","metadata":{"name":"triage-eval","namespace":"team"},"spec":{"schedule":"0 3 * * *","suspend":true,
                 "jobTemplate":{"spec":{"template":{"spec":{"restartPolicy":"Never","containers":[{"name":"house","image":"example/house:1"}]}}}}}}
                """u8), cancellationToken: Token);
        var run = await _cluster.EndedAsync(await _cluster.EnsureAsync(deployment, gate, 1));
        Assert.Equal((Verdict.Pass, 19, 20), (run.Status.Verdict, run.Status.Passed, run.Status.Total));
    }

    [Fact]
    public async Task A_run_waits_for_the_content_of_its_revision()
    {
        await _cluster.SuiteAsync(Cases(20));
        var gate = SuiteGate();
        var deployment = await _cluster.DeployAsync(null, gate);
        var later = Revision("later", "v3");
        var name = await _cluster.Runs.EnsureAsync(deployment, later, 0, gate, Token);
        var run = await _cluster.UntilAsync(name, r => r.Status.Phase == EvalPhase.Pending, "it is pending");
        Assert.Contains("is not there", run.Status.Message, StringComparison.Ordinal);
        var map = Operator.Rollouts.Revisions.RevisionConfigMap.Render(Namespace, Name, later);
        (map.ApiVersion, map.Kind) = ("v1", "ConfigMap");
        await _cluster.Client.CreateAsync(map, cancellationToken: Token);
        Assert.Equal(Verdict.Pass, (await _cluster.EndedAsync(name)).Status.Verdict);
    }

    private static string[] Cases(int count) =>
        [.. Enumerable.Range(0, count).Select(i => $$"""{"id":"c{{i}}","messages":[{"role":"user","content":"question {{i}}"}],"checks":[{"contains":"refund"}]}""")];

    private async Task<string> HangAsync()
    {
        await _cluster.SuiteAsync(Cases(1));
        _cluster.Api.Answer = (context, _, _) => Task.Delay(Timeout.Infinite, context.RequestAborted);
        var gate = SuiteGate();
        var name = await _cluster.EnsureAsync(await _cluster.DeployAsync(null, gate), gate);
        await _cluster.UntilAsync(name, r => r.Status.Phase == EvalPhase.Running, "it runs");
        return name;
    }

    private Task<ClaudeEvalRun> ResultAsync(string name, string gate, int attempt, int passed) => _cluster.Client.CreateAsync(
        new ClaudeEvalRun
        {
            ApiVersion = "claudeops.dev/v1alpha1",
            Kind = "ClaudeEvalRun",
            Metadata = new V1ObjectMeta { Name = name, NamespaceProperty = Namespace },
            Spec = new ClaudeEvalRunSpec
            {
                DeploymentRef = new DeploymentReference { Name = Name },
                Revision = Candidate.Revision,
                Gate = gate,
                Attempt = attempt,
                Result = new EvalResult { Passed = passed, Total = 100 },
            },
        }, cancellationToken: Token);

    private Task<ClaudeEvalRun> TouchAsync(string name) => _cluster.Client.PatchAsync<ClaudeEvalRun>(
        name, Namespace,
        KubernetesPatch.Merge(new System.Text.Json.Nodes.JsonObject { ["metadata"] = new System.Text.Json.Nodes.JsonObject { ["annotations"] = new System.Text.Json.Nodes.JsonObject { ["test"] = "1" } } }),
        cancellationToken: Token);
}
