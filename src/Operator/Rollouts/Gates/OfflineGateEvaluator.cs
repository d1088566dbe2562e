using System.Globalization;
using Operator.Api;

namespace Operator.Rollouts.Gates;

/// <summary>Judges eval runs. Pure.</summary>
/// <remarks>
/// The pass rate, the regression and the slices are judged in turn; the first that does not pass gives the verdict, and failures come
/// before doubts. With <see cref="Proof.NoHarm"/> the observed pass rate and regression must meet their thresholds; a miss that may
/// be chance is <see cref="Verdict.InsufficientData"/> and a miss that is shown is <see cref="Verdict.Fail"/>. Slices are small,
/// so one fails only when it is shown (exact binomial test, Holm over the slices). With <see cref="Proof.NonInferior"/> each must be
/// shown to meet its threshold.
/// </remarks>
public static class OfflineGateEvaluator
{
    /// <summary>The verdict on one run.</summary>
    public static GateEvaluation Evaluate(OfflineGate gate, OfflineObservation observation)
    {
        ArgumentNullException.ThrowIfNull(gate);
        ArgumentNullException.ThrowIfNull(observation);
        GateEvaluation Without(Verdict verdict, GateReason reason, string message) =>
            GateEvaluation.Without(verdict, reason, message, Math.Max(0, observation.Total), gate.PassRate);

        if (gate.Problem() is { } problem)
        {
            return Without(Verdict.EvaluatorError, GateReason.InvalidGate, problem);
        }
        if (Contradiction(gate, observation) is { } contradiction)
        {
            return Without(Verdict.EvaluatorError, GateReason.InvalidCounts, contradiction);
        }
        if (observation.Total == 0)
        {
            return Without(Verdict.InsufficientData, GateReason.TooFewRequests, $"{gate.Name}: the run has no cases");
        }
        var parts = new List<GateEvaluation> { PassRate(gate, observation) };
        if (gate.MaxRegression is { } margin)
        {
            parts.Add(observation.AgainstStable is { Total: > 0 } pairs
                ? Regression(gate, pairs, margin)
                : Without(Verdict.InsufficientData, GateReason.NothingToCompare, $"{gate.Name}: stable has no run of the same cases to compare with"));
        }
        if (gate.WorstSlice is { } worst)
        {
            parts.Add(Slices(gate, observation, worst));
        }
        return parts.Find(p => p.Verdict == Verdict.Fail) ?? parts.Find(p => p.Verdict != Verdict.Pass) ?? parts[0];
    }

    private static string? Contradiction(OfflineGate gate, OfflineObservation o)
    {
        static bool Counts(long passed, long total) => passed >= 0 && passed <= total;
        return !Counts(o.Passed, o.Total) ? $"{gate.Name}: {o.Passed} of {o.Total} cases cannot have passed"
            : o.Slices.FirstOrDefault(s => !Counts(s.Passed, s.Total)) is { } slice
                ? $"{gate.Name}: slice {slice.Name}: {slice.Passed} of {slice.Total} cases cannot have passed"
            : o.AgainstStable is { IsValid: false } p
                ? $"{gate.Name}: {p.Lost} lost and {p.Won} won cases do not fit into {p.Total}"
            : null;
    }

    private static GateEvaluation PassRate(OfflineGate gate, OfflineObservation o)
    {
        var rate = (double)o.Passed / o.Total;
        var interval = WilsonInterval.Of(o.Passed, o.Total, gate.Confidence);
        return Judge(gate, "pass rate", rate, interval, o.Total, gate.PassRate,
            met: rate >= gate.PassRate, missed: interval.Upper < gate.PassRate, shown: interval.Lower >= gate.PassRate);
    }

    private static GateEvaluation Regression(OfflineGate gate, PairedCounts pairs, double margin)
    {
        var alpha = (1 - gate.Confidence) / 2;
        return Judge(gate, "regression against stable", pairs.Regression, McNemarTest.Interval(pairs, gate.Confidence), pairs.Total, margin,
            met: pairs.Regression <= margin,
            missed: McNemarTest.RegressionExceeds(pairs, margin) < alpha,
            shown: McNemarTest.RegressionBelow(pairs, margin) < alpha);
    }

    private static GateEvaluation Slices(OfflineGate gate, OfflineObservation o, double worst)
    {
        var slices = o.Slices.Where(s => s.Total > 0).ToList();
        if (slices.Count == 0)
        {
            return GateEvaluation.Without(
                Verdict.InsufficientData, GateReason.NothingToCompare, $"{gate.Name}: the run reports no slices to hold against slices.worst", o.Total, worst);
        }
        var alpha = (1 - gate.Confidence) / 2;
        var below = HolmCorrection.Adjust([.. slices.Select(s => Binomial.AtMost(s.Passed, s.Total, worst))]);
        var judged = slices.Select((slice, i) => (Slice: slice, P: below[i], Rate: (double)slice.Passed / slice.Total))
            .OrderBy(s => s.P).ThenBy(s => s.Rate).First();
        // Every slice must be shown: an intersection-union test needs no correction.
        var shown = slices.All(s => Binomial.AtLeast(s.Passed, s.Total, worst) < alpha);
        return Judge(gate, $"pass rate of slice {judged.Slice.Name}", judged.Rate,
            WilsonInterval.Of(judged.Slice.Passed, judged.Slice.Total, gate.Confidence), judged.Slice.Total, worst,
            met: true, missed: judged.P < alpha, shown: shown);
    }

    private static GateEvaluation Judge(
        OfflineGate gate, string subject, double estimate, GateInterval interval, long cases, double threshold, bool met, bool missed, bool shown)
    {
        var (verdict, reason, meaning) = missed ? (Verdict.Fail, GateReason.HarmShown, "the threshold is shown to be missed")
            : !met ? (Verdict.InsufficientData, GateReason.BelowThresholdNotProven, "the threshold is missed, but so few cases may do so by chance: add cases")
            : gate.Proof == Proof.NoHarm ? (Verdict.Pass, GateReason.NoHarmShown, "the threshold is met")
            : shown ? (Verdict.Pass, GateReason.NonInferiorityShown, "the threshold is shown to be met")
            : (Verdict.InsufficientData, GateReason.NotYetProven, "the threshold is met but not shown: add cases");
        var message = string.Create(
            CultureInfo.InvariantCulture,
            $"{gate.Name}: {subject} {estimate:0.####} (between {interval.Lower:0.####} and {interval.Upper:0.####}), threshold {threshold:0.####}, {cases} cases: {meaning}");
        return new GateEvaluation(verdict, reason, message, estimate, interval, cases, threshold);
    }
}
