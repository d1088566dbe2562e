using Operator.Api;
using Operator.Evals;
using Operator.Evals.Running;
using Operator.Evals.Runs;
using static Operator.Tests.Evals.EvalObjects;

namespace Operator.Tests.Evals.Runs;

public class EvalDecisionTests
{
    private static readonly EvalGate Compared = SuiteGate(maxRegression: "2%");
    private static readonly string Digest = new('d', 64);

    [Fact]
    public void A_run_of_stable_is_needed_only_for_a_comparison_with_it()
    {
        var first = Deployment(Compared);
        Assert.IsType<BaselineState.NotNeeded>(Baseline(first, Compared));
        Assert.IsType<BaselineState.NotNeeded>(Baseline(WithStable(), SuiteGate()));
        Assert.IsType<BaselineState.NotNeeded>(EvalBaseline.Of(Run(WithStable(), "golden", Stable.Revision), WithStable(), Compared, Digest, []));
        Assert.Equal(Stable.Revision, Assert.IsType<BaselineState.Missing>(Baseline(WithStable(), Compared)).Revision);
    }

    [Fact]
    public void A_run_of_stable_is_made_once_for_a_suite()
    {
        var own = Run(WithStable(), "golden", Stable.Revision).Completed(Verdict.Pass, CaseBitmap.Write([true]));
        Assert.Same(own, Assert.IsType<BaselineState.Ready>(Baseline(WithStable(), Compared, own)).Run);
        own.Spec.SuiteDigest = own.Status.SuiteDigest = new string('e', 64);
        Assert.IsType<BaselineState.Missing>(Baseline(WithStable(), Compared, own));
        var waiting = Run(WithStable(), "golden", Stable.Revision, null, "other-base");
        Assert.IsType<BaselineState.Waiting>(Baseline(WithStable(), Compared, waiting));
    }

    [Fact]
    public void A_run_of_stable_without_a_result_is_made_anew_for_the_next_attempt_only()
    {
        var mine = Run(WithStable(), "golden", Stable.Revision, null, EvalRunName.OfBaseline(EvalRunName.Of(Name, "golden", Candidate.Revision, 0))).Completed(Verdict.EvaluatorError);
        Assert.IsType<BaselineState.Broken>(Baseline(WithStable(), Compared, mine));
        var others = Run(WithStable(), "golden", Stable.Revision, null, "other-base").Completed(Verdict.EvaluatorError);
        Assert.IsType<BaselineState.Missing>(Baseline(WithStable(), Compared, others));
    }

    [Fact]
    public void Nobody_else_can_write_a_result_for_stable()
    {
        var forged = Run(WithStable(), "golden", Stable.Revision).Completed(Verdict.Pass, CaseBitmap.Write([false]));
        forged.Metadata.OwnerReferences = null;
        Assert.IsType<BaselineState.Missing>(Baseline(WithStable(), Compared, forged));
    }

    [Theory]
    [InlineData(95, 100, Verdict.Pass)]
    [InlineData(50, 100, Verdict.Fail)]
    [InlineData(78, 100, Verdict.InsufficientData)]
    [InlineData(0, 0, Verdict.InsufficientData)]
    [InlineData(5, 3, Verdict.EvaluatorError)]
    public void The_pass_rate_decides(int passed, int total, Verdict verdict) =>
        Assert.Equal(verdict, EvalJudgement.Of(SuiteGate(), new ClaudeEvalRunStatus { Passed = passed, Total = total }, null).Verdict);

    [Fact]
    public void A_regression_against_stable_fails_although_the_pass_rate_holds()
    {
        var before = Enumerable.Repeat(true, 200).ToList();
        var after = Enumerable.Range(0, 200).Select(i => i % 8 != 0).ToList();
        var stable = Run(WithStable(), "golden", Stable.Revision).Completed(Verdict.Pass, CaseBitmap.Write(before), 200, 200);
        var judgement = EvalJudgement.Of(Compared, new ClaudeEvalRunStatus { Passed = 175, Total = 200, CaseResults = CaseBitmap.Write(after) }, stable);
        Assert.Equal(Verdict.Fail, judgement.Verdict);
        Assert.Equal((25, 0, stable.Metadata.Name), (judgement.Paired!.Regressed, judgement.Paired.Improved, judgement.Paired.Baseline));
        Assert.Matches(@"^\[8\d\.?\d*%, 9\d\.?\d*%\]$", judgement.Interval);
        Assert.Equal(Verdict.EvaluatorError, EvalJudgement.Of(Compared, new ClaudeEvalRunStatus { Passed = 175, Total = 200 }, stable).Verdict);
    }

    [Fact]
    public void A_bad_slice_fails_although_the_whole_is_good()
    {
        var gate = SuiteGate();
        gate.Slices = new SlicesSpec { Worst = new Percent("85%") };
        var result = new ClaudeEvalRunStatus
        {
            Passed = 960, Total = 1000,
            Slices = [new SliceResult { Name = "easy", Passed = 940, Total = 950 }, new SliceResult { Name = "hard", Passed = 20, Total = 50 }],
        };
        var judgement = EvalJudgement.Of(gate, result, null);
        Assert.Equal(Verdict.Fail, judgement.Verdict);
        Assert.Contains("slice hard", judgement.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_last_runs_and_those_that_decisions_cite_are_kept()
    {
        var deployment = WithStable();
        deployment.Status.Canary = new RevisionStatus { Revision = Candidate.Revision, Attempt = 1 };
        deployment.Status.EvalRuns = [new EvalRunReference { Name = "named" }];
        var start = DateTimeOffset.UnixEpoch;
        var old = Enumerable.Range(0, 15).Select(i => Run(deployment, "golden", new string('f', 64), 0, "old" + i.ToString("D2", null)).Completed(Verdict.Pass, at: start.AddHours(100 + i))).ToList();
        var named = Run(deployment, "golden", new string('e', 64), 0, "named").Completed(Verdict.Pass, at: start);
        named.Status.Paired = new PairedComparison { Baseline = "cited" };
        var cited = Run(deployment, "golden", new string('c', 64), null, "cited").Completed(Verdict.Pass, at: start);
        var live = Run(deployment, "ci", Candidate.Revision, 1, "by-ci").Completed(Verdict.Pass, at: start);
        var former = Run(deployment, "golden", Candidate.Revision, 0, "former-attempt").Completed(Verdict.Fail, at: start);
        var stable = Run(deployment, "golden", Stable.Revision, 0, "of-stable").Completed(Verdict.Pass, CaseBitmap.Write([true]), at: start);
        var running = Run(deployment, "golden", new string('b', 64), 0, "running");
        var foreign = Run(Deployment(), "golden", new string('b', 64), 0, "foreign").Completed(Verdict.Pass, at: start);
        foreign.Spec.DeploymentRef.Name = "other";
        var surplus = EvalRetention.Surplus(deployment, [.. old, named, cited, live, former, stable, running, foreign], 10);
        Assert.Equal(["former-attempt", "old00", "old01", "old02", "old03", "old04"], surplus.Select(r => r.Metadata.Name).Order(StringComparer.Ordinal));
    }

    private static ClaudeDeployment WithStable()
    {
        var deployment = Deployment(Compared);
        deployment.Status.Stable = new RevisionStatus { Revision = Stable.Revision };
        return deployment;
    }

    private static BaselineState Baseline(ClaudeDeployment deployment, EvalGate gate, params ClaudeEvalRun[] runs) =>
        EvalBaseline.Of(Run(deployment, "golden", Candidate.Revision), deployment, gate, Digest, runs);
}
