using Operator.Rollouts.Gates;

namespace Benchmarks.Gates;

/// <summary>Lognormal costs of canary and stable, clipped at a cap. Medians are given; the ratio of means is that of the medians but for clipping.</summary>
internal sealed record CostScenario(double CanaryMedian, double StableMedian, double Sigma, double Cap, double Weight)
{
    public int? Run(Draw draw, LiveGate gate, int horizon, int every)
    {
        var canary = default(MeanCounts);
        var stable = default(MeanCounts);
        for (var n = 1; n <= horizon; n++)
        {
            for (var gap = draw.Geometric(Weight); gap > 0; gap--)
            {
                stable += One(draw, StableMedian);
            }
            canary += One(draw, CanaryMedian);
            if (n % every != 0)
            {
                continue;
            }
            var observation = new GateObservation(TimeSpan.FromHours(1), Weight, new MeasuredMean(canary, stable, Cap));
            if (LiveGateEvaluator.Judge(gate, observation, GateErrorBudget.Whole).Verdict == Operator.Api.Verdict.Fail)
            {
                return n;
            }
        }
        return null;
    }

    private MeanCounts One(Draw draw, double median)
    {
        var value = Math.Min(Cap, draw.LogNormal(median, Sigma));
        return new MeanCounts(1, value, value * value);
    }
}
