using System.Globalization;
using Operator.Api;

namespace Operator.Quotas.Status;

/// <summary>The status of a quota: a pure function of its place in the tree, its use, and the status so far.</summary>
internal static class QuotaStatusBuilder
{
    /// <param name="node">The quota.</param>
    /// <param name="usage">Its use; null while nothing was measured, which keeps what was told last.</param>
    /// <param name="previous">The status so far.</param>
    /// <param name="generation">The generation of the spec.</param>
    /// <param name="now">The time.</param>
    public static ClaudeQuotaStatus Build(QuotaNode node, QuotaUsage? usage, ClaudeQuotaStatus? previous, long? generation, DateTimeOffset now) => new()
    {
        ObservedGeneration = generation,
        Message = Message(node),
        Path = [.. node.Path.Select(n => n.Key.ToString())],
        EffectiveLimits = node.IsRooted ? [.. node.Groups.Values.Where(g => g.HasLimits).OrderBy(g => g.Group, StringComparer.Ordinal).Select(g => Limits(node, g))] : null,
        Usage = usage is null ? previous?.Usage : [.. usage.Groups.OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => Usage(node, g.Key, g.Value))],
        Limiters = usage is null ? previous?.Limiters : new LimitersStatus { Total = usage.Limiters, Current = usage.CurrentLimiters },
        Throttle = usage is null ? previous?.Throttle : ThrottlePolicy.Next(previous?.Throttle, usage.Pressure, now),
        Spend = usage is null ? previous?.Spend : SpendStatusBuilder.Build(usage.Spend, now),
        TierAdvice = usage is null || node.Parent is not null || !node.IsRooted ? null : TierAdvisor.Advise(node, usage, now),
        Conditions = [.. QuotaConditions.Of(node, previous?.Conditions, generation, now)],
    };

    private static string Message(QuotaNode node)
    {
        if (node.Findings.FirstOrDefault(f => f.IsError) is { } error) return error.ToString();
        var children = node.Children.Count switch { 0 => "no quotas share it", 1 => "1 quota shares it", var n => $"{n} quotas share it" };
        return node.Parent is null
            ? $"An organization's budget; {children}."
            : string.Create(CultureInfo.InvariantCulture, $"{node.Terms.Guarantee * 100:0.##}% of {node.Parent.Key} guaranteed; {children}.");
    }

    private static EffectiveLimits Limits(QuotaNode node, GroupLimits group) => new()
    {
        Group = group.Group,
        Models = [.. node.GroupMap.ModelsOf(group.Group).Order(StringComparer.Ordinal)],
        RequestsPerMinute = Limit(group.Requests),
        InputTokensPerMinute = Limit(group.InputTokens),
        OutputTokensPerMinute = Limit(group.OutputTokens),
    };

    private static EffectiveLimit? Limit(Limit? limit) => limit is { } l ? new EffectiveLimit { Value = (long)Math.Floor(l.Value), Source = l.Source } : null;

    private static GroupUsage Usage(QuotaNode node, string group, GroupMeasurement measured)
    {
        var limits = node.Groups.GetValueOrDefault(group);
        return new GroupUsage
        {
            Group = group,
            Requests = Dimension(limits, measured, 0),
            InputTokens = Dimension(limits, measured, 1),
            OutputTokens = Dimension(limits, measured, 2),
        };
    }

    private static DimensionUsage Dimension(GroupLimits? limits, GroupMeasurement measured, int d)
    {
        var capacity = limits?[d]?.Value;
        return new DimensionUsage
        {
            Capacity = capacity is { } c ? (long)Math.Floor(c) : null,
            Allocated = Whole(measured.Allocated[d]),
            Used = Whole(measured.Used[d]),
            Borrowed = limits is null ? null : Whole(Math.Max(0, measured.Allocated[d] - limits.Guarantee[d])),
            Headroom = capacity is { } all ? Whole(Math.Max(0, all - measured.Used[d])) : null,
            Utilisation1m = Share(measured.Utilisation1m[d]),
            Utilisation15m = Share(measured.Utilisation15m[d]),
            Utilisation1d = Share(measured.Utilisation1d[d]),
        };
    }

    private static long? Whole(double value) => double.IsFinite(value) ? (long)Math.Round(value) : null;

    /// <summary>To whole percents: finer ones would change at every look.</summary>
    private static Percent? Share(double share) =>
        double.IsFinite(share) ? Percent.FromBasisPoints((int)Math.Round(Math.Clamp(share, 0, 1) * 100) * 100) : null;
}
