using Operator.Limiters.Reports;
using Operator.Limiters.Spend;
using Operator.Quotas;
using Operator.Quotas.Status;
using Operator.Runtime.Caching;

namespace Operator.Limiters.Usage;

/// <summary>What a look at a quota showed.</summary>
/// <param name="Usage">Its use.</param>
/// <param name="IsNews">Whether its state is another one than at the last look.</param>
internal sealed record UsageReading(QuotaUsage Usage, bool IsNews);

/// <summary>Works out the use of every quota from what limiters tell: sums over the limiters of the quota and of everything below it. Not safe for concurrent use.</summary>
internal sealed class UsageBoard
{
    private const int KeptDays = 30;
    private const double Horizon = 10;
    private static readonly TimeSpan Stale = TimeSpan.FromSeconds(30);
    private static readonly string[] Dimensions = ["requests", "input tokens", "output tokens"];
    private readonly Dictionary<ObjectKey, QuotaHistory> _history = [];
    private DateTimeOffset? _last;

    /// <summary>Looks at every quota of the tree.</summary>
    public IEnumerable<(ObjectKey Quota, UsageReading Reading)> Look(
        QuotaTree tree, IReadOnlyList<LimiterEntry> limiters, IReadOnlyDictionary<(ObjectKey Root, string Group), GroupPool> pools, SpendBook spend, Moment now)
    {
        var passed = _last is { } last && now.Steady > last ? now.Steady - last : TimeSpan.Zero;
        _last = now.Steady;
        var draws = Sum(tree, limiters, now.Steady);
        var readings = new List<(ObjectKey, UsageReading)>();
        foreach (var node in tree.Nodes.Where(n => n.IsRooted))
        {
            var sum = draws.GetValueOrDefault(node.Key);
            var money = Money(node, spend, now.Wall);
            if (sum is null && money is null && !_history.ContainsKey(node.Key)) continue;
            if (!_history.TryGetValue(node.Key, out var history)) _history[node.Key] = history = new QuotaHistory();
            readings.Add((node.Key, Read(node, sum ?? new QuotaSum(), history, money, pools, passed, now)));
        }
        foreach (var gone in _history.Keys.Where(k => tree.Find(k) is not { IsRooted: true }).ToList()) _history.Remove(gone);
        return readings;
    }

    private static Dictionary<ObjectKey, QuotaSum> Sum(QuotaTree tree, IReadOnlyList<LimiterEntry> limiters, DateTimeOffset now)
    {
        var sums = new Dictionary<ObjectKey, QuotaSum>();
        foreach (var limiter in limiters)
        {
            var counted = new HashSet<ObjectKey>();
            foreach (var ((quota, group), draw) in limiter.Draws)
            {
                if (tree.Find(quota) is not { IsRooted: true } node) continue;
                var isFresh = now - draw.At < Stale;
                foreach (var above in node.Path)
                {
                    if (!sums.TryGetValue(above.Key, out var sum)) sums[above.Key] = sum = new QuotaSum();
                    sum.Add(group, draw, isFresh);
                    if (!isFresh || !counted.Add(above.Key)) continue;
                    sum.Limiters++;
                    if (limiter.IsCurrent) sum.Current++;
                }
            }
        }
        return sums;
    }

