using Operator.Quotas;
using Operator.Quotas.Allocation;

namespace Operator.Tests.Quotas.Allocation;

/// <summary>
/// Limiters, a network and operators in random order: messages are lost, late and out of order, limiters start and die, are cut off
/// and come back, leaders change. It follows what each limiter really may use.
/// </summary>
internal sealed class LeaseWorld
{
    private const int Most = 12;
    private static readonly DateTimeOffset Start = new(2026, 11, 20, 0, 0, 0, TimeSpan.Zero);
    private static readonly AllocationOptions Options = new();
    private readonly Random _random;
    private readonly AllocationPool _pool;
    private readonly ResourceVector _boot;
    private readonly List<Limiter> _limiters = [];
    private readonly List<(DateTimeOffset Due, Action Deliver)> _messages = [];
    private readonly Queue<string> _story = new();
    private LeaseLedger? _ledger;
    private DateTimeOffset _leaderBack;
    private long _epoch = 1;
    private int _names;

    public LeaseWorld(int seed)
    {
        _random = new Random(seed);
        var capacity = new ResourceVector(100, 50_000, 10_000);
        _pool = new AllocationPool(
            capacity,
            [
                new(AllocationTargetTests.Key(0), -1, capacity, capacity, 1),
                new(AllocationTargetTests.Key(1), 0, capacity * 0.4, capacity * 0.7, 2),
                new(AllocationTargetTests.Key(2), 0, capacity * 0.2, capacity, 1),
            ]);
        _boot = capacity * (Options.BootReserve / LimiterCount.Basis(Most));
        _ledger = new LeaseLedger(_pool, _epoch, true, _boot, Options, Start);
        for (var i = 0; i < 4; i++) Add();
    }

    public DateTimeOffset Now { get; private set; } = Start;

    public int Failovers { get; private set; }

    public int Deaths { get; private set; }

    public int Lost { get; private set; }

    public int LeasesHeld { get; private set; }

    public string Story => string.Join("\n", _story);

    public void Step()
    {
        switch (_random.Next(100))
        {
            case < 35: Advance(_random.NextDouble() * 0.5); break;
            case < 37: Advance(_random.NextDouble() * 12); break;
            case < 90: Report(); break;
            case < 91: Any().CutOffUntil = Now.AddSeconds(_random.NextDouble() * 150); break;
            case < 93: Start_(); break;
            case < 94: Die(); break;
            default: Any().Demand = Draw(); break;
        }
        if (_ledger is not null && _random.Next(1000) == 0) Fail();
    }

    /// <summary>By how much the sum of what limiters may use, the residual and boots exceeds the capacity, as a part of it.</summary>
    public double Excess()
    {
        var sum = _ledger?.ResidualRate ?? ResourceVector.Zero;
        foreach (var limiter in _limiters) sum += limiter.Rate(_boot, Now);
        return Enumerable.Range(0, 3).Max(d => (sum[d] - _pool.Capacity[d]) / _pool.Capacity[d]);
    }

    public IEnumerable<ResourceVector> Rates() => _limiters.Select(l => l.Rate(_boot, Now));

    private void Advance(double seconds)
    {
        var target = Now.AddSeconds(seconds);
        while (true)
        {
            // A leader decides every second, come what may, and everything happens in the order of its time.
            var decision = _ledger is null ? (_leaderBack > Now ? _leaderBack : Now) : _nextDecision;
            var next = _messages.Count == 0 ? target : _messages.Min(m => m.Due);
            var at = new[] { target, next, decision }.Min();
            if (at > Now) Now = at;
            if (_ledger is null && Now >= _leaderBack) Lead();
            if (_ledger is not null && Now >= _nextDecision)
            {
                _ledger.Decide(Now);
                _nextDecision = Now.AddSeconds(1);
            }
            var due = _messages.FindIndex(m => m.Due <= Now);
            if (due >= 0)
            {
                var message = _messages[due];
                _messages.RemoveAt(due);
                message.Deliver();
            }
            else if (Now >= target)
            {
                return;
            }
        }
    }

    private DateTimeOffset _nextDecision = Start;

