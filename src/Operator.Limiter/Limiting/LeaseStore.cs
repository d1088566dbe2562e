using Operator.Contract;

namespace Operator.Limiter.Limiting;

/// <summary>What became of a lease that arrived.</summary>
internal enum LeaseAnswer
{
    /// <summary>In force.</summary>
    Accepted,

    /// <summary>In force, and smaller than the one before: others wait for its acknowledgement.</summary>
    Shrunk,

    /// <summary>The one in force again: it is fresh for another while.</summary>
    Renewed,

    /// <summary>Of an epoch below one that was seen.</summary>
    OlderEpoch,

    /// <summary>Below the sequence in force.</summary>
    OlderSequence,

    /// <summary>On its way for too long.</summary>
    TooSlow,

    /// <summary>With numbers that cannot be.</summary>
    Invalid,
}

/// <summary>Whence the share in force comes.</summary>
internal enum ShareSource
{
    /// <summary>Never had a lease: the boot share of the configuration.</summary>
    Boot,

    /// <summary>A fresh lease.</summary>
    Grant,

    /// <summary>An expired lease: the smaller of grant and fallback.</summary>
    Expired,

    /// <summary>No contact for twice its time to live.</summary>
    Fallback,
}

/// <summary>The leases of a limiter, by quota and group. Safe for several threads.</summary>
internal sealed class LeaseStore(TimeProvider time)
{
    /// <summary>How long an answer may take, so that nobody holds a lease for longer than the operator counts on.</summary>
    public static readonly TimeSpan MaxTravel = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How many times as much the buckets of a fresh lease hold at a limiter that is alone: what it does not use reaches nobody else then.
    /// </summary>
    private const double AloneBurst = 4;

    /// <summary>After how long without contact a limiter counts itself alone, at the least.</summary>
    private static readonly TimeSpan LeastAlone = TimeSpan.FromSeconds(3);

    /// <summary>The longest time to live that is believed: without the operator, nobody uses its grants for ever.</summary>
    private static readonly TimeSpan MaxTtl = TimeSpan.FromHours(1);

    /// <summary>The longest freeze that is believed.</summary>
    private static readonly TimeSpan MaxFreeze = TimeSpan.FromDays(32);

    private readonly Lock _gate = new();
    private readonly Dictionary<(string Quota, string Group), Held> _held = [];
    private TimeSpan _alone = LeastAlone;
    private long _epoch;

    /// <summary>The highest epoch that was seen.</summary>
    public long Epoch
    {
        get { lock (_gate) return _epoch; }
    }

    /// <summary>How often the operator wants to hear: who misses three answers is alone.</summary>
    public TimeSpan ReportInterval
    {
        set { lock (_gate) _alone = value * 3 > LeastAlone ? value * 3 : LeastAlone; }
    }

    /// <summary>Takes or refuses a lease.</summary>
    /// <param name="lease">The lease.</param>
    /// <param name="askedAt">The timestamp at which it was asked for: its freshness counts from there on the safe side.</param>
    /// <param name="told">The operator's time when it answered: a freeze lasts as long as the operator meant, whatever the time is here. Null for the time here.</param>
    public LeaseAnswer Accept(Lease? lease, long askedAt, DateTimeOffset? told = null)
    {
        var now = time.GetTimestamp();
        if (time.GetElapsedTime(askedAt, now) > MaxTravel) return LeaseAnswer.TooSlow;
        if (lease is not { Quota: not null, Group: not null } || lease.Ttl <= TimeSpan.Zero || lease.Ttl > MaxTtl || !Valid(lease.Grant) || !Valid(lease.Fallback))
        {
            return LeaseAnswer.Invalid;
        }
        lock (_gate)
        {
            if (lease.Epoch < _epoch) return LeaseAnswer.OlderEpoch;
            var key = (lease.Quota, lease.Group);
            var held = _held.GetValueOrDefault(key);
            if (held is not null && lease.Epoch == held.Lease.Epoch && lease.Sequence < held.Lease.Sequence) return LeaseAnswer.OlderSequence;
            _epoch = lease.Epoch;
            var again = held is not null && held.Lease.Epoch == lease.Epoch && held.Lease.Sequence == lease.Sequence;
            var freeze = lease.FrozenUntil is { } until ? Clamp(until - (told ?? time.GetUtcNow())) : TimeSpan.Zero;
            _held[key] = new Held(lease, now, (now, freeze, lease.FrozenBecause), again ? held!.TopUp : lease.TopUp);
            if (again) return LeaseAnswer.Renewed;
            return held is not null && IsSmaller(lease.Grant.Rate, held.Lease.Grant.Rate) ? LeaseAnswer.Shrunk : LeaseAnswer.Accepted;
        }
    }

