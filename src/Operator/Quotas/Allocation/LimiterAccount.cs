namespace Operator.Quotas.Allocation;

/// <summary>A lease that a limiter holds, or may hold: it was sent and nothing newer was acknowledged.</summary>
/// <param name="Epoch">The epoch.</param>
/// <param name="Sequence">The sequence.</param>
/// <param name="Grant">Rate a second while it is fresh.</param>
/// <param name="Fallback">Rate a second long after.</param>
/// <param name="Sent">When it was sent.</param>
internal sealed record OutstandingLease(long Epoch, long Sequence, ResourceVector Grant, ResourceVector Fallback, DateTimeOffset Sent);

/// <summary>What the operator knows of one limiter in one pool.</summary>
internal sealed class LimiterAccount(string limiter, int node, DateTimeOffset now)
{
    /// <summary>Older ones are merged beyond this many, at the safe side.</summary>
    private const int MaxOutstanding = 16;

    private readonly List<OutstandingLease> _outstanding = [];
    private DateTimeOffset _accrued = now;

    public string Limiter { get; } = limiter;

    public int Node { get; set; } = node;

    /// <summary>What it would use, a second.</summary>
    public ResourceVector Demand { get; set; }

    /// <summary>What it should have; null before the first decision about it.</summary>
    public AllocationTarget? Target { get; set; }

    /// <summary>What it was offered a second, without what waits.</summary>
    public ResourceVector Offered { get; set; }

    /// <summary>The smoothed offer that its fallback follows; null before the first.</summary>
    public ResourceVector? Usual { get; private set; }

    /// <summary>The fallback that it should have.</summary>
    public ResourceVector FallbackTarget { get; set; }

    /// <summary>What it may still be topped up with: the part of its entitlement that is not leased.</summary>
    public ResourceVector Credit { get; set; }

    /// <summary>What its buckets could not hold since its start, as it last told; null before it told.</summary>
    public ResourceVector? Overflow { get; set; }

    /// <summary>When it last told.</summary>
    public DateTimeOffset OverflowAt { get; set; }

    /// <summary>The most that it can be using now.</summary>
    public ResourceVector Exposure { get; private set; }

    /// <summary>The most that it can come to use by its fallback.</summary>
    public ResourceVector FallbackExposure { get; private set; }

    public bool IsSilent { get; private set; }

    public long Sequence { get; private set; }

    public IReadOnlyList<OutstandingLease> Outstanding => _outstanding;

    /// <summary>Pays in what of the entitlement was not leased, up to two seconds of the entitlement or one request.</summary>
    public void Accrue(DateTimeOffset now)
    {
        var seconds = Math.Max(0, (now - _accrued).TotalSeconds);
        _accrued = now;
        if (Target is not { } target) return;
        var most = target.Entitlement * 2;
        var request = target.Entitlement.Requests > 0 ? target.Entitlement * (1 / target.Entitlement.Requests) : ResourceVector.Zero;
        Credit = ResourceVector.Min(ResourceVector.Max(most, request), Credit + ((target.Entitlement - Exposure).AtLeastZero() * seconds));
    }

    /// <summary>Moves what is usual towards what is offered.</summary>
    /// <param name="step">By which part of the way: 0 to 1.</param>
    public void Follow(double step) => Usual = Usual is { } usual ? (usual * (1 - step)) + (Offered * step) : Offered;

    /// <summary>Takes over what a limiter tells that it holds, from a leader before.</summary>
    public void Import(OutstandingLease held) => _outstanding.Insert(0, held);

    /// <summary>Whether a lease is among those that it may hold.</summary>
    public bool Knows(long epoch, long sequence) => _outstanding.Exists(o => o.Epoch == epoch && o.Sequence == sequence);

    /// <summary>The limiter holds this lease: everything older is gone.</summary>
    public void Acknowledge(long epoch, long sequence) =>
        _outstanding.RemoveAll(o => o.Epoch < epoch || (o.Epoch == epoch && o.Sequence < sequence));

    public OutstandingLease Send(long epoch, ResourceVector grant, ResourceVector fallback, DateTimeOffset now)
    {
        var lease = new OutstandingLease(epoch, ++Sequence, grant, fallback, now);
        _outstanding.Add(lease);
        if (_outstanding.Count > MaxOutstanding)
        {
            // The first is the one that is acknowledged; the two after it become one that is worse than both.
            var (a, b) = (_outstanding[1], _outstanding[2]);
            _outstanding[2] = b with { Grant = ResourceVector.Max(a.Grant, b.Grant), Fallback = ResourceVector.Max(a.Fallback, b.Fallback) };
            _outstanding.RemoveAt(1);
        }
        return lease;
    }

    /// <summary>Works out what it can be using.</summary>
    /// <param name="boot">What a limiter without a lease uses.</param>
    /// <param name="options">The figures.</param>
    /// <param name="now">The time.</param>
    public void Expose(ResourceVector boot, AllocationOptions options, DateTimeOffset now)
    {
        if (_outstanding.Count == 0)
        {
            (Exposure, FallbackExposure, IsSilent) = (boot, ResourceVector.Zero, false);
            return;
        }
        var grants = ResourceVector.Zero;
        var fallbacks = ResourceVector.Zero;
        foreach (var lease in _outstanding)
        {
            if (now < lease.Sent + options.Ttl + options.Delivery) grants = ResourceVector.Max(grants, lease.Grant);
            fallbacks = ResourceVector.Max(fallbacks, lease.Fallback);
        }
        // Its last contact cannot be earlier than the sending of the lease that it is known to hold.
        IsSilent = now >= _outstanding[0].Sent + options.SilenceBeforeFallback;
        Exposure = IsSilent ? ResourceVector.Max(grants, fallbacks) : grants;
        FallbackExposure = fallbacks;
        if (IsBooting) Exposure = ResourceVector.Max(Exposure, boot);
    }

    /// <summary>Whether no lease was acknowledged yet, so that it may be using its boot share.</summary>
    public bool IsBooting { get; set; } = true;
}
