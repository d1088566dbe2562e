using Operator.Quotas;
using Operator.Quotas.Allocation;
using Operator.Runtime.Caching;

namespace Operator.Tests.Quotas.Allocation;

public class AllocationTargetTests
{
    private static readonly AllocationOptions Options = new();

    [Fact]
    public void Guarantees_come_first_and_the_rest_goes_by_weight()
    {
        var pool = Pool(100, (0, 60, 100, 1), (0, 0, 100, 3), (0, 0, 100, 1));
        var met = ProgressiveFilling.Fill(pool, [Demand(1, 200), Demand(2, 200), Demand(3, 200)]);
        Assert.Equal(60 + (40 * 0.2), met[0] * 200, 6);
        Assert.Equal(40 * 0.6, met[1] * 200, 6);
        Assert.Equal(40 * 0.2, met[2] * 200, 6);
    }

    [Fact]
    public void What_one_does_not_ask_for_the_others_get()
    {
        var met = ProgressiveFilling.Fill(Pool(100, (0, 60, 100, 1), (0, 0, 100, 1)), [Demand(1, 10), Demand(2, 200)]);
        Assert.Equal(10, met[0] * 10, 6);
        Assert.Equal(90, met[1] * 200, 6);
    }

    [Fact]
    public void A_cap_bounds_a_quota_however_idle_the_others_are()
    {
        var met = ProgressiveFilling.Fill(Pool(100, (0, 0, 30, 1), (0, 0, 100, 1)), [Demand(1, 200), Demand(1, 200), Demand(2, 10)]);
        Assert.Equal(30, (met[0] + met[1]) * 200, 6);
        Assert.Equal(met[0], met[1], 9);
    }

    [Fact]
    public void Growth_keeps_to_the_demand_vector_until_its_dominant_dimension_is_full()
    {
        var all = new ResourceVector(100, 100, 100);
        var pool = new AllocationPool(all, [new(Key(0), -1, all, all, 1)]);
        // The example of dominant-resource fairness: shares of the dominant resource become equal.
        var met = ProgressiveFilling.Fill(pool, [new(0, new(10, 40, 0)), new(0, new(30, 10, 0))]);
        Assert.True(met.All(m => m == 1));
        met = ProgressiveFilling.Fill(pool, [new(0, new(100, 400, 0)), new(0, new(300, 100, 0))]);
        Assert.Equal(4 * met[0], 3 * met[1], 6);
    }

    [Fact]
    public void A_dimension_without_a_limit_holds_nobody_back()
    {
        var all = new ResourceVector(100, double.PositiveInfinity, double.PositiveInfinity);
        var pool = new AllocationPool(all, [new(Key(0), -1, all, all, 1)]);
        var targets = AllocationTargets.Of(pool, [new(0, new(10, 1e12, 1e12)), new(0, new(0, 1e12, 0))], Options);
        Assert.True(targets.All(t => t.IsMet));
        Assert.True(targets.All(t => double.IsFinite(t.Lease.InputTokens)));
    }

    [Fact]
    public void Random_pools_are_shared_fairly_and_fully()
    {
        var random = new Random(17);
        for (var run = 0; run < 3_000; run++)
        {
            var (pool, demands) = Draw(random);
            var met = ProgressiveFilling.Fill(pool, demands);
            Assert.Equal(met, ProgressiveFilling.Fill(pool, demands));
            var used = Used(pool, demands, met);
            for (var n = 0; n < pool.Nodes.Count; n++)
            {
                for (var d = 0; d < 3; d++) Assert.True(used[n][d] <= Math.Min(pool.Nodes[n].Cap[d], pool.Capacity[d]) * (1 + 1e-6) + 1e-6, $"run {run}: node {n} has more than its cap");
            }
            for (var i = 0; i < demands.Length; i++)
            {
                Assert.InRange(met[i], 0, 1);
                if (met[i] >= 1) continue;
                // Work conserving: whoever is not met is held back by something that is full.
                Assert.True(Up(pool, demands[i].Node).Any(n => Full(pool, demands[i], used, n, pool.Nodes[n].Cap)), $"run {run}: limiter {i} is held back by nothing");
                // No quota starves below the smaller of its guarantee and its demand.
                foreach (var n in Up(pool, demands[i].Node).Where(n => n > 0))
                {
                    Assert.True(
                        Up(pool, demands[i].Node).TakeWhile(m => m != pool.Nodes[n].Parent).Any(m => Full(pool, demands[i], used, m, m == n ? pool.Nodes[n].Guarantee : pool.Nodes[m].Cap)),
                        $"run {run}: node {n} has less than its guarantee");
                }
            }
        }
    }

