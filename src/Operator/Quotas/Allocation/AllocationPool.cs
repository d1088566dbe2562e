using Operator.Runtime.Caching;

namespace Operator.Quotas.Allocation;

/// <summary>What is shared: one model group of one organization. Rates are a second. Immutable.</summary>
/// <param name="Capacity">What may be used in all; infinite in a dimension without a limit.</param>
/// <param name="Nodes">The quotas, parents before children; the organization's root first.</param>
internal sealed record AllocationPool(ResourceVector Capacity, IReadOnlyList<PoolNode> Nodes)
{
    /// <summary>The pool of a group.</summary>
    /// <param name="root">An organization.</param>
    /// <param name="group">One of its groups.</param>
    /// <param name="safety">The part of the limit that is never handed out.</param>
    /// <param name="capacity">What feedback left of the limits, a second; null for limits without what safety takes.</param>
    public static AllocationPool From(QuotaNode root, string group, double safety, ResourceVector? capacity = null)
    {
        var perSecond = (1 - safety) / 60;
        var limits = root.Groups.TryGetValue(group, out var own) ? own.PerMinute * perSecond : ResourceVector.Unlimited;
        var total = ResourceVector.Min(limits, capacity ?? ResourceVector.Unlimited);
        var nodes = new List<PoolNode>();
        var index = new Dictionary<ObjectKey, int>();
        foreach (var quota in root.Subtree())
        {
            if (!quota.IsRooted) continue;
            index[quota.Key] = nodes.Count;
            var groups = quota.Groups.GetValueOrDefault(group);
            var cap = groups is null ? ResourceVector.Unlimited : groups.PerMinute * perSecond;
            var guarantee = groups is null ? ResourceVector.Zero : groups.Guarantee * perSecond;
            // When feedback shrinks the capacity, guarantees shrink with it.
            var shrunk = ResourceVector.Of(d => double.IsPositiveInfinity(guarantee[d]) || !(limits[d] > 0) ? 0 : guarantee[d] * Math.Min(1, total[d] / limits[d]));
            nodes.Add(quota.Parent is { } parent
                ? new PoolNode(quota.Key, index[parent.Key], shrunk, cap, quota.Terms.Weight)
                : new PoolNode(quota.Key, -1, total, total, 1));
        }
        return new AllocationPool(total, nodes);
    }

    /// <summary>The same with less to share: guarantees shrink in proportion.</summary>
    public AllocationPool Shrunk(ResourceVector capacity)
    {
        var whole = Capacity;
        var part = ResourceVector.Of(d => double.IsPositiveInfinity(whole[d]) || whole[d] <= 0 ? 1 : Math.Min(1, capacity[d] / whole[d]));
        var nodes = Nodes.Select((n, i) => i == 0
            ? n with { Guarantee = capacity, Cap = capacity }
            : n with { Guarantee = ResourceVector.Of(d => n.Guarantee[d] * part[d]) });
        return new AllocationPool(capacity, [.. nodes]);
    }

    /// <summary>The index of a quota; -1 when it is not in this pool.</summary>
    public int IndexOf(ObjectKey quota)
    {
        for (var i = 0; i < Nodes.Count; i++)
        {
            if (Nodes[i].Quota == quota) return i;
        }
        return -1;
    }
}

/// <summary>A quota in a pool.</summary>
/// <param name="Quota">The quota.</param>
/// <param name="Parent">The parent's index; -1 of the root.</param>
/// <param name="Guarantee">What it gets before others get more than theirs; the children's add up to no more.</param>
/// <param name="Cap">What it gets at most.</param>
/// <param name="Weight">Speed against its siblings and against limiters that draw on the parent directly, which count as 1 together.</param>
internal sealed record PoolNode(ObjectKey Quota, int Parent, ResourceVector Guarantee, ResourceVector Cap, double Weight);

/// <summary>What one limiter would use.</summary>
/// <param name="Node">The index of its quota.</param>
/// <param name="Rate">A second.</param>
internal readonly record struct PoolDemand(int Node, ResourceVector Rate);
