using Operator.Api;
using Operator.Rollouts.Gates;

namespace Operator.Tests.Rollouts.Gates;

public class LiveGateEvaluatorTests
{
    private static readonly double[] Edges = [1, 2, 4, 8, 12, 18, 24, 36];

    [Theory]
    [InlineData(50, 1000, 90, 9000, Proof.NoHarm, Verdict.Fail, GateReason.HarmShown)]
    [InlineData(12, 1000, 90, 9000, Proof.NoHarm, Verdict.Pass, GateReason.NoHarmShown)]
    [InlineData(12, 1000, 90, 9000, Proof.NonInferior, Verdict.Continue, GateReason.NotYetProven)]
    [InlineData(100, 10000, 900, 90000, Proof.NonInferior, Verdict.Pass, GateReason.NonInferiorityShown)]
    [InlineData(1, 50, 5, 450, Proof.NoHarm, Verdict.InsufficientData, GateReason.TooFewRequests)]
    [InlineData(1, 50, 5, 450, Proof.NonInferior, Verdict.InsufficientData, GateReason.TooFewRequests)]
    [InlineData(6, 6, 0, 54, Proof.NoHarm, Verdict.Fail, GateReason.HarmShown)]
    [InlineData(0, 0, 5, 450, Proof.NoHarm, Verdict.InsufficientData, GateReason.TooFewRequests)]
    [InlineData(1, 500, 0, 0, Proof.NoHarm, Verdict.InsufficientData, GateReason.NothingToCompare)]
    [InlineData(-1, 500, 0, 90, Proof.NoHarm, Verdict.EvaluatorError, GateReason.InvalidCounts)]
    [InlineData(7, 5, 0, 90, Proof.NoHarm, Verdict.EvaluatorError, GateReason.InvalidCounts)]
    [InlineData(1, 5, 91, 90, Proof.NoHarm, Verdict.EvaluatorError, GateReason.InvalidCounts)]
    public void An_increase_of_errors_is_judged(long x, long n, long y, long m, Proof proof, Verdict verdict, GateReason reason)
    {
        var evaluation = Evaluate(Gate(LiveMetric.ErrorRate, LiveLimitKind.MaxIncrease, 0.01) with { Proof = proof }, Rate(x, n, y, m));
        Assert.Equal((verdict, reason), (evaluation.Verdict, evaluation.Reason));
        Assert.StartsWith("errorRate", evaluation.Message);
    }

    [Theory]
    [InlineData(30, 300, Verdict.Fail)]
    [InlineData(3, 300, Verdict.Pass)]
    public void A_bound_on_errors_needs_no_stable(long x, long n, Verdict verdict) =>
        Assert.Equal(verdict, Evaluate(Gate(LiveMetric.ErrorRate, LiveLimitKind.Max, 0.02), Rate(x, n, 0, 0)).Verdict);

    [Fact]
    public void The_first_event_breaks_a_bound_of_zero() =>
        Assert.Equal(Verdict.Fail, Evaluate(Gate(LiveMetric.RefusalRate, LiveLimitKind.Max, 0), Rate(1, 300, 0, 0)).Verdict);

    [Fact]
    public void Nothing_is_judged_during_warmup()
    {
        var gate = Gate(LiveMetric.ErrorRate, LiveLimitKind.Max, 0.02) with { Warmup = TimeSpan.FromMinutes(5) };
        var cold = Rate(300, 300, 0, 0) with { Elapsed = TimeSpan.FromMinutes(4) };
        Assert.Equal((Verdict.Continue, GateReason.WarmingUp), (Evaluate(gate, cold).Verdict, Evaluate(gate, cold).Reason));
        Assert.Equal(Verdict.Fail, Evaluate(gate, cold with { Elapsed = TimeSpan.FromMinutes(5) }).Verdict);
    }

    [Fact]
    public void The_look_without_interval_says_the_same()
    {
        var gate = Gate(LiveMetric.ErrorRate, LiveLimitKind.MaxIncrease, 0.01);
        var observation = Rate(50, 1000, 90, 9000);
        var full = Evaluate(gate, observation);
        var quick = LiveGateEvaluator.Judge(gate, observation, GateErrorBudget.Whole);
        Assert.Equal((full.Verdict, full.Reason, full.Estimate), (quick.Verdict, quick.Reason, quick.Estimate));
        Assert.Null(quick.Interval);
        Assert.True(full.Interval!.Value.Lower >= 0.01);
    }

