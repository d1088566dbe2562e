using Operator.Runtime.Caching;

namespace Operator.Quotas.Allocation;

/// <summary>
/// Who may use how much of one pool, kept true at every moment: what all limiters can be using (leases that they hold or may hold,
/// fallbacks of the silent, boot shares of the unheard) and the operator's residual never add up to more than the capacity. A lease
/// grows only by what is free, and room becomes free only when a smaller lease is acknowledged or a larger one has expired.
/// <para>Deterministic: no clock and no input but its calls. Not thread-safe.</para>
/// </summary>
internal sealed class LeaseLedger
{
    private readonly AllocationOptions _options;
    private readonly long _epoch;
    private readonly DateTimeOffset _learnsUntil;
    private readonly SortedDictionary<string, LimiterAccount> _accounts = new(StringComparer.Ordinal);
    private AllocationPool _pool;
    private ResourceVector _exposed;
    private ResourceVector _fallbacks;
    private ResourceVector _learned;
    private ResourceVector _learnedLow;
    private ResourceVector _learnedFallbacks;
    private ResourceVector _residual;
    private DateTimeOffset _at;
    private DateTimeOffset? _decided;
    private bool _isLearning;
    private bool _allHeard;
    private int _unheard;

    /// <param name="pool">What is shared.</param>
    /// <param name="epoch">The transition count of the leader's lease.</param>
    /// <param name="isFirst">Whether there can be no leases of a leader before: only then nothing needs to be learned.</param>
    /// <param name="boot">What a limiter without a lease uses, a second.</param>
    /// <param name="options">The figures.</param>
    /// <param name="now">The time.</param>
    public LeaseLedger(AllocationPool pool, long epoch, bool isFirst, ResourceVector boot, AllocationOptions options, DateTimeOffset now)
    {
        _pool = pool;
        _epoch = epoch;
        _options = options;
        _allHeard = isFirst;
        _isLearning = !isFirst;
        _learnsUntil = now + options.Ttl + options.Delivery;
        Boot = boot.WhereLimited(pool.Capacity);
        _at = now;
    }

    /// <summary>What a limiter without a lease uses, a second.</summary>
    public ResourceVector Boot { get; private set; }

    /// <summary>Whether leases of a leader before may still be in use that nobody told of.</summary>
    public bool IsLearning => _isLearning;

    /// <summary>The most that all limiters can be using now, with those that were not heard of.</summary>
    public ResourceVector Exposed => _exposed + Unheard;

    /// <summary>The rate of the operator's own bucket: what nobody can be using. While learning only what no leader ever leases.</summary>
    public ResourceVector ResidualRate => _isLearning
        ? ((Capacity * _options.Residual) - (Boot * (_unheard + _accounts.Values.Count(a => a.IsBooting)))).AtLeastZero()
        : (Capacity - Exposed).AtLeastZero();

    /// <summary>What is in the operator's own bucket.</summary>
    public ResourceVector ResidualBalance => _residual;

    private ResourceVector Slack => Capacity * _options.Slack;

    /// <summary>
    /// What the limiters that told are known to use. While others have not told, what they may rise to by their fallbacks is not to be
    /// used by anybody: then each that told counts with the smaller of its grant and its fallback.
    /// </summary>
    private ResourceVector Learned => _unheard == 0 ? _learned : _learnedLow;

    public IReadOnlyCollection<LimiterAccount> Accounts => _accounts.Values;

    private ResourceVector Capacity => _pool.Capacity.WhereLimited(_pool.Capacity);

    /// <summary>Boot shares of limiters that exist and were not heard of, and fallbacks that a leader before may have left with them.</summary>
    private ResourceVector Unheard => _unheard == 0 ? ResourceVector.Zero : (Boot * _unheard) + Foreign;

    private ResourceVector Foreign => _allHeard || _unheard == 0
        ? ResourceVector.Zero
        : ((Capacity * (1 - _options.BootReserve)) - _learnedFallbacks).AtLeastZero();

    /// <summary>Shares something else from now on. Leases that are out already shrink when they are next answered.</summary>
    public void Use(AllocationPool pool, ResourceVector boot)
    {
        _pool = pool;
        Boot = boot.WhereLimited(pool.Capacity);
    }

    /// <summary>How many limiters exist that were not heard of, such as pods that start.</summary>
    public void Expect(int unheard) => _unheard = unheard;

    /// <summary>A limiter is gone for certain: its process has ended.</summary>
    public void Remove(string limiter, DateTimeOffset now)
    {
        Accrue(now);
        if (!_accounts.Remove(limiter, out var account)) return;
        _exposed -= account.Exposure;
        _fallbacks -= account.FallbackExposure;
    }

