using Operator.Rollouts.Gates;

namespace Operator.Tests.Rollouts.Gates;

/// <summary>The bets on bounded means, averaged over every outcome of small discrete distributions.</summary>
public class MeanTestExactnessTests
{
    /// <summary>Values with their probabilities: even, rare and large, two-sided.</summary>
    public static TheoryData<double[], double[]> Distributions => new()
    {
        { [0.0, 1.0], [0.5, 0.5] },
        { [0.0, 1.0], [0.95, 0.05] },
        { [0.1, 0.2, 1.0], [0.6, 0.35, 0.05] },
        { [0.4, 0.5, 0.6], [0.25, 0.5, 0.25] },
    };

    [Theory]
    [MemberData(nameof(Distributions))]
    public void The_evidence_against_the_true_mean_has_mean_of_at_most_one(double[] values, double[] probabilities)
    {
        var mean = values.Zip(probabilities, (v, p) => v * p).Sum();
        double above = 0, below = 0;
        Enumerate(values, probabilities, 7, (counts, probability) =>
        {
            above += probability * Math.Exp(MeanBound.LogEvidence(counts, mean, 1));
            below += probability * Math.Exp(MeanBound.LogEvidence(counts.Mirror(1), 1 - mean, 1));
        });
        Assert.InRange(above, 0.05, 1 + 1e-9);
        Assert.InRange(below, 0.05, 1 + 1e-9);
    }

    [Theory]
    [MemberData(nameof(Distributions))]
    public void The_evidence_on_an_increase_has_mean_of_at_most_one_at_the_true_point(double[] values, double[] probabilities)
    {
        // The canary's values are stable's, scaled down, so the tolerated "increase" is a fall of 20 %.
        const double factor = 0.8;
        var mean = values.Zip(probabilities, (v, p) => v * p).Sum();
        double above = 0, below = 0;
        Enumerate([.. values.Select(v => v * factor)], probabilities, 3, (canary, p) =>
            Enumerate(values, probabilities, 4, (stable, q) =>
            {
                above += p * q * Math.Exp(new MeanComparison(canary, stable, factor - 1, 1, 0.5, above: true).LogEvidence(mean));
                below += p * q * Math.Exp(new MeanComparison(canary, stable, factor - 1, 1, 0.5, above: false).LogEvidence(mean));
            }));
        Assert.InRange(above, 0.05, 1 + 1e-9);
        Assert.InRange(below, 0.05, 1 + 1e-9);
    }

    [Fact]
    public void A_clear_increase_is_shown_and_an_equal_canary_is_not()
    {
        var stable = Lognormal(9000, 1, 1);
        Assert.True(new MeanComparison(Lognormal(1000, 1.6, 2), stable, 0.2, 20, 0.10, above: true).Shows(0.01));
        Assert.False(new MeanComparison(Lognormal(1000, 1.0, 3), stable, 0.2, 20, 0.10, above: true).Shows(0.01));
        Assert.False(new MeanComparison(Lognormal(1000, 1.6, 2), stable, 0.2, 20, 0.10, above: false).Shows(0.01));
    }

    [Fact]
    public void Low_cache_hits_are_shown_against_a_minimum()
    {
        var cold = new MeanCounts(400, 400 * 0.40, 400 * 0.20);
        var test = new MeanBoundTest(cold, 1, 0.55, harmIsBelow: true);
        Assert.True(test.ShowsHarm(0.01));
        Assert.False(test.ShowsNoHarm(0.01));
        Assert.True(test.Interval(0.01).Upper < 0.55);
    }

    private static MeanCounts Lognormal(int count, double median, int seed)
    {
        var random = new Random(seed);
        var counts = default(MeanCounts);
        for (var i = 0; i < count; i++)
        {
            var normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
            var value = Math.Min(20, median * Math.Exp(0.6 * normal));
            counts += new MeanCounts(1, value, value * value);
        }
        return counts;
    }

    private static void Enumerate(double[] values, double[] probabilities, int requests, Action<MeanCounts, double> visit)
    {
        void Go(int left, MeanCounts counts, double probability)
        {
            if (left == 0)
            {
                visit(counts, probability);
                return;
            }
            for (var i = 0; i < values.Length; i++)
            {
                Go(left - 1, counts + new MeanCounts(1, values[i], values[i] * values[i]), probability * probabilities[i]);
            }
        }
        Go(requests, default, 1);
    }
}
