using System.Text.Json;
using Operator.Contract;
using Operator.Limiters.Authentication;
using Operator.Limiters.Configurations;
using Operator.Limiters.Spend;
using Operator.Limiters.Usage;
using Operator.Quotas;
using Operator.Quotas.Allocation;
using Operator.Quotas.Status;
using Operator.Runtime.Caching;

namespace Operator.Limiters.Reports;

/// <summary>
/// Where reports become leases, on the leader. Everything that it knows is in memory; a new leader learns it anew from the next reports.
/// Safe for concurrent use.
/// </summary>
internal sealed class ReportDesk(
    QuotaTrees trees, LimiterConfigurations configurations, LimiterPods pods, LimiterStreams streams, QuotaUsageStore usage, SpendBook spend, AllocationOptions allocation,
    ChannelOptions channel)
{
    private static readonly TimeSpan Remembered = TimeSpan.FromHours(1);
    private readonly Lock _gate = new();
    private readonly Dictionary<string, LimiterEntry> _limiters = new(StringComparer.Ordinal);
    private readonly Dictionary<(ObjectKey Root, string Group), GroupPool> _pools = [];
    private readonly UsageBoard _board = new();
    private long _epoch;
    private bool _isFirst;

    /// <summary>Raised, outside of locks, when a quota's state changed so that people should see it soon.</summary>
    public event Action<ObjectKey>? Changed;

    /// <summary>
    /// Raised, outside of locks, when a limiter tells that it went over to the newest configuration of a deployment: how long after this
    /// process knew that configuration.
    /// </summary>
    public event Action<TimeSpan>? Acknowledged;

    /// <summary>Limiters that reported of late.</summary>
    public int Limiters { get; private set; }

    /// <summary>Begins as leader.</summary>
    /// <param name="epoch">The epoch.</param>
    /// <param name="isFirst">Whether nobody can have led before.</param>
    public void Begin(long epoch, bool isFirst)
    {
        lock (_gate) (_epoch, _isFirst) = (epoch, isFirst);
    }

    /// <summary>Takes a report.</summary>
    /// <param name="report">The report, screened.</param>
    /// <param name="limiter">Who sent it.</param>
    /// <param name="now">The time.</param>
    /// <returns>The answer; null when another pod has reported as this instance.</returns>
    public ReportAnswer? Take(Report report, LimiterIdentity limiter, Moment now)
    {
        var frozen = new List<GroupPool>();
        var acknowledged = new List<TimeSpan>();
        ReportAnswer answer;
        lock (_gate)
        {
            var isKnown = _limiters.TryGetValue(report.Instance, out var entry);
            if (isKnown && entry!.Identity != limiter) return null;
            // A brief report says nothing of leases and measurements: of a limiter that none are known of, it is no beginning.
            if (report.Brief && (!isKnown || entry!.HasEnded)) return Reply(report, [], isKnown: false, now);
            if (!isKnown) _limiters[report.Instance] = entry = Enter(report.Instance, limiter, now.Steady);
            (entry!.GoneSince, entry.HasEnded) = (null, false);
            if (report.Sequence > entry.Sequence)
            {
                (entry.Sequence, entry.LastSeen) = (report.Sequence, now.Steady);
                entry.IsCurrent = Apply(entry, report.Applied, now.Steady, acknowledged);
                foreach (var delta in report.Spend) Settle(report.Instance, limiter.Namespace, delta, now.Wall);
                Learn(report, now, frozen);
            }
            var leases = new List<Lease>();
            foreach (var demand in report.Demand)
            {
                if (Answer(entry, report, demand, now) is { } lease) leases.Add(lease);
            }
            if (report.Ends) Leave(entry, now.Steady);
            answer = Reply(report, leases, isKnown: true, now);
        }
        foreach (var pool in frozen) Push(pool, now);
        foreach (var after in acknowledged) Acknowledged?.Invoke(after);
        return answer;
    }

    /// <summary>Decides anew who should have what, and tells what is used; about once a second.</summary>
    public void Tick(Moment now)
    {
        var tree = trees.Current;
        var changed = new List<ObjectKey>();
        // Reports wait for the lock: what needs none is done before.
        var running = Running(tree);
        lock (_gate)
        {
            Forget(running.Select(p => p.Uid).OfType<string>().ToHashSet(StringComparer.Ordinal), now.Steady);
            var heard = _limiters.Values.Where(l => !l.HasEnded).ToList();
            foreach (var ((root, group), pool) in _pools.ToList())
            {
                if (tree.Find(root) is not { IsRooted: true, Parent: null } node)
                {
                    _pools.Remove((root, group));
                    continue;
                }
                var known = heard.Where(l => l.Draws.Any(d => d.Key.Group == group && d.Value.Root == root)).Select(l => l.Identity.PodUid).ToHashSet(StringComparer.Ordinal);
                var all = running.Count(p => p.Quotas.Any(q => q.Root == root && q.Groups.Contains(group)));
                var unheard = running.Count(p => p.Uid is { } uid && !known.Contains(uid) && p.Quotas.Any(q => q.Root == root && q.Groups.Contains(group)));
                pool.Decide(node, all, unheard, now.Steady);
            }
            Limiters = heard.Count(l => now.Steady - l.LastSeen < allocation.Ttl);
            foreach (var (quota, reading) in _board.Look(tree, heard, _pools, spend, now))
            {
                usage.Set(quota, reading.Usage);
                if (reading.IsNews) changed.Add(quota);
            }
        }
        foreach (var quota in changed) Changed?.Invoke(quota);
    }

    private ReportAnswer Reply(Report report, List<Lease> leases, bool isKnown, Moment now) => new()
    {
        Epoch = _epoch, At = now.Wall, Leases = leases, Known = isKnown, AcknowledgedSpend = spend.Acknowledged(report.Instance), NextReport = Interval(),
    };

    private LimiterEntry Enter(string instance, LimiterIdentity limiter, DateTimeOffset now)
    {
        // A new start in the same pod: the process before it has ended.
        foreach (var before in _limiters.Values.Where(l => l.Identity == limiter).ToList()) Leave(before, now);
        return new LimiterEntry(instance, limiter);
    }

    /// <summary>Notes what a limiter applies.</summary>
    /// <returns>Whether all of it is the newest.</returns>
    private bool Apply(LimiterEntry entry, IReadOnlyList<AppliedConfiguration> applied, DateTimeOffset now, List<TimeSpan> acknowledged)
    {
        var isCurrent = true;
        foreach (var told in applied)
        {
            if (Measured.Quota(told.Deployment) is not { } key)
            {
                isCurrent = false;
                continue;
            }
            var (newest, since) = configurations.GenerationOf(key);
            isCurrent &= newest <= told.Generation;
            // What it applied when it was first heard of tells nothing of how long that took.
            if (entry.Applied.TryGetValue(key, out var before) && before < newest && newest == told.Generation) acknowledged.Add(now - since);
            entry.Applied[key] = told.Generation;
        }
        return isCurrent;
    }

    private Lease? Answer(LimiterEntry entry, Report report, Demand demand, Moment now)
    {
        if (Measured.Quota(demand.Quota) is not { } quota || trees.Current.Find(quota) is not { IsRooted: true } node || string.IsNullOrEmpty(demand.Group)) return null;
        var pool = Pool(node, demand.Group, now.Steady);
        var account = Account(entry.Instance, quota);
        var held = report.Leases.FirstOrDefault(l => l.Quota == demand.Quota && l.Group == demand.Group);
        var (offered, backlog, used) = (Measured.Amount(demand.Offered), Measured.Amount(demand.Backlog), Measured.Amount(demand.Used));
        if (!pool.Ledger.Report(account, quota, offered, backlog, held is null ? null : LeaseForm.Read(held, now.Steady), now.Steady)) return null;
        if (demand.Overflow is { } overflow) pool.Ledger.Return(account, Measured.Amount(overflow), now.Steady);
        var before = entry.Draws.GetValueOrDefault((quota, demand.Group));
        var debited = Measured.Amount(demand.Debited);
        pool.Used += debited - (before?.Debited ?? debited);
        var need = Measured.Amount(demand.TopUp);
        var paid = need == ResourceVector.Zero ? ResourceVector.Zero : pool.Ledger.TopUp(account, need, now.Steady);
        var lease = pool.Answer(account, quota, paid, now);
        entry.Draws[(quota, demand.Group)] = new Draw(node.Root.Key, offered, backlog, used, now.Steady) { Lease = lease, Debited = debited };
        return lease;
    }

    private void Settle(string instance, string space, SpendDelta delta, DateTimeOffset now)
    {
        // Money of a quota that the namespace may not use, or that is gone, is nobody's: it is acknowledged, or it would come for ever.
        var quota = Measured.Quota(delta.Quota) is { } key && trees.Current.Find(key) is { } node && QuotaTree.Allows(node.Quota, space) ? key : (ObjectKey?)null;
        spend.Settle(instance, quota, delta, now);
    }

    private GroupPool Pool(QuotaNode node, string group, DateTimeOffset now)
    {
        var key = (node.Root.Key, group);
        if (_pools.TryGetValue(key, out var pool)) return pool;
        var tree = trees.Current;
        var all = Running(tree).Count(p => p.Quotas.Any(q => q.Root == node.Root.Key && q.Groups.Contains(group)));
        pool = GroupPool.Create(node.Root, group, _epoch, _isFirst, all, allocation, now);
        pool.Decide(node.Root, all, all, now);
        return _pools[key] = pool;
    }

    private void Learn(Report report, Moment now, List<GroupPool> frozen)
    {
        foreach (var signal in report.Signals)
        {
            if (Measured.Quota(signal.Quota) is not { } quota || trees.Current.Find(quota) is not { IsRooted: true } node || string.IsNullOrEmpty(signal.Group)) continue;
            var pool = Pool(node, signal.Group, now.Steady);
            if (pool.Learn(signal, now)) frozen.Add(pool);
            if (signal.Limits is { } limits) trees.Observe(pool.Root, known => ObservedHeaders.With(known, signal.Group, limits));
        }
    }

    private void Push(GroupPool pool, Moment now)
    {
        List<(string Pod, Lease Lease)> leases;
        lock (_gate)
        {
            leases =
            [
                .. from limiter in _limiters.Values
                   from draw in limiter.Draws
                   where draw.Value.Root == pool.Root && draw.Key.Group == pool.Group && draw.Value.Lease is not null
                   select (limiter.Identity.PodUid, pool.Frozen(draw.Value.Lease!, now)),
            ];
        }
        foreach (var (pod, lease) in leases)
        {
            var answer = new ReportAnswer { Epoch = lease.Epoch, At = now.Wall, Leases = [lease], NextReport = channel.ReportInterval };
            streams.Push(pod, JsonSerializer.SerializeToUtf8Bytes(answer, ContractJsonContext.Default.ReportAnswer));
        }
    }

    /// <summary>
    /// Takes the leases of limiters back whose pods are gone. A pod object may go before its process does, on a node that was lost: its
    /// leases count until they have expired.
    /// </summary>
    private void Forget(HashSet<string> running, DateTimeOffset now)
    {
        foreach (var limiter in _limiters.Values.ToList())
        {
            if (running.Contains(limiter.Identity.PodUid) && !limiter.HasEnded)
            {
                limiter.GoneSince = null;
                continue;
            }
            limiter.GoneSince ??= now;
            if (!limiter.HasEnded && now - limiter.LastSeen > allocation.Ttl + allocation.Delivery) Leave(limiter, now);
            if (now - limiter.GoneSince < Remembered) continue;
            spend.Forget(limiter.Instance);
            _limiters.Remove(limiter.Instance);
        }
    }

    private void Leave(LimiterEntry limiter, DateTimeOffset now)
    {
        limiter.HasEnded = true;
        foreach (var ((quota, group), draw) in limiter.Draws)
        {
            if (_pools.TryGetValue((draw.Root, group), out var pool)) pool.Ledger.Remove(Account(limiter.Instance, quota), now);
        }
        limiter.Draws.Clear();
    }

    private TimeSpan Interval()
    {
        // Of those that report: the ones that have ended are remembered for a while.
        var crowd = TimeSpan.FromSeconds((double)Limiters / channel.MostReportsPerSecond);
        var most = allocation.Ttl / 6;
        return crowd > most ? most : crowd > channel.ReportInterval ? crowd : channel.ReportInterval;
    }

    /// <summary>The pods that run, and the groups of organizations that each may draw on.</summary>
    private List<(string? Uid, List<(ObjectKey Root, IReadOnlyList<string> Groups)> Quotas)> Running(QuotaTree tree)
    {
        // Many pods serve the same deployments.
        var known = new Dictionary<ObjectKey, (ObjectKey Root, IReadOnlyList<string> Groups)?>();
        var running = new List<(string?, List<(ObjectKey, IReadOnlyList<string>)>)>();
        foreach (var pod in pods.Running())
        {
            var quotas = new List<(ObjectKey, IReadOnlyList<string>)>();
            foreach (var deployment in LimiterPods.DeploymentsOf(pod))
            {
                if (!known.TryGetValue(deployment, out var quota)) known[deployment] = quota = QuotaOf(deployment, tree);
                if (quota is { } own) quotas.Add(own);
            }
            running.Add((pod.Metadata.Uid, quotas));
        }
        return running;
    }

    private (ObjectKey Root, IReadOnlyList<string> Groups)? QuotaOf(ObjectKey deployment, QuotaTree tree) =>
        configurations.Of(deployment)?.Quota is { } quota && tree.Find(new ObjectKey(quota.Namespace, quota.Name)) is { IsRooted: true } node
            ? (node.Root.Key, [.. quota.Groups.Select(g => g.Group)])
            : null;

    private static string Account(string instance, ObjectKey quota) => $"{instance} {quota}";
}
