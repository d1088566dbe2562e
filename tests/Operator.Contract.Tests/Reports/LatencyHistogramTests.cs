using Operator.Contract;

namespace Operator.Contract.Tests.Reports;

public class LatencyHistogramTests
{
    [Fact]
    public void A_quantile_is_too_high_by_a_tenth_at_most()
    {
        var random = new Random(1);
        var durations = Enumerable.Range(0, 5_000).Select(_ => TimeSpan.FromMilliseconds(2 + random.NextDouble() * 60_000)).Order().ToArray();
        var histogram = Of(durations);
        foreach (var quantile in new[] { 0.01, 0.5, 0.95, 0.999, 1 })
        {
            var exact = durations[(int)Math.Ceiling(quantile * durations.Length) - 1];
            Assert.InRange(histogram.Quantile(quantile) / exact, 1, 1.101);
        }
    }

    [Fact]
    public void The_sum_of_histograms_counts_what_both_counted()
    {
        var one = Of(TimeSpan.FromMilliseconds(3), TimeSpan.FromSeconds(9));
        var other = Of(TimeSpan.FromMilliseconds(3), TimeSpan.FromHours(2));
        var sum = one.Plus(other);
        Assert.Equal(4, sum.Total);
        Assert.Equal(one, sum.Minus(other));
        Assert.Equal(2, sum.Above(TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public void What_is_longer_than_every_bucket_falls_into_the_last()
    {
        Assert.Equal(LatencyHistogram.BucketCount - 1, LatencyHistogram.BucketOf(TimeSpan.FromDays(3)));
        Assert.Equal(TimeSpan.MaxValue, LatencyHistogram.UpperBoundOf(LatencyHistogram.BucketCount - 1));
    }

    private static LatencyHistogram Of(params TimeSpan[] durations)
    {
        var counts = new long[LatencyHistogram.BucketCount];
        foreach (var duration in durations) counts[LatencyHistogram.BucketOf(duration)]++;
        return new LatencyHistogram { Counts = counts };
    }
}