    /// <summary>A limiter reports.</summary>
    /// <param name="limiter">This start of the limiter.</param>
    /// <param name="quota">The quota that it draws on.</param>
    /// <param name="offered">What it was offered a second.</param>
    /// <param name="backlog">What waits.</param>
    /// <param name="held">The lease that it holds; null for none.</param>
    /// <param name="now">The time.</param>
    /// <returns>False when the quota is not in this pool.</returns>
    public bool Report(string limiter, ObjectKey quota, ResourceVector offered, ResourceVector backlog, OutstandingLease? held, DateTimeOffset now)
    {
        var node = _pool.IndexOf(quota);
        if (node < 0) return false;
        Accrue(now);
        if (!_accounts.TryGetValue(limiter, out var account))
        {
            _accounts[limiter] = account = new LimiterAccount(limiter, node, now);
            if (held is not null) Learn(account, held, now);
        }
        account.Node = node;
        account.Offered = offered.WhereLimited(_pool.Capacity).AtLeastZero();
        account.Demand = (offered + (backlog * (1 / _options.BacklogHorizon.TotalSeconds))).WhereLimited(_pool.Capacity).AtLeastZero();
        if (held is not null)
        {
            account.IsBooting = false;
            account.Acknowledge(held.Epoch, held.Sequence);
            // An answer of the leader before that was still under way when the limiter first reported here.
            if (!account.Knows(held.Epoch, held.Sequence)) Import(account, held, now);
        }
        Expose(account, now);
        return true;
    }

    /// <summary>
    /// A limiter tells what its buckets could not hold: permitted, not used and never to be used by it. It goes to the operator's own
    /// bucket, so that leases which come out too large for a moment cost nobody anything.
    /// </summary>
    /// <param name="limiter">The limiter.</param>
    /// <param name="total">Since its start, so that a lost report loses nothing.</param>
    /// <param name="now">The time.</param>
    public void Return(string limiter, ResourceVector total, DateTimeOffset now)
    {
        Accrue(now);
        var account = _accounts[limiter];
        if (account.Overflow is { } before)
        {
            // Never more than it can have been granted, with a bucket that became smaller.
            var most = account.Exposure * (Math.Max(0, (now - account.OverflowAt).TotalSeconds) + _options.BurstSeconds);
            var back = ResourceVector.Min((total - before).AtLeastZero(), most).WhereLimited(_pool.Capacity);
            _residual = ResourceVector.Min(Bucket, _residual + back);
        }
        account.Overflow = ResourceVector.Max(total, account.Overflow ?? total);
        account.OverflowAt = now;
    }

    /// <summary>Decides who should have what; about once a second.</summary>
    public void Decide(DateTimeOffset now)
    {
        Accrue(now);
        if (_isLearning && now >= _learnsUntil) _isLearning = false;
        if (!_isLearning && _unheard == 0) _allHeard = true;
        foreach (var account in _accounts.Values)
        {
            account.Accrue(now);
            account.Expose(Boot, _options, now);
        }
        _exposed = Sum(a => a.Exposure);
        _fallbacks = Sum(a => a.FallbackExposure);

        var heard = _accounts.Values.Where(a => !a.IsSilent).ToList();
        var taken = Sum(a => a.IsSilent ? a.Exposure : ResourceVector.Zero) + Unheard;
        var total = _isLearning ? Learned * (1 / (1 - _options.Residual)) : Capacity - taken;
        var pool = _pool.Shrunk(ResourceVector.Min(total.AtLeastZero(), Capacity).UnlimitedWhere(_pool.Capacity));
        var targets = AllocationTargets.Of(pool, [.. heard.Select(a => new PoolDemand(a.Node, a.Demand))], _options);
        for (var i = 0; i < heard.Count; i++) heard[i].Target = targets[i];
        Fallbacks(heard, now);
        _decided = now;
    }

    /// <summary>The lease that answers a report.</summary>
    public OutstandingLease Answer(string limiter, DateTimeOffset now)
    {
        Accrue(now);
        var account = _accounts[limiter];
        Expose(account, now);
        // Before the first decision about it a limiter keeps what it has.
        var wanted = account.Target is { } target ? Steady(target.Lease, account) : account.Exposure;
        var room = (_isLearning ? Learned : (Capacity * (1 - _options.Residual)) - Unheard) - _exposed;
        var grant = ResourceVector.Min(wanted, account.Exposure + room.AtLeastZero()).AtLeastZero();
        var budget = _isLearning ? _learnedFallbacks : (Capacity * (1 - _options.BootReserve)) - Foreign;
        var fallback = ResourceVector.Min(account.FallbackTarget, account.FallbackExposure + (budget - _fallbacks).AtLeastZero()).AtLeastZero();
        var lease = account.Send(_epoch, grant, fallback, now);
        Expose(account, now);
        return lease;
    }

