using Operator.Api;
using Operator.Catalog;
using Operator.Contract;
using Operator.Limiters;
using Operator.Limiters.Reports;
using Operator.Quotas;
using Operator.Quotas.Allocation;
using Operator.Runtime.Caching;
using Operator.Testing;
using Operator.Tests.Quotas;

namespace Operator.Tests.Limiters;

/// <summary>The leader's wall clock is set forward or back while limiters hold leases.</summary>
public class JumpingClockTests
{
    private const string Group = "sonnet-4";
    private const string Account = "a";
    private static readonly ObjectKey Key = new("platform", "organization");
    private static readonly AllocationOptions Options = new();
    private readonly ManualTimeProvider _time = new(new DateTimeOffset(2026, 11, 21, 12, 0, 0, TimeSpan.Zero));
    private readonly SteadyClock _clock;
    private readonly QuotaNode _root;
    private readonly GroupPool _pool;

    public JumpingClockTests()
    {
        _clock = new SteadyClock(_time);
        _root = QuotaTree.Build([Quota.Root(tier: Tier.Start)], ModelCatalog.Shipped, new Dictionary<ObjectKey, ObservedLimits>()).Find(Key)!;
        _pool = GroupPool.Create(_root, Group, 1, isFirst: true, 1, Options, _clock.Now.Steady);
        _pool.Decide(_root, 1, 0, _clock.Now.Steady);
    }

    [Fact]
    public void A_moment_goes_on_as_time_passes_whatever_the_wall_says()
    {
        var before = _clock.Now;
        _time.Jump(TimeSpan.FromHours(-5));
        _time.Advance(TimeSpan.FromSeconds(7));
        var after = _clock.Now;
        Assert.Equal((TimeSpan.FromSeconds(7), TimeSpan.FromSeconds(7) - TimeSpan.FromHours(5)), (after.Steady - before.Steady, after.Wall - before.Wall));
        Assert.Equal(after.Wall + TimeSpan.FromSeconds(3), after.OnWall(after.Steady + TimeSpan.FromSeconds(3)));
    }

    [Theory]
    [InlineData(3_600)]
    [InlineData(-3_600)]
    public void A_lease_that_is_held_counts_until_its_time_has_passed(int seconds)
    {
        var lease = Lease();
        for (var i = 0; i < 5; i++) lease = Turn(lease);
        var exposed = _pool.Ledger.Exposed.Requests;
        Assert.True(exposed > 0);

        _time.Jump(TimeSpan.FromSeconds(seconds));
        _time.Advance(TimeSpan.FromSeconds(1));
        _pool.Decide(_root, 1, 0, _clock.Now.Steady);
        Assert.Equal(exposed, _pool.Ledger.Exposed.Requests, 6);
        // Silent for longer than its time to live and all that it may be late: only its fallback counts.
        _time.Advance(Options.Ttl * 2 + Options.Delivery);
        _pool.Decide(_root, 1, 0, _clock.Now.Steady);
        Assert.True(_pool.Ledger.Exposed.Requests <= lease.Fallback.Rate.Requests * 1.001);
    }

    [Theory]
    [InlineData(3_600)]
    [InlineData(-3_600)]
    public void A_freeze_lasts_as_long_as_the_API_asked(int seconds)
    {
        Assert.True(_pool.Learn(Refused(_clock.Now.Wall), _clock.Now));
        _time.Jump(TimeSpan.FromSeconds(seconds));
        _time.Advance(TimeSpan.FromSeconds(4));
        var now = _clock.Now;
        Assert.Equal(now.Wall + TimeSpan.FromSeconds(16), _pool.FrozenAt(now)!.Value.Until);
        Assert.Equal(now.Wall + TimeSpan.FromSeconds(16), Lease().FrozenUntil);
        _time.Advance(TimeSpan.FromSeconds(16));
        Assert.Null(_pool.FrozenAt(_clock.Now));
    }

    [Theory]
    [InlineData(3_600, 20)]
    [InlineData(-30, -10)]
    [InlineData(-3_600, -40)]
    public void A_limiter_whose_clock_is_wrong_is_believed_for_the_past_minute_only(int ahead, int left)
    {
        var now = _clock.Now;
        _pool.Learn(Refused(now.Wall.AddSeconds(ahead)), now);
        Assert.Equal(left > 0 ? now.Wall.AddSeconds(left) : null, _pool.FrozenAt(now)?.Until);
    }

    private static UpstreamSignal Refused(DateTimeOffset at) => new()
    {
        Kind = UpstreamSignalKind.RateLimited, Quota = Key.ToString(), Group = Group, At = at, RetryAfter = TimeSpan.FromSeconds(20),
    };

    /// <summary>A second later the limiter tells what it holds, and is answered.</summary>
    private Lease Turn(Lease held)
    {
        _time.Advance(TimeSpan.FromSeconds(1));
        var now = _clock.Now;
        var told = LeaseForm.Read(new HeldLease(held.Quota, held.Group, held.Epoch, held.Sequence) { Grant = held.Grant, Fallback = held.Fallback }, now.Steady);
        _pool.Ledger.Report(Account, Key, new ResourceVector(10, 10_000, 1_000), ResourceVector.Zero, told, now.Steady);
        _pool.Decide(_root, 1, 0, now.Steady);
        return _pool.Answer(Account, Key, null, now);
    }

    private Lease Lease()
    {
        var now = _clock.Now;
        _pool.Ledger.Report(Account, Key, new ResourceVector(10, 10_000, 1_000), ResourceVector.Zero, null, now.Steady);
        return _pool.Answer(Account, Key, null, now);
    }
}