    [Fact]
    public void More_capacity_takes_nothing_from_anybody_in_a_single_dimension()
    {
        var random = new Random(23);
        for (var run = 0; run < 1_000; run++)
        {
            var demands = Enumerable.Range(0, random.Next(1, 12)).Select(_ => Demand(random.Next(0, 3), random.NextDouble() * 50)).ToArray();
            var (small, large) = (Pool(60, (0, 0, 1e9, 1), (0, 0, 1e9, 2)), Pool(80, (0, 0, 1e9, 1), (0, 0, 1e9, 2)));
            var (before, after) = (ProgressiveFilling.Fill(small, demands), ProgressiveFilling.Fill(large, demands));
            for (var i = 0; i < demands.Length; i++) Assert.True(after[i] >= before[i] - 1e-9);
        }
    }

    [Fact]
    public void Leases_leave_the_residual_and_headroom_goes_by_demand()
    {
        var random = new Random(29);
        for (var run = 0; run < 1_000; run++)
        {
            var (pool, demands) = Draw(random);
            var targets = AllocationTargets.Of(pool, demands, Options);
            var sum = targets.Aggregate(ResourceVector.Zero, (s, t) => s + t.Lease);
            for (var d = 0; d < 3; d++) Assert.True(sum[d] <= pool.Capacity[d] * (1 - Options.Residual) * (1 + 1e-6), $"run {run}: {sum[d]} of {pool.Capacity[d]}");
        }
        var all = new ResourceVector(100, 100, 100);
        var idle = AllocationTargets.Of(new AllocationPool(all, [new(Key(0), -1, all, all, 1)]), [Demand(0, 30), Demand(0, 10)], Options);
        Assert.True(idle[0].Lease.Requests > 60 && idle[1].Lease.Requests > 20);
        Assert.Equal(97, idle[0].Lease.Requests + idle[1].Lease.Requests, 6);
    }

    internal static ObjectKey Key(int node) => new("platform", "q" + node);

    private static PoolDemand Demand(int node, double rate) => new(node, new(rate, rate, rate));

    private static AllocationPool Pool(double capacity, params (int Parent, double Guarantee, double Cap, double Weight)[] nodes)
    {
        static ResourceVector Same(double v) => new(v, v, v);
        return new AllocationPool(
            Same(capacity),
            [new(Key(0), -1, Same(capacity), Same(capacity), 1), .. nodes.Select((n, i) => new PoolNode(Key(i + 1), n.Parent, Same(n.Guarantee), Same(n.Cap), n.Weight))]);
    }

    private static (AllocationPool Pool, PoolDemand[] Demands) Draw(Random random)
    {
        var capacity = new ResourceVector(10 + (random.NextDouble() * 100), 10 + (random.NextDouble() * 100), 10 + (random.NextDouble() * 100));
        var nodes = new List<PoolNode> { new(Key(0), -1, capacity, capacity, 1) };
        var left = new List<double> { 1 };
        for (var n = 1; n <= random.Next(0, 7); n++)
        {
            var parent = random.Next(0, nodes.Count);
            var share = random.NextDouble() < 0.3 ? 0 : left[parent] * random.NextDouble();
            left[parent] -= share;
            left.Add(1);
            var cap = nodes[parent].Cap * Math.Min(1, share + random.NextDouble());
            nodes.Add(new(Key(n), parent, ResourceVector.Min(nodes[parent].Guarantee * share, cap), cap, random.Next(1, 5)));
        }
        var demands = Enumerable.Range(0, random.Next(1, 15))
            .Select(_ => new PoolDemand(random.Next(0, nodes.Count), ResourceVector.Of(_ => random.NextDouble() < 0.2 ? 0 : random.NextDouble() * 60))).ToArray();
        return (new AllocationPool(capacity, nodes), demands);
    }

    private static ResourceVector[] Used(AllocationPool pool, PoolDemand[] demands, double[] met)
    {
        var used = new ResourceVector[pool.Nodes.Count];
        for (var i = 0; i < demands.Length; i++)
        {
            foreach (var n in Up(pool, demands[i].Node)) used[n] += demands[i].Rate * met[i];
        }
        return used;
    }

    private static IEnumerable<int> Up(AllocationPool pool, int node)
    {
        for (var n = node; n >= 0; n = pool.Nodes[n].Parent) yield return n;
    }

    private static bool Full(AllocationPool pool, PoolDemand demand, ResourceVector[] used, int node, ResourceVector limit) =>
        Enumerable.Range(0, 3).Any(d => demand.Rate[d] > 0 && used[node][d] >= Math.Min(limit[d], node == 0 ? pool.Capacity[d] : limit[d]) - 1e-6);
}