    /// <summary>
    /// Pays for what a limiter needs at once, from the operator's own bucket. It gets what its entitlement leaves beside its lease;
    /// beyond that what others leave: for one whose demand is met three quarters of the bucket, for anybody the half above.
    /// </summary>
    /// <returns>What is paid: the same part of <paramref name="need"/> in every dimension.</returns>
    public ResourceVector TopUp(string limiter, ResourceVector need, DateTimeOffset now)
    {
        Accrue(now);
        var account = _accounts[limiter];
        account.Accrue(now);
        var asked = need.WhereLimited(_pool.Capacity).AtLeastZero();
        var kept = Bucket * (account.Target is { IsMet: true } ? 0.25 : 0.5);
        var part = 1.0;
        for (var d = 0; d < ResourceVector.Dimensions; d++)
        {
            if (asked[d] <= 0) continue;
            var allowed = Math.Min(_residual[d], Math.Max(account.Credit[d], _residual[d] - kept[d]));
            part = Math.Min(part, Math.Max(0, allowed) / asked[d]);
        }
        var paid = asked * part;
        _residual -= paid;
        account.Credit = (account.Credit - paid).AtLeastZero();
        return paid;
    }

    /// <summary>What the operator's own bucket holds: its seconds of the capacity, but at small capacities two requests.</summary>
    private ResourceVector Bucket
    {
        get
        {
            var usual = Capacity * _options.ResidualSeconds;
            return usual with { Requests = Math.Max(usual.Requests, Math.Min(2, Capacity.Requests * 60)) };
        }
    }

    /// <summary>
    /// Keeps the lease that is out while the new one differs by no more than chance makes the demand differ: every change is paid for
    /// with room that is held twice until it is acknowledged.
    /// </summary>
    private ResourceVector Steady(ResourceVector wanted, LimiterAccount account)
    {
        if (account.Outstanding is not [.., var last]) return wanted;
        var requests = wanted.Requests > 0 ? wanted.Requests * _options.BacklogHorizon.TotalSeconds : 0;
        var chance = requests > 0 ? Math.Clamp(_options.Chance / Math.Sqrt(requests), 0.02, 0.3) : 0.1;
        return ResourceVector.Of(d => Math.Abs(wanted[d] - last.Grant[d]) > chance * Math.Max(wanted[d], last.Grant[d]) ? wanted[d] : last.Grant[d]);
    }

    private void Learn(LimiterAccount account, OutstandingLease held, DateTimeOffset now)
    {
        var grant = held.Grant.WhereLimited(_pool.Capacity);
        var fallback = held.Fallback.WhereLimited(_pool.Capacity);
        Import(account, held, now);
        if (!_isLearning) return;
        _learned += grant;
        _learnedLow += ResourceVector.Min(grant, fallback);
        _learnedFallbacks += fallback;
    }

    private void Import(LimiterAccount account, OutstandingLease held, DateTimeOffset now)
    {
        var grant = held.Grant.WhereLimited(_pool.Capacity);
        var fallback = held.Fallback.WhereLimited(_pool.Capacity);
        // After the time of learning no lease of a leader before is fresh.
        account.Import(held with { Grant = _isLearning ? grant : fallback, Fallback = fallback, Sent = now });
    }

    private void Fallbacks(List<LimiterAccount> heard, DateTimeOffset now)
    {
        var seconds = _decided is { } last ? (now - last).TotalSeconds : 0;
        var step = 1 - Math.Exp(-seconds / _options.FallbackSmoothing.TotalSeconds);
        foreach (var account in heard) account.Follow(step);
        var silent = Sum(a => a.IsSilent ? a.FallbackExposure : ResourceVector.Zero);
        var shared = ((Capacity * (1 - _options.BootReserve)) - silent - Foreign).AtLeastZero();
        var targets = FallbackTargets.Of(_pool, [.. heard.Select(a => new PoolDemand(a.Node, a.Usual!.Value))], shared, _options);
        for (var i = 0; i < heard.Count; i++) heard[i].FallbackTarget = targets[i];
    }

    private void Accrue(DateTimeOffset now)
    {
        var seconds = Math.Max(0, (now - _at).TotalSeconds);
        if (seconds == 0) return;
        _at = now;
        _residual = ResourceVector.Min(Bucket, _residual + ((ResidualRate - Slack).AtLeastZero() * seconds));
    }

    private void Expose(LimiterAccount account, DateTimeOffset now)
    {
        _exposed -= account.Exposure;
        _fallbacks -= account.FallbackExposure;
        account.Expose(Boot, _options, now);
        _exposed += account.Exposure;
        _fallbacks += account.FallbackExposure;
    }

    private ResourceVector Sum(Func<LimiterAccount, ResourceVector> value)
    {
        var sum = ResourceVector.Zero;
        foreach (var account in _accounts.Values) sum += value(account);
        return sum;
    }
}