    [Fact]
    public void More_gates_and_windows_share_the_error_probability()
    {
        Assert.Equal(0.01 / 15, new GateErrorBudget(0.01, 5, 3).PerTest, 12);
        Assert.Equal(0.01, new GateErrorBudget(0.01, 0, 0).PerTest);
        var gate = Gate(LiveMetric.ErrorRate, LiveLimitKind.Max, 0.02);
        var observation = Rate(10, 150, 0, 0);
        Assert.Equal(Verdict.Fail, LiveGateEvaluator.Evaluate(gate, observation, new GateErrorBudget(0.05, 1, 1)).Verdict);
        Assert.Equal(Verdict.Pass, LiveGateEvaluator.Evaluate(gate, observation, new GateErrorBudget(0.05, 40, 10)).Verdict);
    }

    [Theory]
    [InlineData(0.10, Verdict.Fail)]
    [InlineData(0.02, Verdict.Pass)]
    public void A_latency_bound_is_a_share_of_slow_requests(double slower, Verdict verdict)
    {
        var slow = (long)(1000 * slower);
        var evaluation = Evaluate(Gate(LiveMetric.LatencyP95, LiveLimitKind.Max, 18), Latency(Histogram(1000 - slow, slow, 0), Histogram(0, 0, 0)));
        Assert.Equal(verdict, evaluation.Verdict);
        Assert.Equal(0.05, evaluation.Threshold, 12);
        Assert.Equal(slower, evaluation.Estimate!.Value, 12);
    }

    [Fact]
    public void A_bound_between_two_edges_is_rounded_against_the_accuser()
    {
        // Slower than 18 s but not than 24 s: whether these exceed 20 s is unknown, so neither harm nor its absence is shown.
        var observation = Latency(Histogram(500, 500, 0), Histogram(0, 0, 0));
        var gate = Gate(LiveMetric.LatencyP95, LiveLimitKind.Max, 20);
        Assert.Equal(Verdict.Pass, Evaluate(gate, observation).Verdict);
        Assert.Equal(Verdict.Continue, Evaluate(gate with { Proof = Proof.NonInferior }, observation).Verdict);
    }

    [Fact]
    public void A_bound_beyond_the_histogram_is_an_error() => Assert.Equal(
        (Verdict.EvaluatorError, GateReason.InvalidGate),
        Reason(Gate(LiveMetric.LatencyP95, LiveLimitKind.Max, 40), Latency(Histogram(500, 0, 0), Histogram(0, 0, 0))));

    [Fact]
    public void A_slower_canary_is_held_against_the_quantile_of_stable()
    {
        var stable = new LatencyHistogram(Edges, [0, 3000, 5000, 900, 100, 0, 0, 0, 0]);
        var slower = new LatencyHistogram(Edges, [0, 100, 300, 200, 100, 200, 100, 0, 0]);
        var equal = new LatencyHistogram(Edges, [0, 300, 500, 90, 10, 0, 0, 0, 0]);
        var gate = Gate(LiveMetric.LatencyP95, LiveLimitKind.MaxIncrease, 0.20);
        Assert.Equal(Verdict.Fail, Evaluate(gate, Latency(slower, stable)).Verdict);
        Assert.Equal(Verdict.Pass, Evaluate(gate, Latency(equal, stable)).Verdict);
        Assert.Equal(
            (Verdict.InsufficientData, GateReason.NothingToCompare),
            Reason(gate, Latency(slower, new LatencyHistogram(Edges, [0, 3, 5, 1, 0, 0, 0, 0, 0]))));
    }

    [Fact]
    public void Histograms_of_two_configurations_are_not_compared() => Assert.Equal(
        (Verdict.EvaluatorError, GateReason.InvalidCounts),
        Reason(
            Gate(LiveMetric.LatencyP95, LiveLimitKind.MaxIncrease, 0.20),
            Latency(Histogram(500, 0, 0), new LatencyHistogram([1, 2], [100, 100, 0]))));

    [Theory]
    [InlineData(1.6, Verdict.Fail)]
    [InlineData(1.0, Verdict.Pass)]
    public void An_increase_of_cost_is_relative(double factor, Verdict verdict)
    {
        var evaluation = Evaluate(Gate(LiveMetric.CostPerRequest, LiveLimitKind.MaxIncrease, 0.20), Cost(factor));
        Assert.Equal(verdict, evaluation.Verdict);
        Assert.Equal(factor - 1, evaluation.Estimate!.Value, 9);
        Assert.True(evaluation.Interval!.Value.Contains(factor - 1));
    }

    [Theory]
    [InlineData(0.30, Verdict.Fail)]
    [InlineData(0.70, Verdict.Pass)]
    public void A_minimum_is_broken_from_below(double ratio, Verdict verdict)
    {
        var counts = new MeanCounts(500, 500 * ratio, 500 * ((ratio * ratio) + 0.02));
        Assert.Equal(verdict, Evaluate(Gate(LiveMetric.CacheHitRatio, LiveLimitKind.Min, 0.55), Mean(counts, default, 1)).Verdict);
    }

