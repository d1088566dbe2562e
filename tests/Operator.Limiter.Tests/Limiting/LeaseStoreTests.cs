using Operator.Contract;
using Operator.Limiter.Limiting;
using Operator.Testing;

namespace Operator.Limiter.Tests.Limiting;

public class LeaseStoreTests
{
    private static readonly GroupConfiguration Group = new()
    {
        Group = "g", Limits = Amounts.Unlimited, Boot = Of(1), Fallback = Of(2),
    };

    private readonly ManualTimeProvider _time = new();
    private readonly LeaseStore _store;

    public LeaseStoreTests() => _store = new LeaseStore(_time);

    [Theory]
    [InlineData(0, 100, "Grant")]
    [InlineData(29.9, 100, "Grant")]
    [InlineData(30, 5, "Expired")]
    [InlineData(59.9, 5, "Expired")]
    [InlineData(60, 5, "Fallback")]
    [InlineData(100_000, 5, "Fallback")]
    public void A_lease_ages(double seconds, double rate, string source)
    {
        Accept(Lease(1, 1, 100, 5));
        _time.Advance(TimeSpan.FromSeconds(seconds));
        Assert.Equal((rate, source), Now());
    }

    [Fact]
    public void An_expired_lease_below_its_fallback_does_not_rise_before_twice_its_time()
    {
        Accept(Lease(1, 1, 3, 50));
        _time.Advance(TimeSpan.FromSeconds(45));
        Assert.Equal((3, "Expired"), Now());
        _time.Advance(TimeSpan.FromSeconds(15));
        Assert.Equal((50, "Fallback"), Now());
    }

    [Fact]
    public void An_expired_lease_has_the_buckets_of_a_limiter_that_is_alone_and_no_larger_ones_than_its_fallback()
    {
        var (grant, fallback) = (new Amounts(10, 1_000, 400), new Amounts(8, 1_200, 300));
        Accept(Lease(1, 1, 1) with { Grant = new Share(grant, grant), Fallback = new Share(fallback, new Amounts(50, 3_000, 2_000)) });
        _time.Advance(TimeSpan.FromSeconds(45));
        var share = _store.Share("q", Group).Share;
        Assert.Equal(new Amounts(8, 1_000, 300), share.Rate);
        Assert.Equal(new Amounts(40, 3_000, 1_600), share.Burst);
    }

    [Fact]
    public void Without_any_lease_the_boot_share_holds() => Assert.Equal((1, "Boot"), Now());

    [Fact]
    public void Lower_epochs_and_sequences_are_refused()
    {
        Assert.Equal(LeaseAnswer.Accepted, Accept(Lease(2, 5, 10)));
        Assert.Equal(LeaseAnswer.OlderSequence, Accept(Lease(2, 4, 99)));
        Assert.Equal(LeaseAnswer.OlderEpoch, Accept(Lease(1, 9, 99)));
        Assert.Equal(LeaseAnswer.OlderEpoch, Accept(Lease(1, 9, 99) with { Group = "other" }));
        Assert.Equal(10, Now().Rate);
        Assert.Equal(LeaseAnswer.Accepted, Accept(Lease(3, 1, 11)));
        Assert.Equal(11, Now().Rate);
    }

    [Fact]
    public void The_same_lease_again_is_fresh_again_and_pays_its_top_up_once()
    {
        var lease = Lease(1, 1, 10) with { TopUp = new Amounts(0, 500, 0) };
        Accept(lease);
        Assert.Equal(500, _store.TakeTopUp("q", "g")!.InputTokens);
        _time.Advance(TimeSpan.FromSeconds(29));
        Assert.Equal(LeaseAnswer.Renewed, Accept(lease));
        Assert.Null(_store.TakeTopUp("q", "g"));
        _time.Advance(TimeSpan.FromSeconds(29));
        Assert.Equal("Grant", Now().Source);
    }

    [Fact]
    public void An_answer_that_travelled_too_long_is_thrown_away()
    {
        var asked = _time.GetTimestamp();
        _time.Advance(TimeSpan.FromSeconds(5.1));
        Assert.Equal(LeaseAnswer.TooSlow, _store.Accept(Lease(1, 1, 10), asked));
        Assert.Equal("Boot", Now().Source);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Impossible_numbers_are_refused(double rate) => Assert.Equal(LeaseAnswer.Invalid, Accept(Lease(1, 1, rate)));

    [Fact]
    public void A_freeze_ends_by_itself()
    {
        Accept(Lease(1, 1, 10) with { FrozenUntil = _time.GetUtcNow().AddSeconds(20), FrozenBecause = "429" });
        Assert.Equal((TimeSpan.FromSeconds(20), "429"), _store.Frozen("q", "g"));
        _time.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(TimeSpan.Zero, _store.Frozen("q", "g").Left);
    }

    [Theory]
    [InlineData(3_600)]
    [InlineData(-3_600)]
    public void A_clock_that_jumps_neither_ages_a_lease_nor_thaws_or_prolongs_a_freeze(int seconds)
    {
        Accept(Lease(1, 1, 100, 5) with { FrozenUntil = _time.GetUtcNow().AddSeconds(20), FrozenBecause = "429" });
        _time.Advance(TimeSpan.FromSeconds(5));
        _time.Jump(TimeSpan.FromSeconds(seconds));
        Assert.Equal((100, "Grant"), Now());
        Assert.Equal(TimeSpan.FromSeconds(15), _store.Frozen("q", "g").Left);
        _time.Advance(TimeSpan.FromSeconds(25));
        Assert.Equal((5, "Expired"), Now());
    }

    [Theory]
    [InlineData(600)]
    [InlineData(-600)]
    public void A_freeze_lasts_as_long_as_the_operator_meant_by_its_own_clock(int ahead)
    {
        var there = _time.GetUtcNow().AddSeconds(ahead);
        _store.Accept(Lease(1, 1, 10) with { FrozenUntil = there.AddSeconds(20), FrozenBecause = "429" }, _time.GetTimestamp(), there);
        Assert.Equal(TimeSpan.FromSeconds(20), _store.Frozen("q", "g").Left);
        Assert.True(_store.Freeze(Lease(1, 1, 10) with { FrozenUntil = there.AddSeconds(30), FrozenBecause = "429" }, there));
        Assert.Equal(TimeSpan.FromSeconds(30), _store.Frozen("q", "g").Left);
    }

    [Fact]
    public void A_freeze_of_a_former_leader_or_without_a_lease_is_not_taken()
    {
        Assert.False(_store.Freeze(Lease(1, 1, 10) with { FrozenUntil = _time.GetUtcNow().AddSeconds(30) }));
        Accept(Lease(2, 1, 10));
        Assert.False(_store.Freeze(Lease(1, 9, 10) with { FrozenUntil = _time.GetUtcNow().AddSeconds(30) }));
        Assert.Equal(TimeSpan.Zero, _store.Frozen("q", "g").Left);
    }

    private static Share Of(double rate) => new(new(rate, rate, rate), new(rate, rate, rate));

    private static Lease Lease(long epoch, long sequence, double rate, double fallback = 1) => new()
    {
        Quota = "q", Group = "g", Epoch = epoch, Sequence = sequence, Grant = Of(rate), Fallback = Of(fallback), Ttl = TimeSpan.FromSeconds(30),
    };

    private LeaseAnswer Accept(Lease lease) => _store.Accept(lease, _time.GetTimestamp());

    private (double Rate, string Source) Now()
    {
        var (share, source) = _store.Share("q", Group);
        return (share.Rate.Requests!.Value, source.ToString());
    }
}
