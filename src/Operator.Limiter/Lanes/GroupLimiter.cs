using Operator.Contract;
using Operator.Limiter.Limiting;
using Operator.Limiter.Refusals;

namespace Operator.Limiter.Lanes;

/// <summary>
/// The gate of one model group of one quota: its buckets at the share in force, and the lanes in which requests wait for them. Safe for
/// several threads.
/// </summary>
internal sealed partial class GroupLimiter : IDisposable
{
    /// <summary>For how many of those that wait a top-up is asked: one round trip pays for all of them.</summary>
    private const int Ahead = 4;

    private const string UsedUp = "The share of this pod is used up.";
    private const string WaitedLong = "The request waited as long as its lane allows.";

    /// <summary>The longest forecast that is told, in seconds: with a lease, and without one that counts, when another may come at any moment.</summary>
    private const double LongestForecast = 3_600, LongestGuess = 30;

    private readonly Lock _gate = new();
    private readonly string _quota;
    private readonly LeaseStore _leases;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private readonly GroupBuckets _buckets;
    private readonly LaneCaps _caps = new();
    private readonly DeficitRoundRobin _turns = new();
    private readonly LinkedList<Waiter>[] _lanes = [new(), new(), new()];
    private readonly RateMeter _offered;
    private readonly RateMeter _used;
    private GroupConfiguration _group;
    private Share? _share;
    private (long At, TimeSpan For, string Because, bool Final) _freeze;
    private (long Since, long Last)? _shortage;
    private int _hopeful;
    private Tokens _debited;
    private readonly Tokens[] _backlog = new Tokens[LanePolicy.Count];

