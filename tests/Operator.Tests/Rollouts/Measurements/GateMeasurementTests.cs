using Operator.Api;
using Operator.Rollouts.Gates;
using Operator.Rollouts.Measurements;
using Histogram = Operator.Contract.LatencyHistogram;

namespace Operator.Tests.Rollouts.Measurements;

public class GateMeasurementTests
{
    private static readonly MeasurementTotals Totals = new()
    {
        Requests = 200,
        Errors = 3,
        Throttled = 50,
        Truncations = 4,
        Refusals = 5,
        CachedShare = 120.5,
        CachedShareSquared = 90.25,
        OutputTokens = 20_000,
        OutputTokensSquared = 2_500_000,
        Cost = 1_500_000_000,
        CostSquared = 0.015,
        Latency = new Histogram { Counts = [.. Enumerable.Range(0, Histogram.BucketCount).Select(b => (long)(b % 3))] },
        FirstToken = new Histogram { Counts = [0, 5, 7] },
    };

    [Fact]
    public void Throttled_requests_are_no_errors_and_no_requests()
    {
        var measured = Assert.IsType<MeasuredRate>(Of(LiveMetric.ErrorRate, 1));
        Assert.Equal(new RateCounts(3, 200), measured.Canary);
    }

    [Fact]
    public void Means_keep_their_sums_in_the_units_of_their_bounds()
    {
        Assert.Equal(new MeanCounts(200, 1.5, 0.015), Assert.IsType<MeasuredMean>(Of(LiveMetric.CostPerRequest, 1)).Canary);
        Assert.Equal(new MeanCounts(200, 120.5, 90.25), Assert.IsType<MeasuredMean>(Of(LiveMetric.CacheHitRatio, 1)).Canary);
        Assert.Equal(new MeanCounts(200, 20_000, 2_500_000), Assert.IsType<MeasuredMean>(Of(LiveMetric.OutputTokensPerRequest, 1e6)).Canary);
    }

    [Fact]
    public void Histograms_keep_their_buckets()
    {
        var latency = Assert.IsType<MeasuredLatency>(Of(LiveMetric.LatencyP95, 1)).Canary;
        Assert.True(latency.IsValid);
        Assert.Equal(Totals.Latency.Counts, latency.Counts);
        Assert.Equal(0.001, latency.Edges[0]);
        var first = Assert.IsType<MeasuredLatency>(Of(LiveMetric.TimeToFirstTokenP95, 1)).Canary;
        Assert.Equal(12, first.Total);
    }

    public static TheoryData<LiveMetric> Metrics => [.. Enum.GetValues<LiveMetric>()];

    [Theory]
    [MemberData(nameof(Metrics))]
    public void Every_metric_survives_its_checkpoint(LiveMetric metric)
    {
        var counts = GateMeasurement.Project(metric, Totals);
        var written = new WindowCheckpoint
        {
            StartedAt = DateTimeOffset.UnixEpoch, Canary = counts, Stable = counts.Plus(counts), CanaryRaw = counts, StableRaw = CountVector.Empty, Limiters = ["abc"],
        }.Write(100, 2);
        var read = WindowCheckpoint.Read(written, ["abc"], 100, 2)!;
        Assert.Equal(counts.Counts, read.Canary.Counts);
        Assert.Equal(counts.Plus(counts).Counts, read.Stable.Counts);
        Assert.Equal(written.OrderBy(c => c.Key, StringComparer.Ordinal), read.Write(100, 2).OrderBy(c => c.Key, StringComparer.Ordinal));
        Assert.Equal(GateMeasurement.Measured(metric, counts, counts, 1).CanaryRequests, GateMeasurement.Measured(metric, read.Canary, counts, 1).CanaryRequests);
    }

    [Fact]
    public void A_checkpoint_of_another_weight_or_attempt_or_with_nonsense_is_not_continued()
    {
        var written = new WindowCheckpoint
        {
            StartedAt = DateTimeOffset.UnixEpoch, Canary = CountVector.Of(("requests", 1)), Stable = CountVector.Empty, CanaryRaw = CountVector.Empty, StableRaw = CountVector.Empty, Limiters = [],
        }.Write(100, 2);
        Assert.NotNull(WindowCheckpoint.Read(written, null, 100, 2));
        Assert.Null(WindowCheckpoint.Read(written, null, 200, 2));
        Assert.Null(WindowCheckpoint.Read(written, null, 100, 3));
        Assert.Null(WindowCheckpoint.Read(null, null, 100, 2));
        written["canary.requests"] = -1;
        Assert.Null(WindowCheckpoint.Read(written, null, 100, 2));
    }

    private static MeasuredMetric Of(LiveMetric metric, double cap) =>
        GateMeasurement.Measured(metric, GateMeasurement.Project(metric, Totals), GateMeasurement.Project(metric, MeasurementTotals.Zero), cap);
}
