using Operator.Api;
using Operator.Catalog;
using Operator.Evals.Running;
using Operator.Evals.Runs;

namespace Operator.Cli.Eval.Running;

/// <summary>Makes the result of a run, judged with the code of the operator. Pure.</summary>
internal static class EvalRunResults
{
    private static readonly Percent UsualConfidence = new("95%");

    /// <summary>The result.</summary>
    /// <param name="subject">What was evaluated.</param>
    /// <param name="summary">The runner's result.</param>
    /// <param name="done">The cases that ended.</param>
    /// <param name="answers">Answers by case; empty where they may not be shown.</param>
    public static EvalRunResult Of(EvalSubject subject, RunSummary summary, IReadOnlyList<CaseReport> done, IReadOnlyDictionary<string, string> answers)
    {
        var order = subject.Suite.Suite.Cases.Select((c, i) => (c.Id, i)).ToDictionary(c => c.Id, c => c.i, StringComparer.Ordinal);
        var cases = done.OrderBy(c => order[c.Id]).Select(c => Case(c, answers)).ToList();
        var result = new EvalRunResult
        {
            Deployment = subject.Deployment,
            Prompt = subject.Prompt,
            PromptDigest = subject.Content.PromptDigest,
            Model = subject.Content.Model,
            Revision = subject.IsNamed ? subject.Content.Revision : null,
            Suite = subject.Suite.Name,
            SuiteDigest = subject.Suite.Suite.Digest,
            Sentinels = subject.Suite.Suite.Sentinels.Length,
            FailedCases = [.. cases.Where(c => !c.Passed).Select(c => c.Id)],
            Cases = cases,
            Usage = [.. summary.Usage.Select(u => new EvalRunUsage(u.Model, u.Input, u.CacheWrite5m + u.CacheWrite1h, u.CacheRead, u.Output))],
            Cost = UsageTotals.Cost(summary.Usage, model => ModelCatalog.Shipped.Find(model)?.Model.Prices) is { } cost ? Money.FromAmount(cost).Text : null,
            Error = summary.Error,
        };
        return summary.Error is null ? Judged(result, subject, summary) : result;
    }

    private static EvalRunResult Judged(EvalRunResult result, EvalSubject subject, RunSummary summary)
    {
        // Without thresholds everything passes; the interval is told all the same.
        var gate = subject.Gate ?? new EvalGate { Name = EvalSubjects.OwnGate, PassRate = Percent.FromBasisPoints(0) };
        var status = new ClaudeEvalRunStatus
        {
            Passed = summary.Passed,
            Total = summary.Total,
            CaseResults = summary.CaseResults,
            Slices = [.. summary.Slices.Select(s => new SliceResult { Name = s.Name, Passed = (int)s.Passed, Total = (int)s.Total })],
        };
        var judgement = EvalJudgement.Of(gate, status, subject.Baseline);
        return result with
        {
            Passed = summary.Passed,
            Total = summary.Total,
            PassRate = EvalJudgement.Share(summary.Passed, summary.Total).Text,
            Interval = judgement.Interval,
            Confidence = (gate.Confidence ?? UsualConfidence).Text,
            Verdict = subject.Gate is null ? null : judgement.Verdict.ToString(),
            Message = subject.Gate is null ? null : judgement.Message,
            Paired = judgement.Paired is { } p ? new EvalRunPairs(p.Baseline!, p.Regressed, p.Improved) : null,
            Slices = [.. summary.Slices.Select(s => new EvalRunSlice(s.Name, s.Passed, s.Total))],
            Error = subject.Gate is not null && judgement.Verdict == Verdict.EvaluatorError ? judgement.Message : null,
        };
    }

    private static EvalRunCase Case(CaseReport report, IReadOnlyDictionary<string, string> answers) => new()
    {
        Id = report.Id,
        Slice = report.Slice,
        Passed = report.Passed,
        FailedChecks = report.FailedChecks,
        StopReason = report.StopReason,
        LatencyMilliseconds = (long)report.Latency.TotalMilliseconds,
        Tries = report.Tries,
        RequestId = report.RequestId,
        Answer = answers.GetValueOrDefault(report.Id),
    };
}