    /// <summary>Takes what a lease says of a freeze, and nothing else: the operator tells it between two reports.</summary>
    /// <param name="lease">The lease.</param>
    /// <param name="told">The operator's time when it told; null for the time here.</param>
    /// <returns>Whether there is such a lease and its epoch is not below one that was seen.</returns>
    public bool Freeze(Lease? lease, DateTimeOffset? told = null)
    {
        lock (_gate)
        {
            if (lease is null || lease.Epoch < _epoch || !_held.TryGetValue((lease.Quota, lease.Group), out var held)) return false;
            var left = lease.FrozenUntil is { } until ? Clamp(until - (told ?? time.GetUtcNow())) : TimeSpan.Zero;
            _held[(lease.Quota, lease.Group)] = held with { Freeze = (time.GetTimestamp(), left, lease.FrozenBecause) };
            return true;
        }
    }

    /// <summary>The share in force.</summary>
    public (Share Share, ShareSource Source) Share(string quota, GroupConfiguration group)
    {
        lock (_gate)
        {
            if (!_held.TryGetValue((quota, group.Group), out var held)) return (group.Boot, ShareSource.Boot);
            var age = time.GetElapsedTime(held.At);
            if (age < held.Lease.Ttl) return (age > _alone ? held.Alone : held.Lease.Grant, ShareSource.Grant);
            if (age < held.Lease.Ttl * 2) return (held.Expired, ShareSource.Expired);
            return (held.Lease.Fallback, ShareSource.Fallback);
        }
    }

    /// <summary>How long the group is frozen by its lease, and why; zero when it is open.</summary>
    public (TimeSpan Left, string? Because) Frozen(string quota, string group)
    {
        lock (_gate)
        {
            if (!_held.TryGetValue((quota, group), out var held)) return (TimeSpan.Zero, null);
            var left = held.Freeze.For - time.GetElapsedTime(held.Freeze.At);
            return left > TimeSpan.Zero ? (left, held.Freeze.Because) : (TimeSpan.Zero, null);
        }
    }

    /// <summary>What a lease's top-up pays in: once for each sequence.</summary>
    public Amounts? TakeTopUp(string quota, string group)
    {
        lock (_gate)
        {
            if (!_held.TryGetValue((quota, group), out var held) || held.TopUp is not { } amount) return null;
            _held[(quota, group)] = held with { TopUp = null };
            return amount;
        }
    }

    /// <summary>How old the lease is; null without one.</summary>
    public TimeSpan? Age(string quota, string group)
    {
        lock (_gate) return _held.TryGetValue((quota, group), out var held) ? time.GetElapsedTime(held.At) : null;
    }

    /// <summary>All leases, as a report tells them: with the share that is in force.</summary>
    public IReadOnlyList<HeldLease> Report()
    {
        lock (_gate)
        {
            return
            [
                .. _held.Values.Select(h => new HeldLease(h.Lease.Quota, h.Lease.Group, h.Lease.Epoch, h.Lease.Sequence)
                {
                    Grant = time.GetElapsedTime(h.At) < h.Lease.Ttl ? h.Lease.Grant : h.Lease.Fallback,
                    Fallback = h.Lease.Fallback,
                }),
            ];
        }
    }

    private static Share Smaller(Share a, Share b) => new(
        Tokens.Min(Tokens.From(a.Rate), Tokens.From(b.Rate)).ToAmounts(), Tokens.Min(Tokens.From(a.Burst), Tokens.From(b.Burst)).ToAmounts());

    private static Share Wider(Share share) => share with { Burst = (Tokens.From(share.Burst) * AloneBurst).ToAmounts() };

    private static bool IsSmaller(Amounts now, Amounts before)
    {
        var (a, b) = (Tokens.From(now), Tokens.From(before));
        return a.Requests < b.Requests || a.Input < b.Input || a.Output < b.Output;
    }

    private static TimeSpan Clamp(TimeSpan left) => left < TimeSpan.Zero ? TimeSpan.Zero : left > MaxFreeze ? MaxFreeze : left;

    private static bool Valid(Share? share) => share is not null && Valid(share.Rate) && Valid(share.Burst);

    private static bool Valid(Amounts? amounts) => amounts is not null && Valid(amounts.Requests) && Valid(amounts.InputTokens) && Valid(amounts.OutputTokens);

    private static bool Valid(double? value) => value is null or (>= 0 and < double.PositiveInfinity);

    private sealed record Held(Lease Lease, long At, (long At, TimeSpan For, string? Because) Freeze, Amounts? TopUp)
    {
        public Share Alone { get; } = Wider(Lease.Grant);

        /// <summary>The smaller of grant and fallback; nobody hears what its buckets cannot hold, so they are those of one that is alone.</summary>
        public Share Expired { get; } = Smaller(Wider(Lease.Grant), Lease.Fallback);
    }
}
