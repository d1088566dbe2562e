using Operator.Quotas;
using Operator.Quotas.Allocation;
using Operator.Runtime.Caching;

namespace Benchmarks.Allocation;

/// <summary>The operator's ledger and limiters that report to it over a network that delays and loses messages.</summary>
internal sealed class LeaseStrategy : IStrategy
{
    private static readonly DateTimeOffset Epoch = new(2026, 11, 20, 0, 0, 0, TimeSpan.Zero);
    private static readonly ObjectKey Quota = new("platform", "organization");
    private readonly Scenario _scenario;
    private readonly SimulatedLimiter[] _limiters;
    private readonly HeldByLimiter[] _held;
    private readonly double[] _nextReport;
    private readonly double[] _askedAt;
    private readonly PriorityQueue<Action<double>, (double, long)> _messages = new();
    private readonly AllocationOptions _options;
    private readonly AllocationPool _pool;
    private readonly ResourceVector _boot;
    private readonly Random _network;
    private LeaseLedger? _ledger;
    private double _nextDecision;
    private long _order;
    private long _epoch = 1;

    public LeaseStrategy(Scenario scenario, SimulatedLimiter[] limiters)
    {
        _scenario = scenario;
        _limiters = limiters;
        _options = new AllocationOptions { Safety = scenario.Safety };
        var capacity = scenario.Limits * ((1 - scenario.Safety) / 60);
        _pool = new AllocationPool(capacity, [new PoolNode(Quota, -1, capacity, capacity, 1)]);
        _boot = capacity * (_options.BootReserve / LimiterCount.Basis(limiters.Length));
        _held = [.. limiters.Select(_ => new HeldByLimiter())];
        _network = new Random(scenario.Seed + 1);
        _nextReport = [.. limiters.Select(_ => _network.NextDouble())];
        _askedAt = [.. limiters.Select(_ => double.NegativeInfinity)];
        _ledger = new LeaseLedger(_pool, _epoch, true, _boot, _options, At(0));
        _ledger.Expect(limiters.Length);
    }

    public string Name => "leases";

    /// <summary>The largest sum of what all limiters really may use and the residual, against the capacity.</summary>
    public double WorstSum { get; private set; }

    public long TopUps { get; private set; }

    public void Tick(double now)
    {
        Lead(now);
        while (_messages.TryPeek(out var deliver, out var due) && due.Item1 <= now)
        {
            _messages.Dequeue();
            deliver(now);
        }
        if (_ledger is not null && now >= _nextDecision)
        {
            _ledger.Expect(_limiters.Length - _ledger.Accounts.Count);
            _ledger.Decide(At(now));
            _nextDecision = now + 1;
        }
        for (var i = 0; i < _limiters.Length; i++)
        {
            var rate = _held[i].Rate(_boot, _options, now);
            _limiters[i].Bucket.Accrue(rate, _held[i].Burst(_boot, _options, now), now);
            _limiters[i].Run(now, static (limiter, need) => limiter.Bucket.Admits(need));
            var lacks = _limiters[i].Lacks;
            var isDue = now >= _nextReport[i];
            if (isDue || (lacks is not null && now - _askedAt[i] >= 0.25)) Report(i, lacks, now);
            if (isDue) _nextReport[i] = now + 0.9 + (0.2 * _network.NextDouble());
        }
        if (_ledger is not null) Check(now);
    }

    private void Lead(double now)
    {
        if (_scenario.Outage is not { } outage) return;
        if (now >= outage.From && now < outage.To) _ledger = null;
        else if (now >= outage.To && _ledger is null) _ledger = new LeaseLedger(_pool, ++_epoch, false, _boot, _options, At(now));
    }

    private void Report(int i, ResourceVector? lacks, double now)
    {
        _askedAt[i] = now;
        var offered = _limiters[i].Offered(now);
        var backlog = _limiters[i].Backlog;
        var held = _held[i].Told(_options, now);
        var overflow = _limiters[i].Bucket.Overflow;
        Send(now, arrived =>
        {
            if (_ledger is not { } ledger) return;
            var name = Name + i;
            ledger.Report(name, Quota, offered, backlog, held, At(arrived));
            ledger.Return(name, overflow, At(arrived));
            var paid = lacks is { } need ? ledger.TopUp(name, need, At(arrived)) : ResourceVector.Zero;
            if (paid != ResourceVector.Zero) TopUps++;
            var lease = ledger.Answer(name, At(arrived));
            Send(arrived, received => Receive(i, lease, paid, now, received));
        });
    }

    private void Receive(int i, OutstandingLease lease, ResourceVector paid, double asked, double now)
    {
        var held = _held[i];
        if (now - asked > _options.Delivery.TotalSeconds) return;
        if (held.Lease is { } known && (lease.Epoch, lease.Sequence).CompareTo((known.Epoch, known.Sequence)) <= 0) return;
        // A smaller lease is acknowledged at once: somebody waits for the room.
        var shrinks = held.Lease is { } old && (old.Grant - lease.Grant).AtLeastZero() != ResourceVector.Zero;
        (held.Lease, held.Arrived, held.LastContact) = (lease, now, now);
        if (shrinks) _nextReport[i] = now;
        _limiters[i].Bucket.Credit(paid);
    }

    private void Send(double now, Action<double> deliver)
    {
        if (_network.NextDouble() < _scenario.Loss) return;
        _messages.Enqueue(deliver, (now + 0.002 + (0.03 * _network.NextDouble()), _order++));
    }

    private void Check(double now)
    {
        var sum = _ledger!.ResidualRate;
        for (var i = 0; i < _held.Length; i++) sum += _held[i].Rate(_boot, _options, now);
        for (var d = 0; d < 3; d++) WorstSum = Math.Max(WorstSum, sum[d] / _pool.Capacity[d]);
    }

    private static DateTimeOffset At(double seconds) => Epoch + TimeSpan.FromSeconds(seconds);
}