    [Theory]
    [InlineData(100, double.NaN, 1)]
    [InlineData(100, 50, double.PositiveInfinity)]
    [InlineData(100, 500, 100)]
    [InlineData(100, 50, 10)]
    [InlineData(-1, 0, 0)]
    [InlineData(100, -5, 5)]
    public void Sums_that_no_values_can_have_are_an_error(long count, double sum, double squares) => Assert.Equal(
        (Verdict.EvaluatorError, GateReason.InvalidCounts),
        Reason(Gate(LiveMetric.CacheHitRatio, LiveLimitKind.Min, 0.55), Mean(new MeanCounts(count, sum, squares), default, 1)));

    [Theory]
    [InlineData(LiveMetric.ErrorRate, LiveLimitKind.Min, 0.1)]
    [InlineData(LiveMetric.CacheHitRatio, LiveLimitKind.MaxIncrease, 0.1)]
    [InlineData(LiveMetric.ErrorRate, LiveLimitKind.Max, double.NaN)]
    [InlineData(LiveMetric.ErrorRate, LiveLimitKind.Max, -0.1)]
    [InlineData(LiveMetric.ErrorRate, LiveLimitKind.MaxIncrease, 1.5)]
    public void A_gate_that_makes_no_sense_is_an_error(LiveMetric metric, LiveLimitKind kind, double limit) =>
        Assert.Equal((Verdict.EvaluatorError, GateReason.InvalidGate), Reason(Gate(metric, kind, limit), Rate(1, 10, 1, 90)));

    [Fact]
    public void Counts_of_another_kind_are_an_error() => Assert.Equal(
        (Verdict.EvaluatorError, GateReason.InvalidCounts), Reason(Gate(LiveMetric.CostPerRequest, LiveLimitKind.Max, 0.1), Rate(1, 10, 1, 90)));

    [Theory]
    [InlineData(0)]
    [InlineData(double.NaN)]
    [InlineData(1.1)]
    public void A_weight_that_is_no_share_is_an_error(double weight) => Assert.Equal(
        Verdict.EvaluatorError, Evaluate(Gate(LiveMetric.ErrorRate, LiveLimitKind.MaxIncrease, 0), Rate(1, 200, 1, 90) with { CanaryWeight = weight }).Verdict);

    [Fact]
    public void Every_metric_of_the_api_is_in_the_catalogue()
    {
        Assert.Equal(Enum.GetValues<LiveMetric>().Order(), LiveMetricDefinition.All.Select(d => d.Metric).Order());
        Assert.Equal("timeToFirstTokenP95", LiveMetricDefinition.Of(LiveMetric.TimeToFirstTokenP95).Name);
        Assert.All(LiveMetricDefinition.All, d => Assert.Equal(d.Kind == LiveMetricKind.Quantile, d.Quantile is > 0 and < 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => LiveMetricDefinition.Of((LiveMetric)(-1)));
    }

    private static LiveGate Gate(LiveMetric metric, LiveLimitKind kind, double limit) => new(LiveMetricDefinition.Of(metric), kind, limit);

    private static GateEvaluation Evaluate(LiveGate gate, GateObservation observation) =>
        LiveGateEvaluator.Evaluate(gate, observation, GateErrorBudget.Whole);

    private static (Verdict, GateReason) Reason(LiveGate gate, GateObservation observation)
    {
        var evaluation = Evaluate(gate, observation);
        return (evaluation.Verdict, evaluation.Reason);
    }

    private static GateObservation Observe(MeasuredMetric measured) => new(TimeSpan.FromHours(1), 0.10, measured);

    private static GateObservation Rate(long x, long n, long y, long m) => Observe(new MeasuredRate(new RateCounts(x, n), new RateCounts(y, m)));

    private static GateObservation Latency(LatencyHistogram canary, LatencyHistogram stable) => Observe(new MeasuredLatency(canary, stable));

    private static GateObservation Mean(MeanCounts canary, MeanCounts stable, double cap) => Observe(new MeasuredMean(canary, stable, cap));

    private static GateObservation Cost(double factor) => Mean(
        new MeanCounts(2000, 2000 * factor, 2000 * factor * factor * 1.5), new MeanCounts(18000, 18000, 18000 * 1.5), 20);

    /// <summary>Requests within 18 s, within 24 s and beyond.</summary>
    private static LatencyHistogram Histogram(long fast, long slow, long slower) => new(Edges, [0, 0, fast, 0, 0, 0, slow, 0, slower]);
}
