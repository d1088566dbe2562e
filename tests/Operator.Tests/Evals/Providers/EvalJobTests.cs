using System.Text;
using Operator.Api;
using Operator.Evals;
using Operator.Evals.Providers;
using Operator.Evals.Running;
using Operator.Kubernetes.Models;
using Operator.Tests.Manifests;
using static Operator.Tests.Evals.EvalObjects;

namespace Operator.Tests.Evals.Providers;

public class EvalJobTests
{
    private static readonly EvalOptions Options = new() { Image = "example/claude-operator:1" };

    [Fact]
    public void The_job_of_the_runner_is_that_of_the_file() => AgainstFile(EvalJob.Render(Request(SuiteGate()), Options), "runner-job.json");

    [Fact]
    public void Where_the_tool_sends_the_prompt_the_runner_does()
    {
        var request = Request(SuiteGate());
        request.Deployment.Spec.Prompt.Delivery = PromptDelivery.Flag;
        var job = EvalJob.Render(request, Options);
        Assert.Contains("--revision-file", job.Spec.Template!.Spec!.Containers![0].Args!);
        Assert.Equal("claude-revision-triage-" + Candidate.Revision[..10], job.Spec.Template.Spec.Volumes![1].ConfigMap!.Name);
    }

    [Fact]
    public void The_job_of_a_cron_job_is_that_of_the_file()
    {
        var gate = new EvalGate { Name = "nightly", Job = new JobSource { FromCronJob = "triage-eval" } };
        var cronJob = Json.Deserialize<V1CronJob>("""
            {"metadata":{"name":"triage-eval"},"spec":{"schedule":"0 3 * * *","suspend":true,"jobTemplate":{"metadata":{"labels":{"team":"x"},"annotations":{"a":"b"}},
             "spec":{"backoffLimit":1,"template":{"metadata":{"labels":{"app":"eval","claudeops.dev/inject":"true"}},"spec":{"restartPolicy":"Never","serviceAccountName":"evals",
             "initContainers":[{"name":"prepare","image":"example/prepare:1"}],
             "containers":[{"name":"eval","image":"example/eval:1","env":[{"name":"CLAUDE_REVISION","value":"old"},{"name":"X","value":"y"}]}]}}}}}}
            """u8);
        var before = Text(cronJob);
        AgainstFile(CronJobTemplate.Render(Request(gate), cronJob, Options)!, "cron-job-job.json");
        Assert.Equal(before, Text(cronJob));
        Assert.Null(CronJobTemplate.Render(Request(gate), new V1CronJob(), Options));
    }

    [Fact]
    public void A_job_without_a_usable_result_says_nothing_about_the_revision()
    {
        static EvalJobState.Ended Ended(bool succeeded, params (string, string)[] messages) =>
            new(succeeded, succeeded ? null : "BackoffLimitExceeded", [.. messages.Select(m => new EvalJobMessage(m.Item1, m.Item2))]);
        var digest = new string('d', 64);
        string Summary(string revision, string suite, string? error = null) => Encoding.UTF8.GetString(RunSummaryText.Write(new RunSummary
        {
            Revision = revision, Digest = suite, Passed = 1, Total = 1, CaseResults = CaseBitmap.Write([true]), Error = error,
        }));
        string Reason(EvalJobState state) => BuiltInEvalProvider.Read(state, "job", Candidate.Revision, digest) is ProviderState.Failed f ? f.Reason : "none";
        Assert.Equal("JobVanished", Reason(new EvalJobState.Missing()));
        Assert.Equal("JobNameTaken", Reason(new EvalJobState.Foreign()));
        Assert.Equal("JobFailed", Reason(Ended(false)));
        Assert.Equal("ResultMissing", Reason(Ended(true)));
        Assert.Equal("ResultMissing", Reason(Ended(true, ("eval", "garbage"), ("claude-limiter", Summary(Candidate.Revision, digest)))));
        Assert.Equal("InvalidResult", Reason(Ended(true, ("eval", Summary(Stable.Revision, digest)))));
        Assert.Equal("RunFailed", Reason(Ended(true, ("eval", Summary(Candidate.Revision, digest, "deadline")))));
        Assert.Equal("SuiteChanged", Reason(Ended(true, ("eval", Summary(Candidate.Revision, new string('e', 64))))));
        // A pod that was lost after its result counts all the same.
        Assert.Equal("none", Reason(Ended(false, ("eval", "cut off"), ("eval", Summary(Candidate.Revision, digest)))));
        Assert.IsType<ProviderState.Working>(BuiltInEvalProvider.Read(new EvalJobState.Active(true), "job", Candidate.Revision, digest));
    }

    [Fact]
    public void A_job_of_a_cron_job_leaves_its_result_in_a_termination_message()
    {
        ProviderState Read(bool succeeded, params string[] messages) => CronJobEvalProvider.Read(
            new EvalJobState.Ended(succeeded, null, [.. messages.Select(m => new EvalJobMessage("x", m))]), "job", Candidate.Revision);
        var done = Assert.IsType<ProviderState.Done>(Read(true, "sidecar done", $$"""{"revision":"{{Candidate.Revision}}","passed":3,"total":4}"""));
        Assert.Equal((3, 4), (done.Outcome.Passed, done.Outcome.Total));
        Assert.IsType<ProviderState.Failed>(Read(true, "sidecar done"));
        Assert.IsType<ProviderState.Failed>(Read(true, """{"revision":"x","passed":3,"total":4}"""));
        Assert.IsType<ProviderState.Failed>(Read(false, $$"""{"revision":"{{Candidate.Revision}}","passed":3,"total":4}"""));
    }

    private static EvalRequest Request(EvalGate gate)
    {
        var deployment = Deployment(gate);
        return new EvalRequest
        {
            Deployment = deployment,
            Gate = gate,
            Revision = Candidate,
            Run = Run(deployment, gate.Name, Candidate.Revision),
            SuiteDigest = new string('d', 64),
            SuiteShards = [new SuiteShard("triage-evals-1", ["a.jsonl", "b.jsonl"]), new SuiteShard("triage-evals-2", ["a.jsonl"])],
        };
    }

    private static void AgainstFile(V1Job job, string file)
    {
        var path = Path.Combine(ConfigFolder.Path, "..", "tests", "Operator.Tests", "Evals", "Providers", "Golden", file);
        var actual = Text(job);
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1") File.WriteAllText(path, actual);
        Assert.Equal(File.ReadAllText(path), actual);
    }
}