    private static UsageReading Read(
        QuotaNode node, QuotaSum sum, QuotaHistory history, (SpendReading? Reading, DateTimeOffset? ExhaustedUntil)? money,
        IReadOnlyDictionary<(ObjectKey Root, string Group), GroupPool> pools, TimeSpan passed, Moment now)
    {
        var groups = new Dictionary<string, GroupMeasurement>(StringComparer.Ordinal);
        var (ratio, where) = (0.0, (string?)null);
        foreach (var group in sum.Groups.Keys.Union(history.Means.Keys, StringComparer.Ordinal).ToList())
        {
            var draw = sum.Groups.GetValueOrDefault(group);
            var limits = node.Groups.TryGetValue(group, out var own) ? own.PerMinute : ResourceVector.Unlimited;
            var means = history.Means[group] = history.Means.GetValueOrDefault(group, Means.None).With(draw.Used, passed);
            groups[group] = new GroupMeasurement(
                draw.Allocated * 60, means.Minute.Value * 60, Part(means.Minute.Value, limits), Part(means.Quarter.Value, limits), Part(means.Day.Value, limits));
            var demand = draw.Offered + (draw.Backlog * (1 / Horizon));
            for (var d = 0; d < ResourceVector.Dimensions; d++)
            {
                var part = Part(demand, limits)[d];
                if (part > ratio) (ratio, where) = (part, $"{group} {Dimensions[d]}");
            }
        }
        var (frozenUntil, because) = Frozen(node, pools, now);
        var pressure = new PressureReading
        {
            Ratio = ratio,
            Where = where,
            FrozenUntil = frozenUntil,
            FrozenBecause = because,
            SpendExhaustedUntil = money?.ExhaustedUntil,
            PressedSince = history.Press(ratio, now.Wall),
        };
        history.Peak(ratio, now.Wall, KeptDays);
        var young = history.IsYoung(sum.Groups.Values.Any(g => g.Used != ResourceVector.Zero), now.Steady);
        var usage = new QuotaUsage
        {
            IsYoung = young, Groups = groups, Limiters = sum.Limiters, CurrentLimiters = sum.Current, Pressure = pressure, Spend = money?.Reading, Peaks = [.. history.Peaks],
        };
        var state = (frozenUntil is not null, pressure.SpendExhaustedUntil is not null, young, ratio >= 1 ? 2 : ratio >= 0.85 ? 1 : 0);
        // The first look is news, too: people wait for it.
        var isNews = history.State != state;
        history.State = state;
        return new UsageReading(usage, isNews);
    }

    private static (DateTimeOffset? Until, string? Because) Frozen(QuotaNode node, IReadOnlyDictionary<(ObjectKey Root, string Group), GroupPool> pools, Moment now)
    {
        DateTimeOffset? until = null;
        string? because = null;
        foreach (var ((root, group), pool) in pools)
        {
            if (root != node.Root.Key || pool.FrozenAt(now) is not { } frozen || frozen.Until <= until) continue;
            (until, because) = (frozen.Until, $"{frozen.Because} for {group}");
        }
        return (until, because);
    }

    /// <summary>The money of a quota with everything below it; null while nothing was spent.</summary>
    private static (SpendReading? Reading, DateTimeOffset? ExhaustedUntil)? Money(QuotaNode node, SpendBook book, DateTimeOffset now)
    {
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        long day = 0, month = 0;
        var any = false;
        foreach (var below in node.Subtree())
        {
            if (book.Of(below.Key) is not { } ledger) continue;
            any = true;
            (day, month) = (Saturated(day, ledger.On(today)), Saturated(month, ledger.InMonth(today)));
        }
        if (!any) return null;
        DateTimeOffset? until = null;
        if (node.Terms.Spend is { OnExhausted: not Contract.OnExhausted.Alert } terms)
        {
            if (terms.Monthly <= month) until = Midnight(new DateOnly(today.Year, today.Month, 1).AddMonths(1));
            else if (terms.Daily <= day) until = Midnight(today.AddDays(1));
        }
        return (new SpendReading(day, month, today), until);
    }

    private static DateTimeOffset Midnight(DateOnly day) => new(day, TimeOnly.MinValue, TimeSpan.Zero);

    private static long Saturated(long a, long b) => a > long.MaxValue - b ? long.MaxValue : a + b;

    /// <summary>A rate a second against limits a minute; 0 where there is none.</summary>
    private static ResourceVector Part(ResourceVector rate, ResourceVector limits) =>
        ResourceVector.Of(d => double.IsPositiveInfinity(limits[d]) ? 0 : limits[d] > 0 ? rate[d] * 60 / limits[d] : rate[d] > 0 ? 1 : 0);
}
