using Operator.Rollouts.Gates;

namespace Operator.Tests.Rollouts.Gates;

public class OfflineStatisticsTests
{
    /// <summary>Newcombe (1998), table I, method 3.</summary>
    [Theory]
    [InlineData(81, 263, 0.2553, 0.3662)]
    [InlineData(15, 148, 0.0624, 0.1605)]
    [InlineData(0, 20, 0.0000, 0.1611)]
    [InlineData(1, 29, 0.0061, 0.1718)]
    public void The_wilson_interval_has_its_published_values(long passed, long total, double lower, double upper)
    {
        var interval = WilsonInterval.Of(passed, total, 0.95);
        Assert.Equal(lower, interval.Lower, 4);
        Assert.Equal(upper, interval.Upper, 4);
    }

    [Fact]
    public void The_wilson_interval_of_nothing_says_nothing() =>
        Assert.Equal(new GateInterval(0, 1), WilsonInterval.Of(0, 0, 0.95));

    [Fact]
    public void The_wilson_interval_of_a_clean_sheet_ends_at_one() => Assert.Equal(1, WilsonInterval.Of(57, 57, 0.95).Upper);

    [Theory]
    [InlineData(0.5, 0)]
    [InlineData(0.975, 1.959963984540)]
    [InlineData(0.995, 2.575829303549)]
    [InlineData(0.9999, 3.719016485456)]
    [InlineData(0.025, -1.959963984540)]
    public void The_normal_quantile_has_its_tabulated_values(double probability, double z) =>
        Assert.Equal(z, NormalQuantile.Of(probability), 9);

    /// <summary>Sums of exact fractions.</summary>
    [Theory]
    [InlineData(3, 20, 0.30, 0.107086804503731)]
    [InlineData(940, 1000, 0.95, 0.08673217838486096)]
    [InlineData(0, 50, 0.05, 0.07694497527671333)]
    public void Binomial_tails_are_exact(long k, long n, double p, double expected) => Assert.Equal(expected, Binomial.AtMost(k, n, p), 11);

    [Fact]
    public void Binomial_upper_tails_are_exact() => Assert.Equal(0.012380207149754362, Binomial.AtLeast(55, 1000, 0.04), 11);

    /// <summary>Newcombe (1998), table I, method 5: the limits of Clopper and Pearson.</summary>
    [Theory]
    [InlineData(81, 263, 0.2527, 0.3676)]
    [InlineData(0, 20, 0, 0.1684)]
    public void Exact_binomial_bounds_have_their_published_values(long k, long n, double lower, double upper)
    {
        Assert.Equal(lower, Binomial.LowerBound(k, n, 0.025), 4);
        Assert.Equal(upper, Binomial.UpperBound(k, n, 0.025), 4);
    }

    /// <summary>Twice the tail of a fair coin: 2·79/4096, 2·10/512, 2/32.</summary>
    [Theory]
    [InlineData(10, 2, 158.0 / 4096)]
    [InlineData(1, 8, 20.0 / 512)]
    [InlineData(5, 0, 2.0 / 32)]
    [InlineData(4, 4, 1)]
    [InlineData(0, 0, 1)]
    public void Mcnemars_exact_test_is_a_fair_coin_over_the_discordant_cases(long lost, long won, double expected) =>
        Assert.Equal(expected, McNemarTest.TwoSided(new PairedCounts(100, lost, won)), 9);

    [Theory]
    [InlineData(10, 2, 79.0 / 4096)]
    [InlineData(2, 10, 4083.0 / 4096)]
    public void A_regression_is_the_one_sided_tail(long lost, long won, double expected) =>
        Assert.Equal(expected, McNemarTest.RegressionExceeds(new PairedCounts(100, lost, won), 0), 9);

    [Fact]
    public void A_margin_makes_a_regression_harder_to_show()
    {
        var counts = new PairedCounts(200, 20, 4);
        Assert.True(McNemarTest.RegressionExceeds(counts, 0) < 0.001);
        Assert.InRange(McNemarTest.RegressionExceeds(counts, 0.05), 0.08, 0.3);
        Assert.True(McNemarTest.RegressionExceeds(counts, 0.05) < McNemarTest.RegressionExceeds(counts, 0.07));
    }

    [Fact]
    public void Many_equal_cases_show_that_there_is_no_large_regression()
    {
        Assert.True(McNemarTest.RegressionBelow(new PairedCounts(1000, 0, 0), 0.02) < 0.01);
        Assert.True(McNemarTest.RegressionBelow(new PairedCounts(20, 0, 0), 0.02) > 0.05);
    }

    [Fact]
    public void Roles_exchanged_exchange_the_tests() => Assert.Equal(
        McNemarTest.RegressionExceeds(new PairedCounts(100, 7, 3), -0.05),
        McNemarTest.RegressionBelow(new PairedCounts(100, 3, 7), 0.05));

    /// <summary>Every possible outcome of n pairs, weighted by its probability at the edge of the null: an exact size, no simulation.</summary>
    [Theory]
    [InlineData(60, 0.05, 0.02)]
    [InlineData(60, 0.05, 0.20)]
    [InlineData(40, 0.00, 0.10)]
    [InlineData(50, 0.10, 0.05)]
    [InlineData(60, 0.02, 0.02)]
    public void The_paired_tests_are_wrong_no_more_often_than_they_say(int total, double margin, double won)
    {
        var lost = won + margin;
        double exceeds = 0, below = 0;
        for (var b = 0; b <= total; b++)
        {
            var ofLost = Binomial.Exactly(b, total, lost);
            for (var c = 0; c <= total - b; c++)
            {
                var share = won / (1 - lost);
                var probability = ofLost * Binomial.Exactly(c, total - b, share);
                if (probability < 1e-9)
                {
                    continue;
                }
                var counts = new PairedCounts(total, b, c);
                exceeds += McNemarTest.RegressionExceeds(counts, margin) <= 0.05 ? probability : 0;
                below += McNemarTest.RegressionBelow(counts, margin) <= 0.05 ? probability : 0;
            }
        }
        Assert.InRange(exceeds, 1e-6, 0.05);
        Assert.InRange(below, 1e-6, 0.05);
    }

    [Fact]
    public void The_interval_of_a_regression_holds_the_estimate_and_agrees_with_the_tests()
    {
        var counts = new PairedCounts(300, 21, 6);
        var interval = McNemarTest.Interval(counts, 0.95);
        Assert.True(interval.Contains(0.05));
        Assert.True(interval.Lower > 0, "15 more lost than won of 27 is a regression");
        Assert.True(McNemarTest.RegressionExceeds(counts, interval.Lower) < 0.025);
        Assert.True(McNemarTest.RegressionBelow(counts, interval.Upper) < 0.025);
    }

    /// <summary>As R's p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm") gives them.</summary>
    [Fact]
    public void Holms_correction_steps_down() =>
        Assert.Equal([0.03, 0.06, 0.06, 0.02], HolmCorrection.Adjust([0.01, 0.04, 0.03, 0.005]).Select(p => Math.Round(p, 12)));

    [Fact]
    public void Holms_correction_never_exceeds_one() => Assert.Equal([1, 1], HolmCorrection.Adjust([0.7, 0.9]));
}
