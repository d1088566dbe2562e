namespace Operator.Quotas.Allocation;

/// <summary>
/// What every limiter should use while nobody leads: a pure function of the pool and of what limiters are usually offered. Everybody's
/// entitlement to the capacity, as usual demand makes it, less the same part for boot shares: so that what the reserve takes is missed
/// by all alike, and not by the largest alone, who would be last to be met in a smaller capacity. Within the caps of the quotas.
/// </summary>
internal static class FallbackTargets
{
    /// <summary>Every limiter's fallback, in the order of <paramref name="usual"/>.</summary>
    /// <param name="pool">What is shared.</param>
    /// <param name="usual">Who is usually offered what: no backlog, which would count what was offered before for another time.</param>
    /// <param name="shared">What the fallbacks add up to, a second, at most.</param>
    /// <param name="options">The figures.</param>
    public static ResourceVector[] Of(AllocationPool pool, IReadOnlyList<PoolDemand> usual, ResourceVector shared, AllocationOptions options)
    {
        var part = 1 - options.BootReserve;
        var whole = pool.Shrunk((shared * (1 / part)).UnlimitedWhere(pool.Capacity));
        return [.. AllocationTargets.Of(whole, usual, options).Select(t => t.Entitlement * part)];
    }
}
