using Operator.Api;
using Operator.Catalog;
using Operator.Limiters;
using Operator.Limiters.Authentication;
using Operator.Limiters.Reports;
using Operator.Limiters.Spend;
using Operator.Limiters.Usage;
using Operator.Quotas;
using Operator.Runtime.Caching;
using Operator.Testing;
using Operator.Tests.Quotas;

namespace Operator.Tests.Limiters;

public class UsageBoardTests
{
    private const string Group = "sonnet-4";
    private static readonly ObjectKey Key = new("platform", "organization");
    private readonly ManualTimeProvider _time = new(new DateTimeOffset(2026, 11, 21, 12, 0, 0, TimeSpan.Zero));
    private readonly QuotaTree _tree = QuotaTree.Build([Quota.Root(tier: Tier.Start)], ModelCatalog.Shipped, new Dictionary<ObjectKey, ObservedLimits>());
    private readonly LimiterEntry _limiter = new("a", new LimiterIdentity("platform", "a", "a-uid"));
    private readonly UsageBoard _board = new();
    private readonly SteadyClock _clock;

    public UsageBoardTests() => _clock = new SteadyClock(_time);

    [Fact]
    public void The_first_use_is_news_and_young_for_a_minute()
    {
        Look(used: 0);
        // However long limiters wait for their first call.
        for (var i = 0; i < 90; i++) AssertReading(Look(used: 0), young: false, news: false);
        AssertReading(Look(used: 0.05), young: true, news: true);
        for (var i = 1; i < 60; i++) AssertReading(Look(used: 0.05), young: true, news: false);
        AssertReading(Look(used: 0.05), young: false, news: true);
        AssertReading(Look(used: 0), young: false, news: false);
        AssertReading(Look(used: 0.05), young: false, news: false);
    }

    private static void AssertReading(UsageReading reading, bool young, bool news) => Assert.Equal((young, news), (reading.Usage.IsYoung, reading.IsNews));

    /// <summary>A second later.</summary>
    private UsageReading Look(double used)
    {
        _time.Advance(TimeSpan.FromSeconds(1));
        var now = _clock.Now;
        var vector = new ResourceVector(used, used * 100, used * 10);
        _limiter.Draws[(Key, Group)] = new Draw(Key, vector, ResourceVector.Zero, vector, now.Steady);
        return _board.Look(_tree, [_limiter], new Dictionary<(ObjectKey, string), GroupPool>(), new SpendBook(), now).Single().Reading;
    }
}
