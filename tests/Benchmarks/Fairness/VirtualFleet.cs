using Benchmarks.Allocation;
using Operator.Contract;
using Operator.Limiter.Lanes;
using Operator.Limiter.Limiting;
using Operator.Quotas;
using Operator.Quotas.Allocation;
using Operator.Testing;

namespace Benchmarks.Fairness;

/// <summary>
/// The operator's ledger and the gates of real limiters in virtual time: the same leases, buckets, lanes, estimates and settlements as in
/// <see cref="FairnessBenchmark"/>, without processes, sockets and the machine's own noise. One seed gives one course.
/// </summary>
internal sealed class VirtualFleet : IDisposable
{
    /// <summary>When users begin to ask: limiters hold leases by then.</summary>
    public const double LoadBegins = 5;

    private const double Zipf = 1.2;
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Patience = LanePolicy.Patience(Lane.Standard);
    private const double Sigma = 0.8;

    private readonly Tier _tier;
    private readonly AllocationOptions _options;
    private readonly ManualTimeProvider _time = new();
    private readonly DateTimeOffset _start;
    private readonly Random _random;
    private readonly Random _network;
    private readonly AllocationPool _pool;
    private readonly ResourceVector _boot;
    private readonly Upstream _counted;
    private readonly VirtualLimiter[] _limiters;
    private readonly int[] _places;
    private readonly double[] _cumulative;
    private readonly PriorityQueue<Action, (double, long)> _events = new();
    private LeaseLedger? _ledger;
    private double _nextDecision;
    private double _nextArrival = LoadBegins;
    private long _order;
    private long _epoch;

    public VirtualFleet(Tier tier, int limiters, int seed, double seconds, AllocationOptions options)
    {
        (_tier, _options, _start) = (tier, options, _time.GetUtcNow());
        (_random, _network) = (new Random(seed), new Random(seed + 1));
        var capacity = tier.Limits * ((1 - options.Safety) / 60);
        _pool = new AllocationPool(capacity, [new PoolNode(VirtualLimiter.Quota, -1, capacity, capacity, 1)]);
        _boot = capacity * (options.BootReserve / LimiterCount.Basis(limiters));
        _counted = new Upstream(new Scenario { Name = tier.Name, Limits = tier.Limits, Seconds = seconds });
        var boot = LeaseForm.Share(_boot, capacity, options.FallbackBurstSeconds);
        _limiters = [.. Enumerable.Range(0, limiters).Select(i => new VirtualLimiter($"{i:00}", boot, _time, _network.NextDouble()))];
        _places = [.. Enumerable.Range(0, limiters)];
        _cumulative = new double[limiters];
        var sum = 0.0;
        for (var k = 0; k < limiters; k++) _cumulative[k] = sum += Math.Pow(k + 1, -Zipf);
        Reshuffle();
        Lead();
    }

    /// <summary>Offered load against the limit of the tightest dimension.</summary>
    public double Factor { get; set; } = 1.5;

    /// <summary>What the API would count.</summary>
    public Upstream Counted => _counted;

    /// <summary>Seconds since the start.</summary>
    private double Now => (_time.GetUtcNow() - _start).TotalSeconds;

    /// <summary>Gives every limiter another rank.</summary>
    public void Reshuffle() => _random.Shuffle(_places);

    /// <summary>A leader begins; not the first one learns what its predecessor leased.</summary>
    public void Lead()
    {
        _ledger = new LeaseLedger(_pool, ++_epoch, _epoch == 1, _boot, _options, _time.GetUtcNow());
        _ledger.Expect(_limiters.Length);
        _nextDecision = Now;
    }

    /// <summary>The leader is gone.</summary>
    public void NobodyLeads() => _ledger = null;

    /// <summary>Goes on until a second since the start.</summary>
    public void RunUntil(double second)
    {
        while (Now < second)
        {
            _time.Advance(Step);
            var now = Now;
            while (_events.TryPeek(out var happens, out var due) && due.Item1 <= now)
            {
                _events.Dequeue();
                happens();
            }
            if (_ledger is not null && now >= _nextDecision)
            {
                _ledger.Expect(_limiters.Length - _ledger.Accounts.Count);
                _ledger.Decide(_time.GetUtcNow());
                _nextDecision = now + 1;
            }
            for (; _nextArrival <= now; _nextArrival += -Math.Log(1 - _random.NextDouble()) / (_tier.Full * Factor)) Arrive();
            foreach (var limiter in _limiters)
            {
                foreach (var (request, admission) in limiter.Decided()) Go(limiter, request, admission);
                if (limiter.NextReport <= now) Report(limiter, now);
            }
        }
    }

    public void Dispose()
    {
        foreach (var limiter in _limiters) limiter.Dispose();
    }

    private void Arrive()
    {
        var rank = Array.BinarySearch(_cumulative, _random.NextDouble() * _cumulative[^1]);
        var limiter = _limiters[_places[rank < 0 ? ~rank : rank]];
        var request = new VirtualRequest(LogNormal(Arrivals.MeanInput), LogNormal(Arrivals.MeanOutput));
        limiter.Ask(request, Patience);
    }

    private void Go(VirtualLimiter limiter, VirtualRequest request, Admission admission)
    {
        if (admission.Hold is not { } hold) return;
        limiter.Send(hold, request);
        var now = Now;
        _counted.Accept(new Arrival(now, 0, request.Input, request.Output), now);
        if (_tier.IsStreaming) At(now + 0.51, () => hold.SettleInput(request.Input));
        At(Upstream.Done(now, request.Output) + 0.01, () => limiter.Settle(hold, request));
    }

    private void Report(VirtualLimiter limiter, double now)
    {
        var planned = limiter.Sent(now, _network.NextDouble());
        var asked = _time.GetTimestamp();
        var (demand, held) = limiter.Tell();
        At(now + Delay(), () =>
        {
            if (_ledger is not { } ledger)
            {
                limiter.NextReport = Math.Max(limiter.NextReport, now + 0.25);
                return;
            }
            var at = _time.GetUtcNow();
            ledger.Report(limiter.Name, VirtualLimiter.Quota, Of(demand.Offered), Of(demand.Backlog), held is null ? null : LeaseForm.Read(held, at), at);
            ledger.Return(limiter.Name, Of(demand.Overflow!), at);
            var need = demand.TopUp is { } topUp ? Of(topUp) : ResourceVector.Zero;
            var paid = need == ResourceVector.Zero ? ResourceVector.Zero : ledger.TopUp(limiter.Name, need, at);
            var lease = LeaseForm.Write(ledger.Answer(limiter.Name, at), VirtualLimiter.Quota, VirtualLimiter.Group, _pool.Capacity, paid, _options);
            At(Now + Delay(), () => limiter.Take(lease, asked, planned, Now, _network.NextDouble()));
        });
    }

    private void At(double second, Action happens) => _events.Enqueue(happens, (second, _order++));

    private double Delay() => 0.002 + (0.02 * _network.NextDouble());

    private static ResourceVector Of(Amounts amounts) => new(amounts.Requests ?? 0, amounts.InputTokens ?? 0, amounts.OutputTokens ?? 0);

    private int LogNormal(double mean)
    {
        var normal = Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble());
        return Math.Clamp((int)Math.Round(mean * Math.Exp((Sigma * normal) - (Sigma * Sigma / 2))), 1, 64_000);
    }
}
