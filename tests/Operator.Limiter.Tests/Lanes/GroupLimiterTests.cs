using Operator.Contract;
using Operator.Limiter.Lanes;
using Operator.Limiter.Limiting;
using Operator.Testing;

namespace Operator.Limiter.Tests.Lanes;

public sealed class GroupLimiterTests : IDisposable
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly ManualTimeProvider _time = new();
    private readonly LeaseStore _leases;
    private GroupLimiter? _gate;

    public GroupLimiterTests() => _leases = new LeaseStore(_time);

    public void Dispose() => _gate?.Dispose();

    [Fact]
    public async Task What_fits_passes_at_once_and_the_next_waits_for_the_refill()
    {
        var gate = Gate(10, 10);
        Assert.NotNull((await Ask(gate, 10)).Hold);
        var second = Ask(gate, 5).AsTask();
        Assert.False(second.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(0.4));
        Assert.False(second.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(0.2));
        Assert.NotNull((await second).Hold);
    }

    [Fact]
    public async Task A_settlement_beyond_the_estimate_is_owed_and_one_below_is_given_back()
    {
        var gate = Gate(10, 100);
        var hold = (await Ask(gate, 10)).Hold!;
        hold.Settle(150, 0);
        hold.Settle(0, 0);
        var next = Ask(gate, 10).AsTask();
        _time.Advance(TimeSpan.FromSeconds(5.5));
        Assert.False(next.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(0.6));
        (await next).Hold!.Settle(0, 0);
        Assert.NotNull((await Ask(gate, 10, TimeSpan.Zero)).Hold);
    }

    [Theory]
    [InlineData(false, 200, 300)]
    [InlineData(true, 200, 0)]
    [InlineData(true, 700, -200)]
    public async Task What_a_guess_of_the_output_held_too_much_is_not_given_back(bool isGuess, double used, double back)
    {
        var share = new Share(new(null, null, 0), new(null, null, 1_000));
        var quota = Sample.Quota(share);
        _gate = new GroupLimiter(quota, quota.Groups[0], _leases, _time);
        var hold = (await _gate.AdmitAsync(Lane.Standard, new Tokens(1, 0, 500), Minute, default)).Hold!;
        hold.IsGuess = isGuess;
        hold.Settle(0, used);
        Assert.Equal(500 + back, _gate.InForce.Level.Output);
        Assert.Equal(1_000 - 500 - back, _gate.Demand().Debited!.OutputTokens);
    }

    [Fact]
    public async Task A_guess_for_which_no_answer_came_is_given_back()
    {
        var share = new Share(new(null, 0, 0), new(null, 1_000, 1_000));
        var quota = Sample.Quota(share);
        _gate = new GroupLimiter(quota, quota.Groups[0], _leases, _time);
        var hold = (await _gate.AdmitAsync(Lane.Standard, new Tokens(1, 300, 500), Minute, default)).Hold!;
        hold.IsGuess = true;
        hold.Cancel(100);
        hold.Settle(300, 500);
        Assert.Equal((900, 1_000), (_gate.InForce.Level.Input, _gate.InForce.Level.Output));
    }

    [Fact]
    public async Task A_request_that_would_wait_longer_than_its_patience_is_refused_with_the_limit_and_its_owner()
    {
        var gate = Gate(1, 100);
        Lease(1, 100);
        (await Ask(gate, 100)).Hold!.Settle(400, 0);
        await ShortForAWhile(gate);
        var refusal = (await Ask(gate, 100, Minute)).Refusal!;
        Assert.Equal((429, "input-tokens; team/tools/g", true), (refusal.Status, refusal.Limit, refusal.RetryAfter > Minute));
        Assert.False(refusal.ShouldRetry);
    }

    [Fact]
    public async Task Who_has_the_patience_for_the_share_there_is_keeps_its_place_when_the_shortage_is_no_news()
    {
        var gate = Gate(1, 100);
        (await Ask(gate, 100)).Hold!.Settle(100, 0);
        var patient = gate.AdmitAsync(Lane.Standard, new Tokens(1, 50, 0), Minute, default).AsTask();
        var before = Ask(gate, 30).AsTask();
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.All([patient, before], t => Assert.False(t.IsCompleted));
    }

    [Fact]
    public async Task Who_hoped_for_a_larger_share_that_did_not_come_is_refused_soon()
    {
        var gate = Gate(1, 100);
        (await Ask(gate, 100)).Hold!.Settle(100, 0);
        var soon = Ask(gate, 10, Minute).AsTask();
        var late = Ask(gate, 40, Minute).AsTask();
        var never = Ask(gate, 40, Minute).AsTask();
        _time.Advance(TimeSpan.FromSeconds(2.9));
        Assert.All([soon, late, never], t => Assert.False(t.IsCompleted));
        _time.Advance(TimeSpan.FromSeconds(0.4));
        Assert.Equal("input-tokens", (await never).Refusal!.Reason);
        Assert.All([soon, late], t => Assert.False(t.IsCompleted));
        _time.Advance(TimeSpan.FromSeconds(47));
        Assert.NotNull((await soon).Hold);
        Assert.NotNull((await late).Hold);
    }

    [Fact]
    public async Task Only_some_may_hope_for_a_larger_share()
    {
        var gate = Gate(0.01, 10);
        (await Ask(gate, 10)).Hold!.Settle(10, 0);
        var all = Enumerable.Range(0, 100).Select(_ => Ask(gate, 5).AsTask()).ToList();
        Assert.Equal(32, all.Count(t => !t.IsCompleted));
        Assert.Equal("input-tokens", (await all[99]).Refusal!.Reason);
    }

    [Fact]
    public async Task Without_a_lease_that_counts_nobody_is_told_to_come_back_much_later()
    {
        var gate = Gate(0.01, 10);
        (await Ask(gate, 10)).Hold!.Settle(10, 0);
        await ShortForAWhile(gate);
        var refusal = (await Ask(gate, 5)).Refusal!;
        Assert.Equal((TimeSpan.FromSeconds(30), true), (refusal.RetryAfter!.Value, refusal.ShouldRetry));
        gate.Freeze(TimeSpan.FromMinutes(2), "429", final: false);
        refusal = (await gate.AdmitAsync(Lane.Bulk, new Tokens(1, 5, 0), TimeSpan.FromSeconds(20), default)).Refusal!;
        Assert.Equal(TimeSpan.FromMinutes(2), refusal.RetryAfter!.Value);
    }

    [Fact]
    public async Task A_freeze_is_no_shortage_that_a_larger_share_ends()
    {
        var gate = Gate(10, 100);
        gate.Freeze(TimeSpan.FromMinutes(1), "429", final: false);
        Assert.NotNull((await gate.AdmitAsync(Lane.Bulk, new Tokens(1, 5, 0), TimeSpan.FromSeconds(20), default)).Refusal);
    }

    [Fact]
    public async Task Patience_ends_while_waiting()
    {
        var gate = Gate(0, 10);
        (await Ask(gate, 10)).Hold!.Settle(10, 0);
        var waiting = Ask(gate, 5, TimeSpan.FromSeconds(3)).AsTask();
        _time.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal("input-tokens", (await waiting).Refusal!.Reason);
        Assert.Equal(0, gate.Queue(Lane.Interactive).Waiting);
    }

    [Theory]
    [InlineData(0, Lane.Interactive)]
    [InlineData(0.01, Lane.Interactive)]
    [InlineData(0.01, Lane.Bulk)]
    public async Task A_lease_that_arrives_wakes_who_waits_and_nobody_was_refused_before_it_could_come(double boot, Lane lane)
    {
        var gate = Gate(boot, 10);
        (await Ask(gate, 10)).Hold!.Settle(10, 0);
        var waiting = gate.AdmitAsync(lane, new Tokens(1, 5, 0), LanePolicy.Patience(lane), default).AsTask();
        Assert.False(waiting.IsCompleted);
        Lease(100, 100);
        gate.Poke();
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.NotNull((await waiting).Hold);
    }

    [Fact]
    public async Task A_caller_that_leaves_leaves_the_queue()
    {
        var gate = Gate(0, 10);
        (await Ask(gate, 10)).Hold!.Settle(10, 0);
        using var leaves = new CancellationTokenSource();
        var waiting = gate.AdmitAsync(Lane.Standard, new Tokens(1, 5, 0), Minute, leaves.Token).AsTask();
        Assert.Equal(1, gate.Queue(Lane.Standard).Waiting);
        await leaves.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.Equal((0, 0.0), (gate.Queue(Lane.Standard).Waiting, gate.Demand().Backlog.InputTokens));
    }

    [Fact]
    public async Task Interactive_goes_first_standard_is_not_starved_and_bulk_waits_for_both()
    {
        var gate = Gate(10_000, 10_000);
        (await Ask(gate, 10_000)).Hold!.Settle(10_000, 0);
        var waiting = new List<(Lane Lane, Task<Admission> Task)>();
        foreach (var (lane, count) in new[] { (Lane.Bulk, 2), (Lane.Standard, 12), (Lane.Interactive, 12) })
        {
            for (var i = 0; i < count; i++)
            {
                waiting.Add((lane, gate.AdmitAsync(lane, new Tokens(1, 8_000, 0), TimeSpan.FromHours(1), default).AsTask()));
            }
        }
        var order = new List<string>();
        // A step refills less than one request needs: never do two go in one.
        for (var step = 0; step < 1_000 && waiting.Count > 0; step++)
        {
            _time.Advance(TimeSpan.FromSeconds(0.1));
            order.AddRange(waiting.Where(w => w.Task.IsCompleted).Select(w => w.Lane.ToString()));
            waiting.RemoveAll(w => w.Task.IsCompleted);
        }
        Assert.Equal(26, order.Count);
        Assert.Equal(["Interactive", "Interactive", "Interactive", "Interactive", "Standard", "Interactive"], order.Take(6));
        Assert.Equal(["Bulk", "Bulk"], order.TakeLast(2));
    }

    [Fact]
    public async Task A_reserve_is_left_to_its_lane_and_a_maximum_holds()
    {
        var gate = Gate(10, 100, [new() { Lane = Lane.Interactive, Reserve = 5_000 }, new() { Lane = Lane.Bulk, Max = 1_000 }]);
        Assert.NotNull((await gate.AdmitAsync(Lane.Standard, new Tokens(1, 50, 0), TimeSpan.Zero, default)).Hold);
        Assert.NotNull((await gate.AdmitAsync(Lane.Standard, new Tokens(1, 1, 0), TimeSpan.Zero, default)).Refusal);
        Assert.NotNull((await gate.AdmitAsync(Lane.Interactive, new Tokens(1, 50, 0), TimeSpan.Zero, default)).Hold);
        _time.Advance(TimeSpan.FromSeconds(20));
        Assert.NotNull((await gate.AdmitAsync(Lane.Bulk, new Tokens(1, 10, 0), TimeSpan.Zero, default)).Hold);
        Assert.NotNull((await gate.AdmitAsync(Lane.Bulk, new Tokens(1, 10, 0), TimeSpan.Zero, default)).Refusal);
    }

    [Fact]
    public async Task A_freeze_holds_requests_and_a_final_one_refuses_them()
    {
        var gate = Gate(10, 100);
        gate.Freeze(TimeSpan.FromSeconds(5), "429", final: false);
        var waiting = Ask(gate, 1).AsTask();
        _time.Advance(TimeSpan.FromSeconds(4.5));
        Assert.False(waiting.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.NotNull((await waiting).Hold);
        gate.Freeze(TimeSpan.FromDays(3), "spend", final: true);
        var refusal = (await Ask(gate, 1)).Refusal!;
        Assert.Equal(("frozen", false), (refusal.Reason, refusal.ShouldRetry));
    }

    [Fact]
    public async Task A_queue_is_bounded()
    {
        var gate = Gate(0, 10);
        (await Ask(gate, 10)).Hold!.Settle(10, 0);
        var all = Enumerable.Range(0, LanePolicy.MaxLength).Select(_ => Ask(gate, 1).AsTask()).ToList();
        Assert.DoesNotContain(all, t => t.IsCompleted);
        Assert.Equal("queue-length", (await Ask(gate, 1)).Refusal!.Reason);
    }

    [Theory]
    [InlineData(60, 60, 360, "Europe/Berlin", 0)]
    [InlineData(1200, 360, 720, "Europe/Berlin", 420)]
    [InlineData(1200, 360, 1150, "UTC", 50)]
    [InlineData(1200, 360, 1210, "UTC", 0)]
    [InlineData(1200, 360, 10, "UTC", 0)]
    [InlineData(540, 1020, 1030, "UTC", 950)]
    public void A_window_tells_when_it_opens(int start, int end, int utcMinute, string zone, int minutes)
    {
        var now = new DateTimeOffset(2026, 1, 15, 0, 0, 0, TimeSpan.Zero).AddMinutes(utcMinute);
        Assert.Equal(TimeSpan.FromMinutes(minutes), LanePolicy.UntilOpen(new WindowConfiguration(start, end, zone), now));
    }

    [Fact]
    public async Task Demand_tells_what_was_offered_and_what_waits()
    {
        var gate = Gate(0, 10);
        (await Ask(gate, 10)).Hold!.Settle(10, 3);
        var waiting = Ask(gate, 50).AsTask();
        Assert.False(waiting.IsCompleted);
        var demand = gate.Demand();
        Assert.Equal(50, demand.Backlog.InputTokens!.Value, 6);
        Assert.Equal(60 / 15.0, demand.Offered.InputTokens!.Value, 6);
        Assert.Equal(3 / 15.0, demand.Used.OutputTokens!.Value, 6);
        Assert.Equal(50, demand.TopUp!.InputTokens);
        Assert.Equal(new Amounts(1, 10, 3), demand.Debited);
    }

    private static Share Input(double rate, double burst) => new(new(null, rate, null), new(null, burst, null));

    private void Lease(double rate, double burst) => _leases.Accept(
        new Lease { Quota = "team/tools", Group = "g", Epoch = 1, Sequence = 1, Grant = Input(rate, burst), Fallback = Share.None, Ttl = Minute },
        _time.GetTimestamp());

    private async Task ShortForAWhile(GroupLimiter gate)
    {
        for (var i = 0; i < 4; i++)
        {
            Assert.NotNull((await Ask(gate, 100, TimeSpan.Zero)).Refusal);
            _time.Advance(TimeSpan.FromSeconds(1));
        }
    }

    private static ValueTask<Admission> Ask(GroupLimiter gate, double input, TimeSpan? patience = null) =>
        gate.AdmitAsync(Lane.Interactive, new Tokens(1, input, 0), patience ?? Minute, default);

    private GroupLimiter Gate(double rate, double burst, LaneConfiguration[]? lanes = null)
    {
        var quota = Sample.Quota(Input(rate, burst)) with { Lanes = lanes ?? [] };
        return _gate = new GroupLimiter(quota, quota.Groups[0], _leases, _time);
    }
}
