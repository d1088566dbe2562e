using System.Globalization;
using Operator.Api;
using Operator.Evals.Running;
using Operator.Rollouts.Gates;

namespace Operator.Evals.Runs;

/// <summary>What a run means for its gate. Pure.</summary>
/// <param name="Verdict">The verdict.</param>
/// <param name="Message">The verdict in a sentence.</param>
/// <param name="Paired">The comparison with stable, where there was one.</param>
/// <param name="Interval">The interval of the pass rate, such as <c>[91.2%, 97.4%]</c>.</param>
internal sealed record EvalJudgement(Verdict Verdict, string Message, PairedComparison? Paired, string? Interval)
{
    /// <summary>Judges a result.</summary>
    /// <param name="gate">The gate.</param>
    /// <param name="result">The status of the run, with its counts.</param>
    /// <param name="baseline">The run of stable; null where nothing is compared.</param>
    public static EvalJudgement Of(EvalGate gate, ClaudeEvalRunStatus result, ClaudeEvalRun? baseline)
    {
        ArgumentNullException.ThrowIfNull(gate);
        ArgumentNullException.ThrowIfNull(result);
        OfflineGate offline;
        try
        {
            offline = GateFactory.Offline(gate);
        }
        catch (ArgumentException exception)
        {
            return new EvalJudgement(Verdict.EvaluatorError, exception.Message, null, null);
        }
        var (passed, total) = (result.Passed ?? 0, result.Total ?? 0);
        PairedCounts? pairs = null;
        if (baseline is null)
        {
            offline = offline with { MaxRegression = null };
        }
        else
        {
            pairs = CaseBitmap.Compare(baseline.Status.CaseResults, result.CaseResults, total);
            if (pairs is null)
            {
                return new EvalJudgement(
                    Verdict.EvaluatorError, $"{gate.Name}: the results cannot be compared case by case with those of {baseline.Metadata.Name}", null, null);
            }
        }
        var evaluation = OfflineGateEvaluator.Evaluate(offline, new OfflineObservation(passed, total)
        {
            Slices = [.. (result.Slices ?? []).Select(s => new SliceCounts(s.Name, s.Passed, s.Total))],
            AgainstStable = pairs,
        });
        return new EvalJudgement(
            evaluation.Verdict,
            evaluation.Message,
            pairs is { } p ? new PairedComparison { Baseline = baseline!.Metadata.Name, Regressed = (int)p.Lost, Improved = (int)p.Won } : null,
            passed >= 0 && passed <= total && total > 0 && offline.Problem() is null ? Text(WilsonInterval.Of(passed, total, offline.Confidence)) : null);
    }

    /// <summary>A share of cases, rounded down to hundredths of a percent.</summary>
    public static Percent Share(int passed, int total) => Percent.FromBasisPoints(total <= 0 ? 0 : (int)Math.Clamp(passed * 10_000L / total, 0, 10_000));

    private static string Text(GateInterval interval) =>
        string.Create(CultureInfo.InvariantCulture, $"[{interval.Lower * 100:0.##}%, {interval.Upper * 100:0.##}%]");
}
