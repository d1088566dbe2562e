using System.Globalization;
using Operator.Api;
using Operator.Kubernetes.Models;
using Operator.Runtime.Events;

namespace Operator.Quotas.Status;

/// <summary>Something that people should be told once.</summary>
internal sealed record QuotaEvent(EventType Type, string Reason, string Action, string Note, string? Subject = null);

/// <summary>What is worth an event: a pure comparison of two statuses, so that a restart tells nothing twice.</summary>
internal static class QuotaEvents
{
    public static IEnumerable<QuotaEvent> Between(QuotaNode node, ClaudeQuotaStatus? before, ClaudeQuotaStatus after)
    {
        if (Turned(before, after, ConditionTypes.Accepted, "False") is { } rejected)
            yield return new QuotaEvent(EventType.Warning, "QuotaRejected", "BuildTree", rejected.Message, rejected.Reason);
        if (Turned(before, after, ConditionTypes.Overcommitted, "True") is { } overcommitted)
            yield return new QuotaEvent(EventType.Warning, "QuotaOvercommitted", "BuildTree", overcommitted.Message);
        if (Turned(before, after, ConditionTypes.LimitsConfirmed, "False") is { } differing)
            yield return new QuotaEvent(EventType.Warning, "LimitsDiffer", "CompareLimits", differing.Message);
        foreach (var alert in Alerts(node.Terms.Spend, before?.Spend, after.Spend)) yield return alert;
        if (after.TierAdvice?.Recommended is { } step && before?.TierAdvice?.Recommended != step)
            yield return new QuotaEvent(EventType.Normal, "TierAdvice", "JudgeTier", after.TierAdvice.Message ?? $"{step} is recommended", $"{step}");
    }

    private static V1Condition? Turned(ClaudeQuotaStatus? before, ClaudeQuotaStatus after, string type, string status)
    {
        var now = after.Conditions?.FirstOrDefault(c => c.Type == type && c.Status == status);
        var then = before?.Conditions?.FirstOrDefault(c => c.Type == type && c.Status == status);
        // Another reason or another text is news too.
        return now is not null && (then is null || then.Reason != now.Reason || then.Message != now.Message) ? now : null;
    }

    /// <summary>The highest mark that each period newly reached: what was spent at the last status was told then.</summary>
    private static IEnumerable<QuotaEvent> Alerts(SpendTerms? terms, SpendStatus? before, SpendStatus? after)
    {
        if (terms is null || after is null) yield break;
        var month = before?.Month == after.Month ? Amount(before?.ThisMonth) : 0;
        var day = before?.Day == after.Day ? Amount(before?.Today) : 0;
        if (Reached(terms, terms.Monthly, month, Amount(after.ThisMonth)) is { } ofMonth)
            yield return Alert("month", after.Month, ofMonth, after.ThisMonth, terms.Monthly!.Value);
        if (Reached(terms, terms.Daily, day, Amount(after.Today)) is { } ofDay)
            yield return Alert("day", after.Day, ofDay, after.Today, terms.Daily!.Value);
    }

    private static int? Reached(SpendTerms terms, long? budget, decimal before, decimal after)
    {
        if (budget is not > 0) return null;
        var dollars = budget.Value / 1_000_000_000m;
        int? highest = null;
        foreach (var mark in terms.AlertAt)
        {
            var at = dollars * mark / 100;
            if (after >= at && before < at) highest = mark;
        }
        return highest;
    }

    private static QuotaEvent Alert(string period, string? name, int mark, Money? spent, long budget) => new(
        mark >= 100 ? EventType.Warning : EventType.Normal, "SpendAlert", "CountSpend",
        string.Create(CultureInfo.InvariantCulture, $"{mark}% of the budget of the {period} {name} is spent: ${spent} of ${budget / 1_000_000_000m:0.##}"),
        string.Create(CultureInfo.InvariantCulture, $"{period}/{name}/{mark}"));

    private static decimal Amount(Money? money) => money is { } given && given.TryGetAmount(out var amount) ? amount : 0;
}
