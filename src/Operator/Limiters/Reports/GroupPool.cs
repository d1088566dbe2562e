using Operator.Contract;
using Operator.Quotas;
using Operator.Quotas.Allocation;
using Operator.Runtime.Caching;

namespace Operator.Limiters.Reports;

/// <summary>One model group of one organization, as the leader shares it. Not safe for concurrent use.</summary>
internal sealed class GroupPool
{
    private readonly AllocationOptions _options;
    private long? _generation;

    private GroupPool(ObjectKey root, string group, AllocationOptions options, LeaseLedger ledger, AllocationPool pool) =>
        (Root, Group, _options, Ledger, Pool) = (root, group, options, ledger, pool);

    /// <summary>The organization.</summary>
    public ObjectKey Root { get; }

    /// <summary>The group.</summary>
    public string Group { get; }

    /// <summary>Who may use how much.</summary>
    public LeaseLedger Ledger { get; }

    /// <summary>What is shared.</summary>
    public AllocationPool Pool { get; private set; }

    /// <summary>What the API taught.</summary>
    public CapacityFeedback Feedback { get; private set; } = CapacityFeedback.None;

    /// <summary>What all limiters used since the leader's begin.</summary>
    public ResourceVector Used { get; set; }

    /// <summary>A pool that nothing was leased from yet.</summary>
    /// <param name="root">The organization.</param>
    /// <param name="group">One of its groups.</param>
    /// <param name="epoch">The leader's.</param>
    /// <param name="isFirst">Whether there can be no leases of a leader before.</param>
    /// <param name="limiters">Limiters of the organization.</param>
    /// <param name="options">The figures.</param>
    /// <param name="now">The time.</param>
    public static GroupPool Create(QuotaNode root, string group, long epoch, bool isFirst, int limiters, AllocationOptions options, DateTimeOffset now)
    {
        var pool = AllocationPool.From(root, group, options.Safety);
        var boot = QuotaRendering.Boot(root, group, limiters, options);
        return new GroupPool(root.Key, group, options, new LeaseLedger(pool, epoch, isFirst, boot, options, now), pool) { _generation = root.Quota.Metadata.Generation };
    }

    /// <summary>Decides anew who should have what.</summary>
    /// <param name="root">The organization as it is now.</param>
    /// <param name="limiters">Its limiters.</param>
    /// <param name="unheard">Limiters that may draw on the group and have not reported.</param>
    /// <param name="now">The time.</param>
    public void Decide(QuotaNode root, int limiters, int unheard, DateTimeOffset now)
    {
        // An edit of the budget asks the API again.
        if (_generation != root.Quota.Metadata.Generation) Feedback = Feedback.WithoutSpendLimit();
        _generation = root.Quota.Metadata.Generation;
        var limits = root.Groups.TryGetValue(Group, out var own) ? own.PerMinute : ResourceVector.Unlimited;
        Pool = AllocationPool.From(root, Group, _options.Safety, Feedback.Capacity(limits, _options.Safety, now));
        Ledger.Use(Pool, QuotaRendering.Boot(root, Group, limiters, _options));
        Ledger.Expect(unheard);
        Ledger.Decide(now);
    }

    /// <summary>Takes what the API said.</summary>
    /// <returns>Whether the group is frozen for longer now.</returns>
    public bool Learn(UpstreamSignal signal, Moment now)
    {
        var before = Feedback.FrozenAt(now.Steady)?.Until;
        // The limiter's clock may be wrong; only what it says of the past minute is believed.
        var age = now.Wall - signal.At;
        age = age < TimeSpan.Zero ? TimeSpan.Zero : age > TimeSpan.FromMinutes(1) ? TimeSpan.FromMinutes(1) : age;
        Feedback = Feedback.Apply(signal with { At = now.Steady - age }, Used);
        return Feedback.FrozenAt(now.Steady)?.Until is { } until && (before is null || until > before);
    }

    /// <summary>Until when the group is frozen, by the wall, and why; null when it is open.</summary>
    public (DateTimeOffset Until, string Because)? FrozenAt(Moment now) =>
        Feedback.FrozenAt(now.Steady) is { } frozen ? (now.OnWall(frozen.Until), frozen.Because) : null;

    /// <summary>The lease that answers a report.</summary>
    public Lease Answer(string account, ObjectKey quota, ResourceVector? topUp, Moment now) =>
        Frozen(LeaseForm.Write(Ledger.Answer(account, now.Steady), quota, Group, Pool.Capacity, topUp, _options), now);

    /// <summary>A lease with what is known of a freeze.</summary>
    public Lease Frozen(Lease lease, Moment now) => FrozenAt(now) is { } frozen
        ? lease with { FrozenUntil = frozen.Until, FrozenBecause = frozen.Because }
        : lease with { FrozenUntil = null, FrozenBecause = null };
}
