using Operator.Contract;
using Operator.Rollouts;
using Operator.Rollouts.Measurements;
using Operator.Runtime.Caching;
using Operator.Tests.Rollouts.Cluster;

namespace Operator.Tests.Rollouts.Measurements;

public class MeasurementStoreTests
{
    private const string A = "revision-a";
    private static readonly ObjectKey Key = new("support", "triage");
    private static readonly DateTimeOffset T0 = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly MeasurementStore _store = new();

    [Fact]
    public void Reports_of_several_limiters_add_up_and_every_request_counts_once()
    {
        var (one, two) = (new PlayedLimiter(), new PlayedLimiter());
        one.Serve(A, 10, errors: 2);
        two.Serve(A, 5);
        _store.Accept(one.Report(), T0);
        _store.Accept(two.Report(), T0);
        one.Serve(A, 7);
        _store.Accept(one.Report(), T0);
        Assert.Equal(22, Heard.Requests);
        Assert.Equal(2, Heard.Errors);
        Assert.Equal(22, Heard.Latency.Total);
    }

    [Fact]
    public void Late_and_repeated_reports_change_nothing()
    {
        var limiter = new PlayedLimiter();
        limiter.Serve(A, 10);
        var first = limiter.Report();
        limiter.Serve(A, 10);
        var second = limiter.Report();
        Assert.True(_store.Accept(second with { Sequence = 1 }, T0));
        Assert.False(_store.Accept(first, T0));
        Assert.False(_store.Accept(second with { Sequence = 1 }, T0));
        Assert.Equal(20, Heard.Requests);
    }

    [Fact]
    public void A_limiter_that_reported_before_brings_only_what_comes_after_its_first_report()
    {
        var limiter = new PlayedLimiter();
        limiter.Serve(A, 10);
        limiter.Report();
        _store.Accept(limiter.Report(), T0);
        Assert.Equal(0, Heard.Requests);
        limiter.Serve(A, 3);
        limiter.Serve("revision-b", 4);
        _store.Accept(limiter.Report(), T0);
        Assert.Equal(3, Heard.Requests);
        Assert.Equal(4, _store.Of(Key, T0).Of("revision-b").Requests);
    }

    [Fact]
    public void A_brief_report_confirms_and_begins_nothing()
    {
        var limiter = new PlayedLimiter();
        limiter.Serve(A, 10);
        var whole = limiter.Report() with { Sequence = 5 };
        var brief = whole with { Sequence = 4, Brief = true, Measurements = [] };
        // What was counted before its first whole report would be new after a brief one.
        Assert.False(_store.Accept(brief, T0));
        Assert.Empty(_store.Of(Key, T0).Limiters);
        Assert.True(_store.Accept(whole, T0));
        Assert.Equal(0, Heard.Requests);

        var changed = 0;
        _store.Changed += _ => changed++;
        Assert.True(_store.Accept(brief with { Sequence = 6, Applied = [new AppliedConfiguration { Deployment = Key.ToString(), Generation = 99, CanaryWeight = 2_000 }] }, T0));
        Assert.Equal((1, 99L, 2_000), (changed, _store.Of(Key, T0).Limiters[0].Applied!.Generation, _store.Of(Key, T0).Limiters[0].Applied!.CanaryWeight));
        limiter.Serve(A, 3);
        Assert.True(_store.Accept(limiter.Report() with { Sequence = 7 }, T0));
        Assert.Equal(3, Heard.Requests);
    }

    public static TheoryData<string> Nonsense => ["negative", "moreErrors", "notANumber", "infinite", "negativeBucket", "tooManyBuckets", "fell"];

    [Theory]
    [MemberData(nameof(Nonsense))]
    public void Measurements_that_cannot_be_are_ignored(string how)
    {
        var limiter = new PlayedLimiter();
        limiter.Serve(A, 10);
        _store.Accept(limiter.Report(), T0);
        limiter.Serve(A, 10);
        var report = limiter.Report();
        _store.Accept(report with { Measurements = [.. report.Measurements.Select(m => Break(m, how))] }, T0);
        Assert.Equal(10, Heard.Requests);
    }

    private static RevisionMeasurement Break(RevisionMeasurement m, string how) => how switch
    {
        "negative" => m with { Requests = -1 },
        "moreErrors" => m with { Errors = m.Requests + 1 },
        "notANumber" => m with { CachedShare = double.NaN },
        "infinite" => m with { CostSquared = double.PositiveInfinity },
        "negativeBucket" => m with { Latency = new LatencyHistogram { Counts = [-1] } },
        "tooManyBuckets" => m with { Latency = new LatencyHistogram { Counts = new long[1000] } },
        _ => m with { Requests = 1, Errors = 0, Latency = LatencyHistogram.Empty },
    };

    [Fact]
    public void A_limiter_speaks_only_for_its_own_namespace()
    {
        var limiter = new PlayedLimiter("elsewhere");
        limiter.Serve(A, 10);
        var report = limiter.Report();
        _store.Accept(report with { Measurements = [.. report.Measurements.Select(m => m with { Deployment = "support/triage" })] }, T0);
        Assert.Equal(0, Heard.Requests);
        Assert.Empty(_store.Of(Key, T0).Limiters);
        Assert.False(_store.Accept(limiter.Report() with { Namespace = "support" }, T0));
    }

    [Fact]
    public void A_silent_limiter_leaves_and_what_it_counted_stays()
    {
        var limiter = new PlayedLimiter();
        limiter.Apply(Configuration(1));
        limiter.Serve(A, 10);
        _store.Accept(limiter.Report(), T0);
        Assert.Single(_store.Of(Key, T0.AddSeconds(59)).Limiters);
        Assert.Empty(_store.Of(Key, T0.AddSeconds(60)).Limiters);
        Assert.Equal(10, Heard.Requests);
        limiter.Serve(A, 5);
        _store.Accept(limiter.Report(), T0.AddHours(3));
        Assert.Single(_store.Of(Key, T0.AddHours(3)).Limiters);
    }

    [Fact]
    public void Changes_of_what_is_applied_are_told_and_nothing_else_is()
    {
        var told = new List<ObjectKey>();
        _store.Changed += told.Add;
        var limiter = new PlayedLimiter();
        limiter.Apply(Configuration(1));
        _store.Accept(limiter.Report(), T0);
        Assert.Equal([Key], told);
        limiter.Serve(A, 1);
        _store.Accept(limiter.Report(), T0);
        Assert.Equal([Key], told);
        limiter.Apply(Configuration(2));
        _store.Accept(limiter.Report(), T0);
        Assert.Equal([Key, Key], told);
    }

    private MeasurementTotals Heard => _store.Of(Key, T0).Of(A);

    internal static DeploymentConfiguration Configuration(long generation) => new()
    {
        Namespace = "support",
        Name = "triage",
        Generation = generation,
        Quota = new QuotaConfiguration { Namespace = "support", Name = "q", Groups = [] },
        Models = [],
    };
}
