using Operator.Rollouts.Gates;

namespace Operator.Tests.Rollouts.Gates;

/// <summary>The bounds of the live tests, counted out over every outcome instead of simulated.</summary>
public class RateTestExactnessTests
{
    [Theory]
    [InlineData(0.20, 0.00, 0.10, 12, 30)]
    [InlineData(0.01, 0.01, 0.10, 20, 15)]
    [InlineData(0.50, 0.05, 0.50, 25, 10)]
    [InlineData(0.30, -0.10, 0.50, 15, 15)]
    [InlineData(0.05, 0.00, 0.01, 1, 60)]
    public void The_evidence_against_a_point_has_mean_one_under_that_point(double stable, double margin, double weight, int canaryTrials, int stableTrials) =>
        Assert.Equal(1, MeanEvidence(stable, stable + margin, stable, margin, weight, canaryTrials, stableTrials), 6);

    [Theory]
    [InlineData(0.20, 0.10, 0.00)]
    [InlineData(0.05, 0.05, 0.02)]
    public void A_canary_better_than_the_margin_lowers_the_mean(double stable, double canary, double margin) =>
        Assert.InRange(MeanEvidence(stable, canary, stable, margin, 0.10, 15, 30), 0, 1);

    /// <summary>The chance of ever showing harm under the edge of the null, by dynamic programming over all paths.</summary>
    [Theory]
    [InlineData(0.50, 0.00, 0.50, 1, 1, 40)]
    [InlineData(0.20, 0.00, 0.50, 1, 1, 40)]
    [InlineData(0.05, 0.05, 0.50, 10, 10, 40)]
    [InlineData(0.10, 0.00, 0.10, 1, 9, 25)]
    [InlineData(0.10, 0.00, 0.10, 25, 50, 50)]
    [InlineData(0.30, 0.00, 0.10, 3, 1, 60)]
    public void Harm_is_shown_falsely_with_at_most_alpha_in_any_order_of_arrival(
        double stable, double margin, double weight, int canaryBatch, int stableBatch, int canaryTrials)
    {
        const double alpha = 0.05;
        var canary = stable + margin;
        var alive = new Dictionary<(int Canary, int Stable), double> { [(0, 0)] = 1 };
        double shown = 0;
        int n = 0, m = 0;
        while (n < canaryTrials)
        {
            for (var i = 0; i < canaryBatch && n < canaryTrials; i++)
            {
                n++;
                Step(canary, isCanary: true);
            }
            for (var i = 0; i < stableBatch; i++)
            {
                m++;
                Step(stable, isCanary: false);
            }
        }
        Assert.InRange(shown, 0, alpha);
        Assert.True(alive.Count > 0);

        void Step(double rate, bool isCanary)
        {
            var next = new Dictionary<(int, int), double>();
            foreach (var ((x, y), probability) in alive)
            {
                foreach (var hit in new[] { 0, 1 })
                {
                    var state = isCanary ? (x + hit, y) : (x, y + hit);
                    next[state] = next.GetValueOrDefault(state) + (probability * (hit == 1 ? rate : 1 - rate));
                }
            }
            foreach (var (x, y) in next.Keys.ToList())
            {
                if (next[(x, y)] < 1e-12)
                {
                    continue;
                }
                if (new RateComparison(new RateCounts(x, n), new RateCounts(y, m), margin, weight).Shows(alpha))
                {
                    shown += next[(x, y)];
                    next.Remove((x, y));
                }
            }
            alive = next;
        }
    }

    [Theory]
    [InlineData(30, 400, 30, 3600, 0.00, 0.10)]
    [InlineData(30, 400, 40, 3600, 0.01, 0.10)]
    [InlineData(6, 6, 0, 54, 0.00, 0.10)]
    [InlineData(9, 12, 3, 40, 0.00, 0.50)]
    [InlineData(700, 1000, 600, 1000, 0.00, 0.50)]
    [InlineData(40, 50, 0, 500, 0.05, 0.01)]
    public void The_least_evidence_is_that_of_a_dense_grid(long x, long n, long y, long m, double margin, double weight)
    {
        var points = new RateComparison(new RateCounts(x, n), new RateCounts(y, m), margin, weight);
        var dense = double.PositiveInfinity;
        for (var logit = -18.0; logit <= 18; logit += 0.002)
        {
            dense = Math.Min(dense, points.LogEvidence(points.Lowest + ((points.Highest - points.Lowest) / (1 + Math.Exp(-logit)))));
        }
        Assert.InRange(LeastEvidence.Of(points, Math.Max(dense + 1, 4.6)) - dense, -1e-3, 0.03);
    }

    [Theory]
    [InlineData(0.30, 20)]
    [InlineData(0.05, 40)]
    public void The_evidence_against_a_bound_has_mean_one_at_the_bound(double bound, int trials)
    {
        var mean = Enumerable.Range(0, trials + 1).Sum(x => Probability(x, trials, bound) * Math.Exp(RateBound.LogEvidence(new RateCounts(x, trials), bound)));
        Assert.Equal(1, mean, 6);
    }

    private static double MeanEvidence(double stable, double canary, double point, double margin, double weight, int canaryTrials, int stableTrials)
    {
        double mean = 0;
        for (var x = 0; x <= canaryTrials; x++)
        {
            for (var y = 0; y <= stableTrials; y++)
            {
                var evidence = new RateComparison(new RateCounts(x, canaryTrials), new RateCounts(y, stableTrials), margin, weight).LogEvidence(point);
                mean += Probability(x, canaryTrials, canary) * Probability(y, stableTrials, stable) * Math.Exp(evidence);
            }
        }
        return mean;
    }

    private static double Probability(int x, int n, double p) => Binomial.Exactly(x, n, p);
}
