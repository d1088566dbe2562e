using Operator.Api;
using Operator.Rollouts.Gates;

namespace Operator.Tests.Rollouts.Gates;

public class OfflineGateEvaluatorTests
{
    private static readonly OfflineGate Golden = new("golden", 0.95);

    [Theory]
    [InlineData(96, 100, Proof.NoHarm, Verdict.Pass, GateReason.NoHarmShown)]
    [InlineData(80, 100, Proof.NoHarm, Verdict.Fail, GateReason.HarmShown)]
    [InlineData(93, 100, Proof.NoHarm, Verdict.InsufficientData, GateReason.BelowThresholdNotProven)]
    [InlineData(96, 100, Proof.NonInferior, Verdict.InsufficientData, GateReason.NotYetProven)]
    [InlineData(500, 500, Proof.NonInferior, Verdict.Pass, GateReason.NonInferiorityShown)]
    [InlineData(0, 0, Proof.NoHarm, Verdict.InsufficientData, GateReason.TooFewRequests)]
    [InlineData(5, 4, Proof.NoHarm, Verdict.EvaluatorError, GateReason.InvalidCounts)]
    [InlineData(-1, 4, Proof.NoHarm, Verdict.EvaluatorError, GateReason.InvalidCounts)]
    public void The_pass_rate_is_judged(long passed, long total, Proof proof, Verdict verdict, GateReason reason) =>
        Is(verdict, reason, Golden with { Proof = proof }, new OfflineObservation(passed, total));

    [Theory]
    [InlineData(2, 3, Verdict.Pass, GateReason.NoHarmShown)]
    [InlineData(40, 2, Verdict.Fail, GateReason.HarmShown)]
    [InlineData(9, 3, Verdict.InsufficientData, GateReason.BelowThresholdNotProven)]
    [InlineData(190, 20, Verdict.EvaluatorError, GateReason.InvalidCounts)]
    public void A_regression_against_stable_is_judged_on_the_same_cases(long lost, long won, Verdict verdict, GateReason reason) =>
        Is(verdict, reason, Golden with { MaxRegression = 0.02 }, new OfflineObservation(195, 200) { AgainstStable = new PairedCounts(200, lost, won) });

    [Fact]
    public void Without_a_run_of_stable_a_regression_is_not_judged() =>
        Is(Verdict.InsufficientData, GateReason.NothingToCompare, Golden with { MaxRegression = 0.02 }, new OfflineObservation(195, 200));

    [Fact]
    public void A_slice_that_is_shown_to_be_bad_fails_the_gate()
    {
        var observation = new OfflineObservation(480, 500) { Slices = [new("billing", 460, 462), new("legal", 20, 38)] };
        var evaluation = Is(Verdict.Fail, GateReason.HarmShown, Golden with { WorstSlice = 0.85 }, observation);
        Assert.Contains("slice legal", evaluation.Message);
    }

    [Fact]
    public void Many_small_slices_do_not_fail_by_chance()
    {
        var slices = Enumerable.Range(0, 30).Select(i => new SliceCounts($"s{i}", i == 7 ? 5 : 10, 10)).ToList();
        Assert.True(Binomial.AtMost(5, 10, 0.85) < 0.025, "alone, the slice would be shown to be bad");
        Is(Verdict.Pass, GateReason.NoHarmShown, Golden with { WorstSlice = 0.85 }, new OfflineObservation(295, 300) { Slices = slices });
    }

    [Fact]
    public void Slices_that_are_asked_for_and_missing_hold_the_gate() =>
        Is(Verdict.InsufficientData, GateReason.NothingToCompare, Golden with { WorstSlice = 0.85 }, new OfflineObservation(200, 200));

    [Fact]
    public void Harm_in_one_part_comes_before_doubt_in_another() => Is(
        Verdict.Fail,
        GateReason.HarmShown,
        Golden with { MaxRegression = 0.02 },
        new OfflineObservation(93, 100) { AgainstStable = new PairedCounts(100, 30, 0) });

    [Theory]
    [InlineData(1.2, 0.95)]
    [InlineData(double.NaN, 0.95)]
    [InlineData(0.9, 1)]
    [InlineData(0.9, double.NaN)]
    public void A_gate_that_makes_no_sense_is_an_error(double passRate, double confidence) => Is(
        Verdict.EvaluatorError, GateReason.InvalidGate, new OfflineGate("g", passRate) { Confidence = confidence }, new OfflineObservation(9, 10));

    private static GateEvaluation Is(Verdict verdict, GateReason reason, OfflineGate gate, OfflineObservation observation)
    {
        var evaluation = OfflineGateEvaluator.Evaluate(gate, observation);
        Assert.Equal((verdict, reason), (evaluation.Verdict, evaluation.Reason));
        Assert.NotEmpty(evaluation.Message);
        return evaluation;
    }
}
