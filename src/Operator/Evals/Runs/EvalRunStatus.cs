using Operator.Api;
using Operator.Contract;
using Operator.Evals.Providers;
using Operator.Evals.Running;

namespace Operator.Evals.Runs;

/// <summary>Statuses of runs. Pure: each makes a new one of the present.</summary>
/// <param name="prices">The prices of a model; null where they are not known.</param>
/// <param name="time">The clock; whole seconds are taken.</param>
internal sealed class EvalRunStatus(Func<string, IReadOnlyList<PriceTier>?> prices, TimeProvider time)
{
    private const int LongestMessage = 1000;

    /// <summary>The run has not started.</summary>
    public ClaudeEvalRunStatus Pending(ClaudeEvalRun run, string reason, string message)
    {
        var next = Next(run, EvalPhase.Pending, message);
        next.Verdict = null;
        next.Conditions = EvalConditions.Working(run, reason, next.Message!, Now);
        return next;
    }

    /// <summary>The run has not started, and cannot before somebody mends something.</summary>
    public ClaudeEvalRunStatus Stuck(ClaudeEvalRun run, string reason, string message)
    {
        var next = Next(run, EvalPhase.Pending, message);
        next.Verdict = Verdict.EvaluatorError;
        next.Conditions = EvalConditions.Stalled(run, reason, next.Message!, Now);
        return next;
    }

    /// <summary>The run is under way.</summary>
    public ClaudeEvalRunStatus Running(ClaudeEvalRun run, string? digest, string message)
    {
        var next = Next(run, EvalPhase.Running, message);
        next.Verdict = null;
        next.SuiteDigest ??= digest;
        next.StartedAt ??= Now;
        next.Conditions = EvalConditions.Working(run, "Running", next.Message!, Now);
        return next;
    }

    /// <summary>The run has counts; the verdict follows.</summary>
    public ClaudeEvalRunStatus Counted(ClaudeEvalRun run, string? digest, EvalOutcome outcome)
    {
        var next = Running(run, digest, "the result is there");
        next.Passed = outcome.Passed;
        next.Total = outcome.Total;
        next.PassRate = EvalJudgement.Share(outcome.Passed, outcome.Total);
        next.Slices = outcome.Slices.IsDefaultOrEmpty
            ? null
            : [.. outcome.Slices.Select(s => new SliceResult { Name = s.Name, Passed = (int)s.Passed, Total = (int)s.Total })];
        next.FailedCases = outcome.FailedCases.IsDefaultOrEmpty ? null : [.. outcome.FailedCases.Take(RunSummaryText.MaxFailedCases)];
        next.CaseResults = outcome.CaseResults;
        next.Report = outcome.Report;
        next.Cost = Cost(outcome.Usage);
        return next;
    }

    /// <summary>The run has counts and waits for those of stable.</summary>
    public ClaudeEvalRunStatus Waiting(ClaudeEvalRun run, ClaudeEvalRunStatus counted, string message)
    {
        counted.Message = Cut(message);
        counted.Conditions = EvalConditions.Working(run, "WaitingForBaseline", counted.Message, Now);
        return counted;
    }

    /// <summary>The run has a verdict.</summary>
    public ClaudeEvalRunStatus Completed(ClaudeEvalRun run, ClaudeEvalRunStatus counted, EvalJudgement judgement)
    {
        counted.Phase = EvalPhase.Completed;
        counted.Verdict = judgement.Verdict;
        counted.Message = Cut(judgement.Message);
        counted.Paired = judgement.Paired;
        counted.Interval = judgement.Interval;
        counted.StartedAt ??= Now;
        counted.CompletedAt = Now;
        counted.Conditions = judgement.Verdict == Verdict.EvaluatorError
            ? EvalConditions.Stalled(run, "EvaluatorError", counted.Message, Now)
            : EvalConditions.Done(run, judgement.Verdict.ToString(), counted.Message, Now);
        return counted;
    }

    /// <summary>The run could not be evaluated.</summary>
    public ClaudeEvalRunStatus Failed(ClaudeEvalRun run, ProviderState.Failed failure)
    {
        var next = Next(run, EvalPhase.Completed, failure.Message);
        next.Verdict = Verdict.EvaluatorError;
        next.StartedAt ??= Now;
        next.CompletedAt = Now;
        if (!failure.Usage.IsDefaultOrEmpty) next.Cost = Cost(failure.Usage);
        next.Conditions = EvalConditions.Stalled(run, failure.Reason, next.Message!, Now);
        return next;
    }

    /// <summary>Nobody needs the run any more.</summary>
    public ClaudeEvalRunStatus Cancelled(ClaudeEvalRun run, string message)
    {
        var next = Next(run, EvalPhase.Cancelled, message);
        next.Verdict = null;
        next.CompletedAt = Now;
        next.Conditions = EvalConditions.Stalled(run, "Cancelled", next.Message!, Now);
        return next;
    }

    private DateTimeOffset Now
    {
        get
        {
            var now = time.GetUtcNow();
            return new DateTimeOffset(now.UtcTicks - (now.UtcTicks % TimeSpan.TicksPerSecond), TimeSpan.Zero);
        }
    }

    private Money? Cost(IEnumerable<UsageLine> usage) =>
        usage.Any() && UsageTotals.Cost(usage, prices) is { } cost ? Money.FromAmount(cost) : null;

    private static string Cut(string message) => message.Length <= LongestMessage ? message : message[..LongestMessage] + "…";

    private static ClaudeEvalRunStatus Next(ClaudeEvalRun run, EvalPhase phase, string message)
    {
        var now = run.Status;
        return new ClaudeEvalRunStatus
        {
            ObservedGeneration = run.Metadata.Generation,
            Phase = phase,
            Verdict = now.Verdict,
            Message = Cut(message),
            Passed = now.Passed,
            Total = now.Total,
            PassRate = now.PassRate,
            Interval = now.Interval,
            Paired = now.Paired,
            Slices = now.Slices,
            FailedCases = now.FailedCases,
            CaseResults = now.CaseResults,
            SuiteDigest = now.SuiteDigest,
            Report = now.Report,
            Cost = now.Cost,
            StartedAt = now.StartedAt,
            CompletedAt = now.CompletedAt,
            Conditions = now.Conditions,
        };
    }
}