    public GroupLimiter(QuotaConfiguration quota, GroupConfiguration group, LeaseStore leases, TimeProvider time)
    {
        _quota = $"{quota.Namespace}/{quota.Name}";
        (_group, _leases, _time) = (group, leases, time);
        _share = leases.Share(_quota, group).Share;
        _buckets = new GroupBuckets(time, Tokens.From(_share.Rate), Tokens.From(_share.Burst));
        (_offered, _used) = (new RateMeter(time), new RateMeter(time));
        _caps.Configure(quota.Lanes, time, _buckets.Rate, _buckets.Burst);
        _timer = time.CreateTimer(static state => ((GroupLimiter)state!).Poke(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Raised, outside of locks, when a request has to wait for what the lease does not hold.</summary>
    public event Action? Short;

    /// <summary>The quota, as <c>namespace/name</c>.</summary>
    public string Quota => _quota;

    /// <summary>The group.</summary>
    public string Group => _group.Group;

    /// <summary>Whether a request waits for what the lease does not hold; bulk does not count.</summary>
    public bool Waits
    {
        get { lock (_gate) return _lanes[0].Count + _lanes[1].Count > 0; }
    }

    /// <summary>What may be used a second, what the buckets hold, and whence the share in force comes.</summary>
    public (Tokens Rate, Tokens Level, ShareSource Source) InForce
    {
        get
        {
            lock (_gate)
            {
                Refresh();
                return (_buckets.Rate, _buckets.Level, _leases.Share(_quota, _group).Source);
            }
        }
    }

    /// <summary>How many requests wait in each lane, and for how long the oldest does.</summary>
    public (int Waiting, TimeSpan Oldest) Queue(Lane lane)
    {
        lock (_gate)
        {
            var list = _lanes[(int)lane];
            return (list.Count, list.First is { } first ? _time.GetElapsedTime(first.Value.Since) : TimeSpan.Zero);
        }
    }

    /// <summary>Takes a newer configuration.</summary>
    public void Configure(QuotaConfiguration quota, GroupConfiguration group)
    {
        lock (_gate)
        {
            _group = group;
            _share = null;
            Refresh();
            _caps.Configure(quota.Lanes, _time, _buckets.Rate, _buckets.Burst);
            Pump();
        }
    }

    /// <summary>Admits a request, at once or when its turn comes, or refuses it.</summary>
    /// <param name="lane">Its lane.</param>
    /// <param name="need">Its debit.</param>
    /// <param name="patience">How long it may wait; zero for not at all.</param>
    /// <param name="cancellation">The caller leaves.</param>
    public ValueTask<Admission> AdmitAsync(Lane lane, Tokens need, TimeSpan patience, CancellationToken cancellation)
    {
        Waiter waiter;
        LinkedListNode<Waiter> node;
        bool waits;
        lock (_gate)
        {
            _offered.Add(need);
            Refresh();
            if (Closed(lane) is { } closed) return ValueTask.FromResult(new Admission(closed, null));
            var (wait, dimension) = Wait(lane, need);
            var list = _lanes[(int)lane];
            if (wait <= 0 && NobodyAhead(lane)) return ValueTask.FromResult(new Admission(null, Grant(lane, need)));
            if (list.Count >= LanePolicy.MaxLength) return Refused("queue-length", wait, "The lane's queue is full.");
            var expected = wait + Drain(lane);
            var (isNews, isHopeless) = (IsNews(), IsHopeless(expected, patience));
            if (isHopeless && !(isNews && _hopeful < Hopeful && Frozen().Left <= patience)) return Refused(Name(dimension), expected, UsedUp);
            if (patience <= TimeSpan.Zero) return Refused(Name(dimension), wait, UsedUp);
            waiter = new Waiter(lane, need, _time.GetTimestamp(), patience) { IsHopeful = isHopeless };
            node = list.AddLast(waiter);
            if (isHopeless) _hopeful++;
            _backlog[(int)lane] += need;
            Pump();
            waits = node.List is not null;
        }
        if (waits) Short?.Invoke();
        return cancellation.CanBeCanceled ? Cancellable(node, cancellation) : new ValueTask<Admission>(waiter.Task);
    }

    /// <summary>Stops the group for a while, because the API said so.</summary>
    /// <param name="duration">For how long.</param>
    /// <param name="because">A sentence.</param>
    /// <param name="final">Whether retries are pointless.</param>
    public void Freeze(TimeSpan duration, string because, bool final)
    {
        lock (_gate)
        {
            var left = _freeze.For - _time.GetElapsedTime(_freeze.At);
            if (left > duration) return;
            _freeze = (_time.GetTimestamp(), duration, because, final);
            Pump();
        }
    }

    /// <summary>Looks whether somebody may go: after a lease arrived, and when time passed.</summary>
    public void Poke()
    {
        lock (_gate)
        {
            Refresh();
            Pump();
        }
    }

    /// <summary>What it would use, for a report.</summary>
    public Demand Demand()
    {
        lock (_gate)
        {
            Refresh();
            var oldest = _lanes.Select(l => l.First?.Value).OfType<Waiter>().MinBy(w => w.Since);
            return new Demand
            {
                Quota = _quota,
                Group = _group.Group,
                Offered = _offered.Rate().ToAmounts(),
                Used = _used.Rate().ToAmounts(),
                Backlog = (_backlog[0] + _backlog[1] + _backlog[2]).ToAmounts(),
                OldestWait = oldest is null ? TimeSpan.Zero : _time.GetElapsedTime(oldest.Since),
                TopUp = Lacking(),
                Overflow = _buckets.Overflow.ToAmounts(),
                Debited = _debited.ToAmounts(),
            };
        }
    }

    /// <summary>What the first of those that wait still lack; null when nobody does. Bulk lives from headroom and asks for nothing.</summary>
    private Amounts? Lacking()
    {
        if (Frozen().Left > TimeSpan.Zero) return null;
        Tokens need = default;
        var counted = 0;
        foreach (var waiter in _lanes.Take((int)Lane.Bulk).SelectMany(l => l).Take(Ahead))
        {
            need += waiter.Need;
            counted++;
        }
        if (counted == 0) return null;
        var lack = need - _buckets.Level;
        return new Amounts(Positive(lack.Requests), Positive(lack.Input), Positive(lack.Output));
    }

    public void Dispose() => _timer.Dispose();

    internal void Correct(Lane lane, Tokens difference, Tokens used)
    {
        lock (_gate)
        {
            _buckets.Refill();
            _buckets.Take(difference);
            _caps.Take(lane, difference);
            _debited += difference;
            _used.Add(used);
            Pump();
        }
    }

    private static double? Positive(double value) => double.IsFinite(value) ? Math.Max(0, value) : 0;

    private static string Name(Dimension dimension) => dimension switch
    {
        Dimension.Requests => "requests",
        Dimension.InputTokens => "input-tokens",
        _ => "output-tokens",
    };

    private ValueTask<Admission> Refused(string limit, double seconds, string why) =>
        ValueTask.FromResult(new Admission(Limited(limit, seconds, why), null));

    private Refusal Limited(string limit, double seconds, string why)
    {
        var forecast = _leases.Share(_quota, _group).Source == ShareSource.Grant ? LongestForecast : LongestGuess;
        var longest = Math.Max(forecast, Math.Min(Frozen().Left.TotalSeconds, LongestForecast));
        var wait = TimeSpan.FromSeconds(double.IsFinite(seconds) ? Math.Clamp(seconds, 1, longest) : 5);
        return Refusal.Limited(limit, $"{_quota}/{_group.Group}", why, wait);
    }

    private Refusal? Closed(Lane lane)
    {
        var owner = $"{_quota}/{_group.Group}";
        var rules = _caps.Of(lane);
        if (rules is { Max: 0 }) return Refusal.Limited("lane", owner, "The lane is closed.", null);
        var opens = LanePolicy.UntilOpen(rules?.Window, _time.GetUtcNow());
        if (opens > TimeSpan.Zero) return Refusal.Limited("lane-window", owner, "The lane is closed at this time of day.", opens);
        var (left, because, final) = Frozen();
        if (left <= LanePolicy.Patience(lane) && !final) return null;
        return left > TimeSpan.Zero ? Refusal.Limited("frozen", owner, because, left) with { ShouldRetry = false } : null;
    }

    private (TimeSpan Left, string Because, bool Final) Frozen()
    {
        var own = _freeze.For - _time.GetElapsedTime(_freeze.At);
        var (leased, because) = _leases.Frozen(_quota, _group.Group);
        if (own <= TimeSpan.Zero && leased <= TimeSpan.Zero) return (TimeSpan.Zero, "", false);
        return own >= leased ? (own, _freeze.Because, _freeze.Final) : (leased, because ?? "The model group is frozen.", false);
    }

    private void Refresh()
    {
        _buckets.Refill();
        var share = _leases.Share(_quota, _group).Share;
        if (!ReferenceEquals(share, _share) && share != _share)
        {
            _buckets.Set(Tokens.From(share.Rate), Tokens.From(share.Burst));
            _caps.Share(_buckets.Rate, _buckets.Burst);
        }
        _share = share;
        if (_leases.TakeTopUp(_quota, _group.Group) is { } amount)
        {
            _buckets.Pay(new Tokens(amount.Requests ?? 0, amount.InputTokens ?? 0, amount.OutputTokens ?? 0));
        }
    }

    private (double Seconds, Dimension Dimension) Wait(Lane lane, Tokens need)
    {
        var (seconds, dimension) = _buckets.Wait(need, _caps.Floor(lane));
        return (Math.Max(Math.Max(seconds, _caps.Wait(lane, need)), Frozen().Left.TotalSeconds), dimension);
    }

    /// <summary>Seconds that those ahead need, roughly: what they hold at the rate in force.</summary>
    private double Drain(Lane lane)
    {
        Tokens ahead = default;
        for (var i = 0; i <= (int)lane; i++) ahead += _backlog[i];
        return Over(ahead);
    }

    private double Over(Tokens amount)
    {
        var rate = _buckets.Rate;
        return Math.Max(Over(amount.Requests, rate.Requests), Math.Max(Over(amount.Input, rate.Input), Over(amount.Output, rate.Output)));
        static double Over(double amount, double rate) => amount <= 0 || double.IsInfinity(rate) ? 0 : rate <= 0 ? double.PositiveInfinity : amount / rate;
    }

    private Hold Grant(Lane lane, Tokens need)
    {
        _buckets.Take(need);
        _caps.Take(lane, need);
        _debited += need;
        return new Hold(this, lane, need);
    }

    private static bool IsHopeless(double seconds, TimeSpan patience) => double.IsFinite(seconds) && seconds > patience.TotalSeconds;
}
