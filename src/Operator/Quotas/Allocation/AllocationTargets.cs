namespace Operator.Quotas.Allocation;

/// <summary>What a limiter should have.</summary>
/// <param name="Entitlement">Its part of the capacity a second, top-ups included.</param>
/// <param name="Lease">The part of it that is leased; the rest comes by top-ups.</param>
/// <param name="IsMet">Whether the whole demand is met.</param>
internal readonly record struct AllocationTarget(ResourceVector Entitlement, ResourceVector Lease, bool IsMet);

/// <summary>
/// Who should have what: a pure function of the pool and the demands. Guarantees first, then dominant-resource fairness; what nobody
/// asked for is handed out by demand, as headroom. Leases add up to no more than the capacity without the residual.
/// </summary>
internal static class AllocationTargets
{
    /// <summary>Every limiter's target, in the order of <paramref name="demands"/>.</summary>
    public static AllocationTarget[] Of(AllocationPool pool, IReadOnlyList<PoolDemand> demands, AllocationOptions options)
    {
        var asked = demands.Select(d => d with { Rate = d.Rate.WhereLimited(pool.Capacity).AtLeastZero() }).ToArray();
        var met = ProgressiveFilling.Fill(pool, asked);
        var headroom = Headroom(pool, asked, met);
        var targets = new AllocationTarget[asked.Length];
        for (var i = 0; i < asked.Length; i++)
        {
            var filled = asked[i].Rate * met[i];
            var entitlement = filled + headroom[i];
            targets[i] = new AllocationTarget(entitlement, entitlement * (1 - options.Residual), met[i] >= 1);
        }
        return targets;
    }

    /// <summary>What is left, handed down the tree by demand within the caps. Idle limiters get a little, to begin with.</summary>
    private static ResourceVector[] Headroom(AllocationPool pool, PoolDemand[] asked, double[] met)
    {
        var result = new ResourceVector[asked.Length];
        if (asked.Length == 0) return result;
        var nodes = pool.Nodes.Count;
        var used = new ResourceVector[nodes];
        var weight = new ResourceVector[nodes];
        var own = new ResourceVector[asked.Length];
        var idle = pool.Capacity.WhereLimited(pool.Capacity) * (0.02 / asked.Length);
        for (var i = 0; i < asked.Length; i++)
        {
            own[i] = asked[i].Rate + idle;
            for (var n = asked[i].Node; n >= 0; n = pool.Nodes[n].Parent)
            {
                used[n] += asked[i].Rate * met[i];
                weight[n] += own[i];
            }
        }
        // A quota's part of its parent's headroom, cut at its cap; what a cap cuts off stays with the operator.
        var part = new ResourceVector[nodes];
        part[0] = (pool.Capacity - used[0]).WhereLimited(pool.Capacity).AtLeastZero();
        for (var n = 1; n < nodes; n++)
        {
            var parent = pool.Nodes[n].Parent;
            var share = ResourceVector.Of(d => weight[parent][d] > 0 ? part[parent][d] * weight[n][d] / weight[parent][d] : 0);
            part[n] = ResourceVector.Min(share, (pool.Nodes[n].Cap - used[n]).AtLeastZero());
        }
        for (var i = 0; i < asked.Length; i++)
        {
            var node = asked[i].Node;
            result[i] = ResourceVector.Of(d => weight[node][d] > 0 ? part[node][d] * own[i][d] / weight[node][d] : 0);
        }
        return result;
    }
}
