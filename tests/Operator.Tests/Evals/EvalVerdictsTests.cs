using Operator.Api;
using Operator.Evals;
using static Operator.Tests.Evals.EvalObjects;

namespace Operator.Tests.Evals;

public class EvalVerdictsTests
{
    private static readonly EvalGate Golden = SuiteGate();
    private static readonly EvalGate Ci = new() { Name = "ci", External = new ExternalSource() };
    private static readonly ClaudeDeployment Triage = Deployment(Golden, Ci);

    [Fact]
    public void A_completed_run_gives_its_verdict() => Assert.Equal(Verdict.Pass, Verdicts(Golden, MakeRun().Completed(Verdict.Pass))["golden"].Verdict);

    [Fact]
    public void A_gate_without_a_run_is_missing() => Assert.Empty(Verdicts(Golden));

    [Theory]
    [InlineData(null, null, "the run has not started")]
    [InlineData(EvalPhase.Running, "the Job runs", "the Job runs")]
    public void A_run_without_a_verdict_continues(EvalPhase? phase, string? message, string shown)
    {
        var run = MakeRun();
        run.Status = new ClaudeEvalRunStatus { Phase = phase, Message = message };
        var verdict = Verdicts(Golden, run)["golden"];
        Assert.Equal((Verdict.Continue, shown), (verdict.Verdict, verdict.Message));
    }

    [Fact]
    public void A_cancelled_run_says_nothing_about_the_revision()
    {
        var run = MakeRun();
        run.Status = new ClaudeEvalRunStatus { Phase = EvalPhase.Cancelled, Verdict = Verdict.Pass };
        Assert.Equal(Verdict.EvaluatorError, Verdicts(Golden, run)["golden"].Verdict);
    }

    public static TheoryData<string, Action<ClaudeEvalRun>> Others => new()
    {
        { "another attempt", r => r.Spec.Attempt = 1 },
        { "another revision of the same short form", r => r.Spec.Revision = Candidate.Revision[..10] + new string('0', 54) },
        { "another gate", r => r.Spec.Gate = "ci" },
        { "another deployment", r => r.Spec.DeploymentRef.Name = "other" },
        { "a former deployment of the same name", r => r.Metadata.OwnerReferences![0].Uid = "uid-0" },
        { "another namespace", r => r.Metadata.NamespaceProperty = "other" },
        { "a run that is being deleted", r => r.Metadata.DeletionTimestamp = DateTimeOffset.UnixEpoch },
        { "a result that somebody wrote for a gate that is not external", r => r.Spec.Result = new EvalResult { Passed = 1, Total = 1 } },
        { "another name", r => r.Metadata.Name = "somebody-says-so" },
    };

    [Theory]
    [MemberData(nameof(Others))]
    public void Nothing_else_counts(string what, Action<ClaudeEvalRun> change)
    {
        var run = MakeRun().Completed(Verdict.Pass);
        change(run);
        Assert.False(Verdicts(Golden, run).ContainsKey("golden"), what);
    }

    [Fact]
    public void A_retry_is_judged_by_its_own_run_only()
    {
        ClaudeEvalRun[] runs = [MakeRun(0).Completed(Verdict.Fail), MakeRun(1)];
        Assert.Equal(Verdict.Fail, EvalVerdicts.Of(runs, Triage, Candidate.Revision, 0, [Golden])["golden"].Verdict);
        Assert.Equal(Verdict.Continue, EvalVerdicts.Of(runs, Triage, Candidate.Revision, 1, [Golden])["golden"].Verdict);
        Assert.Empty(EvalVerdicts.Of(runs, Triage, Candidate.Revision, 2, [Golden]));
    }

    [Fact]
    public void An_external_gate_takes_a_result_under_the_expected_name()
    {
        var run = Run(Triage, "ci", Candidate.Revision).Completed(Verdict.Pass);
        run.Metadata.OwnerReferences = null;
        run.Spec.Result = new EvalResult { Passed = 1, Total = 1 };
        Assert.Equal(Verdict.Pass, EvalVerdicts.Of([run], Triage, Candidate.Revision, 0, [Ci])["ci"].Verdict);
    }

    [Fact]
    public void Names_are_stable_bounded_and_different()
    {
        Assert.Equal("triage-golden-" + Candidate.Revision[..10] + "-0", EvalRunName.Of("triage", "golden", Candidate.Revision, 0));
        var name = new string('d', 60);
        string[] names = [EvalRunName.Of(name, "a", Candidate.Revision, 0), EvalRunName.Of(name, "a", Candidate.Revision, 1), EvalRunName.Of(name, "b", Candidate.Revision, 0),
            EvalRunName.Of(name + "d", "a", Candidate.Revision, 0), EvalRunName.OfBaseline(EvalRunName.Of(name, "a", Candidate.Revision, 0))];
        Assert.Equal(names.Length, names.Distinct().Count());
        Assert.All(names, n => Assert.InRange(n.Length, 1, 63));
        Assert.Equal(names[0], EvalRunName.Of(name, "a", Candidate.Revision, 0));
    }

    private static ClaudeEvalRun MakeRun(int attempt = 0) => Run(Triage, "golden", Candidate.Revision, attempt);

    private static System.Collections.Immutable.ImmutableDictionary<string, Operator.Rollouts.GateVerdict> Verdicts(EvalGate gate, params ClaudeEvalRun[] runs) =>
        EvalVerdicts.Of(runs, Triage, Candidate.Revision, 0, [gate]);
}