    private void Report()
    {
        var limiter = Any();
        var (asked, held, demand) = (Now, limiter.Told(Now), limiter.Demand);
        Send(limiter, () =>
        {
            if (_ledger is not { } ledger || !_limiters.Contains(limiter)) return;
            ledger.Report(limiter.Name, AllocationTargetTests.Key(limiter.Node), demand, ResourceVector.Zero, held, Now);
            Expect();
            ledger.TopUp(limiter.Name, demand * 0.1, Now);
            var lease = ledger.Answer(limiter.Name, Now);
            Send(limiter, () => Receive(limiter, lease, asked));
        });
    }

    private void Receive(Limiter limiter, OutstandingLease lease, DateTimeOffset asked)
    {
        if (Now - asked > Options.Delivery) return;
        if (limiter.Lease is { } known && (lease.Epoch, lease.Sequence).CompareTo((known.Epoch, known.Sequence)) <= 0) return;
        (limiter.Lease, limiter.Arrived) = (lease, Now);
        LeasesHeld++;
    }

    private void Send(Limiter limiter, Action deliver)
    {
        if (Now < limiter.CutOffUntil || _random.Next(10) == 0)
        {
            Lost++;
            return;
        }
        _messages.Add((Now.AddSeconds(_random.Next(20) == 0 ? _random.NextDouble() * 8 : _random.NextDouble() * 0.2), deliver));
    }

    /// <summary>New pods come a few at a time: their boot shares must find room in the residual.</summary>
    private void Start_()
    {
        if (_limiters.Count < Most && _limiters.Count(l => l.Lease is null) < 3) Add();
    }

    private void Add()
    {
        _limiters.Add(new Limiter($"l{_names++}", _random.Next(3)) { Demand = Draw() });
        Expect();
        Tell($"{_limiters[^1].Name} starts");
    }

    private void Die()
    {
        if (_limiters.Count < 3) return;
        var limiter = Any();
        _limiters.Remove(limiter);
        Deaths++;
        Tell($"{limiter.Name} dies");
        // Half of the deaths are never told.
        if (_random.Next(2) == 0) _ledger?.Remove(limiter.Name, Now);
        Expect();
    }

    private void Fail()
    {
        _ledger = null;
        _leaderBack = Now.AddSeconds(_random.NextDouble() * 90);
        Failovers++;
        Tell("the leader is gone");
    }

    private void Lead()
    {
        _ledger = new LeaseLedger(_pool, ++_epoch, false, _boot, Options, Now);
        _nextDecision = Now;
        Expect();
        Tell("a new leader");
    }

    private void Expect() => _ledger?.Expect(_limiters.Count(l => _ledger.Accounts.All(a => a.Limiter != l.Name)));

    private void Tell(string what)
    {
        _story.Enqueue($"{Now:HH:mm:ss.fff} {what}");
        if (_story.Count > 40) _story.Dequeue();
    }

    private Limiter Any() => _limiters[_random.Next(_limiters.Count)];

    private ResourceVector Draw() => ResourceVector.Of(d => _random.Next(4) == 0 ? 0 : _pool.Capacity[d] * Math.Pow(_random.NextDouble(), 3));

    private sealed class Limiter(string name, int node)
    {
        public string Name { get; } = name;

        public int Node { get; } = node;

        public ResourceVector Demand { get; set; }

        public OutstandingLease? Lease { get; set; }

        public DateTimeOffset Arrived { get; set; }

        public DateTimeOffset CutOffUntil { get; set; }

        /// <summary>The lease as it tells it: in force is the grant while it is fresh, then the fallback.</summary>
        public OutstandingLease? Told(DateTimeOffset now) => Lease is null || now - Arrived < Options.Ttl ? Lease : Lease with { Grant = Lease.Fallback };

        public ResourceVector Rate(ResourceVector boot, DateTimeOffset now)
        {
            if (Lease is null) return boot;
            if (now - Arrived < Options.Ttl) return Lease.Grant;
            return now - Arrived < 2 * Options.Ttl ? ResourceVector.Min(Lease.Grant, Lease.Fallback) : Lease.Fallback;
        }
    }
}
