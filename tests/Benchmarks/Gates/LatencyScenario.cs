using Operator.Rollouts.Gates;

namespace Benchmarks.Gates;

/// <summary>Lognormal latencies of canary and stable, counted in the buckets of a histogram.</summary>
internal sealed record LatencyScenario(double CanaryMedian, double StableMedian, double Sigma, double Weight)
{
    /// <summary>Edges 12 % apart from 0.25 s to about 10 minutes.</summary>
    public static readonly double[] Edges = [.. Enumerable.Range(0, 70).Select(i => 0.25 * Math.Pow(1.12, i))];

    public int? Run(Draw draw, LiveGate gate, int horizon, int every)
    {
        var canary = new long[Edges.Length + 1];
        var stable = new long[Edges.Length + 1];
        for (var n = 1; n <= horizon; n++)
        {
            for (var gap = draw.Geometric(Weight); gap > 0; gap--)
            {
                stable[Bucket(draw.LogNormal(StableMedian, Sigma))]++;
            }
            canary[Bucket(draw.LogNormal(CanaryMedian, Sigma))]++;
            if (n % every != 0)
            {
                continue;
            }
            var measured = new MeasuredLatency(new LatencyHistogram(Edges, canary), new LatencyHistogram(Edges, stable));
            var observation = new GateObservation(TimeSpan.FromHours(1), Weight, measured);
            if (LiveGateEvaluator.Judge(gate, observation, GateErrorBudget.Whole).Verdict == Operator.Api.Verdict.Fail)
            {
                return n;
            }
        }
        return null;
    }

    private static int Bucket(double seconds)
    {
        var index = Array.BinarySearch(Edges, seconds);
        return index < 0 ? ~index : index;
    }
}
