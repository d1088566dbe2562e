using Operator.Contract;
using Operator.Quotas;
using Operator.Quotas.Allocation;

namespace Operator.Tests.Quotas.Allocation;

public class LeaseLedgerTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);
    private static readonly AllocationOptions Options = new();
    private static readonly ResourceVector Capacity = new(100, 100_000, 10_000);
    private static readonly ResourceVector Boot = Capacity * 0.01;

    [Fact]
    public void A_grant_grows_only_after_the_shrink_that_pays_for_it_was_acknowledged()
    {
        var ledger = Ledger();
        var a = Turn(ledger, "a", Capacity, null, 0);
        a = Turn(ledger, "a", Capacity, a, 1);
        a = Turn(ledger, "a", Capacity, a, 2);
        Assert.Equal(97, a.Grant.Requests, 6);

        // b comes with the same demand: a is told to shrink, but nobody knows whether it heard.
        var b = Turn(ledger, "b", Capacity, null, 3);
        ledger.Decide(At(3.5));
        var shrunk = Answer(ledger, "a", Capacity, a, 4);
        Assert.True(shrunk.Grant.Requests < 50);
        ledger.Decide(At(5));
        Assert.True(Answer(ledger, "b", Capacity, b, 5).Grant.Requests <= Boot.Requests + 1e-9);

        Answer(ledger, "a", Capacity, shrunk, 6);
        b = Answer(ledger, "b", Capacity, b, 6.1);
        Assert.True(b.Grant.Requests > 45, $"{b.Grant}");
    }

    [Fact]
    public void What_a_silent_limiter_holds_comes_back_when_it_has_expired_less_its_fallback()
    {
        var ledger = Ledger();
        OutstandingLease? a = null, b = null;
        for (var t = 0; t < 60; t++)
        {
            a = Turn(ledger, "a", Capacity, a, t);
            b = Turn(ledger, "b", Capacity, b, t + 0.5);
        }
        for (var t = 60; t < 100; t++) b = Turn(ledger, "b", Capacity, b, t);
        // The last lease was never acknowledged: the one before it may be held, with a fallback that differs a little.
        Assert.InRange(ledger.Exposed.Requests - b!.Grant.Requests, a!.Fallback.Requests, a.Fallback.Requests + 0.2);
        Assert.InRange(b.Grant.Requests, 40, 97 - a.Fallback.Requests + 1);
        Assert.True(ledger.Exposed.Requests + ledger.ResidualRate.Requests <= 100 + 1e-9);
        ledger.Remove("a", At(100));
        for (var t = 100; t < 110; t++) b = Turn(ledger, "b", Capacity, b, t);
        Assert.Equal(97, b.Grant.Requests, 1);
    }

    [Fact]
    public void A_new_leader_grants_no_more_than_is_outstanding_until_it_has_learned()
    {
        var ledger = new LeaseLedger(Pool(), 7, false, Boot, Options, Start);
        var held = new OutstandingLease(6, 40, Capacity * 0.3, Capacity * 0.2, Start);
        OutstandingLease a = held;
        for (var t = 0; t < 34; t++)
        {
            a = Turn(ledger, "a", Capacity, a, t);
            Assert.True(ledger.IsLearning);
            Assert.True(a.Grant.Requests <= 30 + 1e-9);
            Assert.Equal(7, a.Epoch);
        }
        for (var t = 34; t < 40; t++) a = Turn(ledger, "a", Capacity, a, t);
        Assert.False(ledger.IsLearning);
        Assert.Equal(97, a.Grant.Requests, 6);
    }

    [Fact]
    public void While_others_have_not_told_nobody_keeps_more_than_its_fallback()
    {
        var ledger = new LeaseLedger(Pool(), 7, false, Boot, Options, Start);
        ledger.Expect(1);
        OutstandingLease a = new(6, 40, Capacity * 0.3, Capacity * 0.1, Start);
        for (var t = 0; t < 5; t++) a = Turn(ledger, "a", Capacity, a, t);
        // The other may rise to its own fallback, which is all that the leader before had left.
        Assert.True(a.Grant.Requests <= 10 + 1e-9, $"{a.Grant}");
        ledger.Expect(0);
        for (var t = 5; t < 10; t++) a = Turn(ledger, "a", Capacity, a, t);
        Assert.Equal(30, a.Grant.Requests, 6);
    }

    [Fact]
    public void A_fallback_follows_what_is_usually_offered_and_not_what_one_second_leaves_to_the_largest()
    {
        var ledger = Ledger();
        OutstandingLease? a = null, b = null;
        for (var t = 0; t < 120; t++)
        {
            a = Turn(ledger, "a", Capacity * (t % 2 == 0 ? 0.8 : 0.4), a, t);
            b = Turn(ledger, "b", Capacity * 0.3, b, t + 0.5);
        }
        // Six to three, though every other second there is too little for both.
        Assert.InRange(a!.Fallback.Requests, 62.5, 64);
        Assert.InRange(b!.Fallback.Requests, 31, 32.5);
    }

    [Fact]
    public void What_waits_moves_no_fallback()
    {
        var ledger = Ledger();
        OutstandingLease? a = null, b = null;
        for (var t = 0; t < 120; t++)
        {
            a = Turn(ledger, "a", Capacity * 0.2, a, t, Capacity * 5);
            b = Turn(ledger, "b", Capacity * 0.2, b, t + 0.5);
        }
        Assert.Equal(b!.Fallback.Requests, a!.Fallback.Requests, 6);
    }

    [Fact]
    public void A_top_up_comes_from_the_residual_and_is_bounded_by_it()
    {
        var ledger = Ledger();
        OutstandingLease? a = null;
        for (var t = 0; t < 10; t++) a = Turn(ledger, "a", Capacity * 2, a, t);
        var paid = ledger.TopUp("a", new(1, 900, 90), At(10));
        Assert.Equal(new ResourceVector(1, 900, 90), paid);
        var sum = paid;
        for (var i = 0; i < 1_000; i++) sum += ledger.TopUp("a", new(10, 0, 0), At(10));
        Assert.True(sum.Requests <= Capacity.Requests * Options.ResidualSeconds + 1e-9, $"{sum}");
    }

    [Fact]
    public void What_a_bucket_could_not_hold_is_lent_to_others_once()
    {
        var ledger = Ledger();
        OutstandingLease? a = null, b = null;
        for (var t = 0; t < 10; t++)
        {
            a = Turn(ledger, "a", Capacity, a, t);
            b = Turn(ledger, "b", Capacity, b, t);
        }
        Drain(ledger, 10);
        ledger.Return("a", ResourceVector.Zero, At(11));
        var before = ledger.ResidualBalance.Requests;
        ledger.Return("a", new(20, 0, 0), At(11));
        ledger.Return("a", new(20, 0, 0), At(11));
        ledger.Return("a", new(10, 0, 0), At(11));
        ledger.Return("a", new(20, 0, 0), At(11));
        Assert.True(before < Capacity.Requests * Options.ResidualSeconds - 20, $"the bucket has no room: {before}");
        Assert.Equal(before + 20, ledger.ResidualBalance.Requests, 6);
        Assert.True(Drain(ledger, 11) > 0);
    }

    [Fact]
    public void A_limiter_that_tells_more_than_it_was_granted_gains_nothing_for_others()
    {
        var ledger = Ledger();
        OutstandingLease? a = null, b = null;
        for (var t = 0; t < 10; t++)
        {
            a = Turn(ledger, "a", Capacity * 0.01, a, t);
            b = Turn(ledger, "b", Capacity * 2, b, t);
        }
        Drain(ledger, 10);
        ledger.Return("a", ResourceVector.Zero, At(10));
        ledger.Return("a", new(1e12, 1e12, 1e12), At(11));
        Assert.True(Drain(ledger, 11) < 20);
    }

    [Fact]
    public void Leases_take_the_contracts_form_with_null_for_no_limit()
    {
        var limits = new ResourceVector(100, double.PositiveInfinity, 10_000);
        var lease = LeaseForm.Write(new(3, 9, new(10, 0, 500), new(5, 0, 200), Start), new("platform", "team"), "opus-5", limits, new(1, 0, 0), Options);
        Assert.Equal("platform/team", lease.Quota);
        Assert.Equal(new Amounts(10, null, 500), lease.Grant.Rate);
        Assert.Equal(10 * Options.BurstSeconds, lease.Grant.Burst.Requests);
        Assert.Equal(5 * Options.FallbackBurstSeconds, lease.Fallback.Burst.Requests);
        Assert.Equal(1, lease.TopUp!.Requests);
        var back = LeaseForm.Read(new HeldLease("platform/team", "opus-5", 3, 9) { Grant = lease.Grant, Fallback = lease.Fallback }, Start);
        Assert.Equal((10, 500, 5), (back.Grant.Requests, back.Grant.OutputTokens, back.Fallback.Requests));
    }

    private static double Drain(LeaseLedger ledger, double at)
    {
        var sum = 0.0;
        for (var i = 0; i < 2_000; i++) sum += ledger.TopUp("b", new(0.1, 0, 0), At(at)).Requests;
        return sum;
    }

    private static OutstandingLease Turn(LeaseLedger ledger, string limiter, ResourceVector demand, OutstandingLease? held, double at, ResourceVector backlog = default)
    {
        var lease = Answer(ledger, limiter, demand, held, at, backlog);
        ledger.Decide(At(at + 0.01));
        return lease;
    }

    private static OutstandingLease Answer(LeaseLedger ledger, string limiter, ResourceVector demand, OutstandingLease? held, double at, ResourceVector backlog = default)
    {
        Assert.True(ledger.Report(limiter, AllocationTargetTests.Key(0), demand, backlog, held, At(at)));
        return ledger.Answer(limiter, At(at));
    }

    private static AllocationPool Pool() => new(Capacity, [new(AllocationTargetTests.Key(0), -1, Capacity, Capacity, 1)]);

    private static LeaseLedger Ledger() => new(Pool(), 1, true, Boot, Options, Start);

    private static DateTimeOffset At(double seconds) => Start.AddSeconds(seconds);
}
