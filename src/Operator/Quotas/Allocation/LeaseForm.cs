using Operator.Contract;
using Operator.Runtime.Caching;

namespace Operator.Quotas.Allocation;

/// <summary>The ledger's leases in the contract's form and back.</summary>
internal static class LeaseForm
{
    /// <summary>The lease as a limiter gets it.</summary>
    /// <param name="lease">The ledger's lease.</param>
    /// <param name="quota">The quota that the limiter draws on.</param>
    /// <param name="group">The model group.</param>
    /// <param name="capacity">The pool's capacity: where it is infinite the lease has no limit.</param>
    /// <param name="topUp">What is paid once; null for nothing.</param>
    /// <param name="options">The figures.</param>
    public static Lease Write(
        OutstandingLease lease, ObjectKey quota, string group, ResourceVector capacity, ResourceVector? topUp, AllocationOptions options) => new()
    {
        Quota = quota.ToString(),
        Group = group,
        Epoch = lease.Epoch,
        Sequence = lease.Sequence,
        Grant = Share(lease.Grant, capacity, options.BurstSeconds),
        Fallback = Share(lease.Fallback, capacity, options.FallbackBurstSeconds),
        TopUp = topUp is { } paid && paid != ResourceVector.Zero ? paid.ToAmounts() : null,
        Ttl = options.Ttl,
    };

    /// <summary>The lease that a limiter tells it holds. Without its figures nothing is known of a lease of a leader before.</summary>
    public static OutstandingLease Read(HeldLease held, DateTimeOffset now) => new(
        held.Epoch,
        held.Sequence,
        held.Grant is { } grant ? ResourceVector.From(grant.Rate) : ResourceVector.Zero,
        held.Fallback is { } fallback ? ResourceVector.From(fallback.Rate) : ResourceVector.Zero,
        now);

    /// <summary>A rate with the bucket that goes with it.</summary>
    public static Share Share(ResourceVector rate, ResourceVector capacity, double burstSeconds) => new(
        rate.UnlimitedWhere(capacity).ToAmounts(), (rate * burstSeconds).UnlimitedWhere(capacity).ToAmounts());
}
