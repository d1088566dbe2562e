using System.Diagnostics;
using System.Globalization;
using Operator.Api;
using Operator.Rollouts.Gates;

namespace Benchmarks.Gates;

/// <summary>Simulated truth against verdicts at α = 1 %: how often an equal canary is rolled back, and how soon a worse one is.</summary>
internal static class GatesBenchmark
{
    private const double Alpha = 0.01;

    public static async Task<IReadOnlyList<Figure>> RunAsync(TextWriter output)
    {
        var figures = new List<Figure>();
        var clock = Stopwatch.StartNew();
        FalseRollbacks(output, figures);
        Detections(output, figures);
        Latency(output, figures);
        Cost(output, figures);
        FixedThresholds(output, figures);
        IntervalCost(figures);
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"took {clock.Elapsed.TotalSeconds:0} s"));
        return figures;
    }

    private static void FalseRollbacks(TextWriter output, List<Figure> figures)
    {
        output.WriteLine("errors, equal canary, maxIncrease 0 %: share of runs rolled back, a look before and after every canary request");
        double[] weights = [0.01, 0.10, 0.50];
        double[] rates = [0, 0.001, 0.01, 0.05, 0.20, 0.50];
        var worst = 0.0;
        foreach (var rate in rates)
        {
            foreach (var weight in weights)
            {
                worst = Math.Max(worst, Row(output, new RateScenario(rate, rate, weight, 0), 2000, 2000));
            }
        }
        figures.Add(Figure.AtMost("false rollback, equal canary, worst of 18 base rates and weights", worst * 100, "%", 1));

        worst = 0;
        foreach (var (rate, weight, runs) in new[] { (0.01, 0.10, 3000), (0.50, 0.50, 1000), (0.20, 0.10, 1000) })
        {
            worst = Math.Max(worst, Row(output, new RateScenario(rate, rate, weight, 0), runs, 100_000));
        }
        figures.Add(Figure.AtMost("false rollback, equal canary, 100000 canary requests", worst * 100, "%", 1));

        output.WriteLine("errors, canary exactly at the margin");
        worst = 0;
        foreach (var (stable, margin, weight) in new[] { (0.01, 0.01, 0.10), (0.001, 0.01, 0.10), (0.20, 0.01, 0.10), (0.05, 0.05, 0.50), (0.0, 0.01, 0.10), (0.01, 0.01, 0.01) })
        {
            worst = Math.Max(worst, Row(output, new RateScenario(stable + margin, stable, weight, margin), 2000, 2000));
        }
        figures.Add(Figure.AtMost("false rollback, canary at the margin", worst * 100, "%", 1));

        output.WriteLine("errors, equal canary under bad conditions");
        worst = 0;
        RateScenario[] bad =
        [
            new(0.01, 0.01, 0.10, 0) { ActualWeight = 0.20 },
            new(0.01, 0.01, 0.10, 0) { ActualWeight = 0.05 },
            new(0.05, 0.05, 0.10, 0) { StableLag = 20 },
            new(0.01, 0.01, 0.10, 0) { Incident = (0.30, 200) },
            new(0.01, 0.01, 0.50, 0) { Incident = (0.50, 50) },
        ];
        foreach (var scenario in bad)
        {
            worst = Math.Max(worst, Row(output, scenario, 2000, 2000));
        }
        figures.Add(Figure.AtMost("false rollback, equal canary, wrong weight, lagging reports or incidents", worst * 100, "%", 1));
    }

    private static double Row(TextWriter output, RateScenario scenario, int runs, int horizon)
    {
        var share = Runs.Of(runs, 1, horizon, scenario.Run).Share;
        var conditions = (scenario.ActualWeight is { } w ? $", real weight {w:P0}" : "")
            + (scenario.StableLag > 0 ? $", stable lags {scenario.StableLag} requests" : "")
            + (scenario.Incident is { } i ? $", incidents of {i.Rate:P0} for both" : "");
        Line(output, $"  stable {scenario.Stable:P1}, canary {scenario.Canary:P1}, weight {scenario.Weight:P0}{conditions}: {share:P2} of {runs} runs of {horizon} canary requests");
        return share;
    }

    private static void Detections(TextWriter output, List<Figure> figures)
    {
        output.WriteLine("errors, worse canary at weight 10 %: canary requests until rolled back");
        Detect("errors 1 % to 5 %, maxIncrease 0 %", new RateScenario(0.05, 0.01, 0.10, 0), 450);
        Detect("errors 1 % to 5 %, maxIncrease 1 %", new RateScenario(0.05, 0.01, 0.10, 0.01), 1000);
        Detect("errors 1 % to 10 %, maxIncrease 1 %", new RateScenario(0.10, 0.01, 0.10, 0.01), 190);
        Detect("every request fails, maxIncrease 0 %", new RateScenario(1, 0.01, 0.10, 0), 6);
        Detect("every request fails, maxIncrease 1 %", new RateScenario(1, 0.01, 0.10, 0.01), 6);
        var proof = Runs.Of(500, 3, 10_000, new RateScenario(0.01, 0.01, 0.10, 0.01) { Until = Verdict.Pass }.Run);
        Line(output, $"  equal at 1 %, maxIncrease 1 %, proof NonInferior: shown after {proof.Quantile(0.5)} in half of the runs, {proof.Quantile(0.95)} in 95 %");
        figures.Add(Figure.Shown("non-inferiority of an equal canary shown, margin 1 %, 95 % of runs", proof.Quantile(0.95), "canary requests"));

        void Detect(string name, RateScenario scenario, double bar)
        {
            var runs = Runs.Of(6000, 2, 4000, scenario.Run);
            Line(output, $"  {name}: {runs.Quantile(0.5)} in half of the runs, {runs.Quantile(0.95)} in 95 %");
            figures.Add(Figure.AtMost(name + ", 95 % of runs", runs.Quantile(0.95), "canary requests", bar));
        }
    }

    private static void Latency(TextWriter output, List<Figure> figures)
    {
        output.WriteLine("latencyP95, lognormal with sigma 0.5, weight 10 %, a look at every 5th canary request");
        var max = new LiveGate(LiveMetricDefinition.Of(LiveMetric.LatencyP95), LiveLimitKind.Max, 18) { MinRequests = 1 };
        var increase = new LiveGate(LiveMetricDefinition.Of(LiveMetric.LatencyP95), LiveLimitKind.MaxIncrease, 0.20) { MinRequests = 1 };
        var toP95 = Math.Exp(0.5 * 1.6448536);
        var atBound = 18 / toP95;
        Show("latencyP95 max 18s, canary's p95 at 18 s", max, new LatencyScenario(atBound, 6, 0.5, 0.10), null);
        Show("latencyP95 max 18s, canary's p95 at 27 s", max, new LatencyScenario(27 / toP95, 6, 0.5, 0.10), 450);
        Show("latencyP95 maxIncrease 20 %, equal canary", increase, new LatencyScenario(6, 6, 0.5, 0.10), null);
        Show("latencyP95 maxIncrease 20 %, canary 20 % slower", increase, new LatencyScenario(7.2, 6, 0.5, 0.10), null);
        Show("latencyP95 maxIncrease 20 %, canary 100 % slower", increase, new LatencyScenario(12, 6, 0.5, 0.10), 300);

        void Show(string name, LiveGate gate, LatencyScenario scenario, double? bar) =>
            Report(output, figures, name, Runs.Of(1000, 4, 1500, (d, horizon) => scenario.Run(d, gate, horizon, 5)), bar);
    }

    private static void Cost(TextWriter output, List<Figure> figures)
    {
        output.WriteLine("costPerRequest maxIncrease 20 %, lognormal with sigma 0.8, cap 20 times the mean, a look at every 5th canary request");
        var gate = new LiveGate(LiveMetricDefinition.Of(LiveMetric.CostPerRequest), LiveLimitKind.MaxIncrease, 0.20) { MinRequests = 1 };
        Show("costPerRequest, equal canary, weight 10 %", new CostScenario(1, 1, 0.8, 27.5, 0.10), null);
        Show("costPerRequest, canary 20 % dearer, weight 10 %", new CostScenario(1.2, 1, 0.8, 27.5, 0.10), null);
        Show("costPerRequest, canary 20 % dearer, weight 50 %", new CostScenario(1.2, 1, 0.8, 27.5, 0.50), null);
        Show("costPerRequest, canary 60 % dearer, weight 10 %", new CostScenario(1.6, 1, 0.8, 27.5, 0.10), 500);
        Show("costPerRequest, canary 100 % dearer, weight 10 %", new CostScenario(2, 1, 0.8, 27.5, 0.10), 250);

        void Show(string name, CostScenario scenario, double? bar) =>
            Report(output, figures, name, Runs.Of(1000, 5, 1500, (d, horizon) => scenario.Run(d, gate, horizon, 5)), bar);
    }

    private static void Report(TextWriter output, List<Figure> figures, string name, Runs runs, double? bar)
    {
        if (bar is { } most)
        {
            Line(output, $"  {name}: {runs.Quantile(0.5)} in half of the runs, {runs.Quantile(0.95)} in 95 %");
            figures.Add(Figure.AtMost(name + ", 95 % of runs", runs.Quantile(0.95), "canary requests", most));
        }
        else
        {
            Line(output, $"  {name}: {runs.Share:P2} of {runs.At.Count} runs rolled back");
            figures.Add(Figure.AtMost(name + ", rolled back", runs.Share * 100, "%", 100 * Alpha));
        }
    }

    private static void FixedThresholds(TextWriter output, List<Figure> figures)
    {
        output.WriteLine("beside it: the canary's raw error rate of each interval against a fixed 2 %, the same true rates, 2000 canary requests");
        FixedThreshold[] gates =
        [
            new("Argo Rollouts, 60 requests an interval, failureLimit 0", 0.02, 1, 60),
            new("Argo Rollouts, 60 requests an interval, failureLimit 3", 0.02, 4, 60),
            new("Flagger, 60 requests an interval, threshold 5", 0.02, 5, 60),
            new("Flagger, 300 requests an interval, threshold 5", 0.02, 5, 300),
        ];
        foreach (var gate in gates)
        {
            var equal = Runs.Of(6000, 6, 2000, (d, horizon) => gate.Run(d, 0.01, horizon)).Share;
            var busy = Runs.Of(6000, 6, 2000, (d, horizon) => gate.Run(d, 0.025, horizon)).Share;
            var worse = Runs.Of(6000, 2, 2000, (d, horizon) => gate.Run(d, 0.05, horizon));
            var broken = Runs.Of(6000, 2, 2000, (d, horizon) => gate.Run(d, 1, horizon));
            Line(output, $"  {gate.Name}: equal at 1 % rolled back in {equal:P1}, equal at 2.5 % in {busy:P1}; 1 % to 5 % seen by {worse.Quantile(0.95)} in 95 %; every request fails: {broken.Quantile(0.95)}");
            figures.Add(Figure.Shown($"{gate.Name}: false rollback, equal at 1 %", equal * 100, "%"));
            figures.Add(Figure.Shown($"{gate.Name}: 1 % to 5 %, 95 % of runs", worse.Quantile(0.95), "canary requests"));
        }
    }

    private static void IntervalCost(List<Figure> figures)
    {
        var gate = new LiveGate(LiveMetricDefinition.Of(LiveMetric.ErrorRate), LiveLimitKind.MaxIncrease, 0.01);
        var observation = new GateObservation(TimeSpan.FromHours(1), 0.10, new MeasuredRate(new RateCounts(13, 1000), new RateCounts(90, 9000)));
        Time("look without interval", 20_000, () => LiveGateEvaluator.Judge(gate, observation, GateErrorBudget.Whole));
        Time("look with interval", 400, () => LiveGateEvaluator.Evaluate(gate, observation, GateErrorBudget.Whole));

        void Time(string name, int times, Action look)
        {
            look();
            var clock = Stopwatch.StartNew();
            for (var i = 0; i < times; i++)
            {
                look();
            }
            figures.Add(Figure.Shown(name, clock.Elapsed.TotalMicroseconds / times, "µs"));
        }
    }

    private static void Line(TextWriter output, FormattableString line) => output.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
