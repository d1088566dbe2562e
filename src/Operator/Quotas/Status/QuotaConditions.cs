using System.Globalization;
using Operator.Api;
using Operator.Kubernetes.Models;
using Operator.Runtime.Conditions;

namespace Operator.Quotas.Status;

/// <summary>The conditions of a quota, by the kstatus rules: a quota that is not accepted is Stalled until somebody changes something.</summary>
internal static class QuotaConditions
{
    private static readonly ConditionSet Set = new(ConditionTypes.Ready, ConditionTypes.Accepted);

    public static IReadOnlyList<V1Condition> Of(QuotaNode node, IEnumerable<V1Condition>? previous, long? generation, DateTimeOffset now)
    {
        var observed = Set.Observe(previous, generation, now);
        observed.Remove(ConditionTypes.Reconciling);
        var errors = node.Findings.Where(f => f.IsError).ToList();
        if (errors.Count == 0)
        {
            observed.MarkTrue(ConditionTypes.Accepted, "Accepted", Warnings(node));
            observed.Remove(ConditionTypes.Stalled);
        }
        else
        {
            var reason = node.IsRooted ? QuotaReasons.QuotaRejected : errors.FirstOrDefault(e => e.Reason != QuotaReasons.InvalidValue)?.Reason ?? QuotaReasons.QuotaRejected;
            observed.MarkFalse(ConditionTypes.Accepted, reason, Cut(string.Join("; ", errors)));
            observed.MarkTrue(ConditionTypes.Stalled, reason, "The quota stays as it is until its spec or its parent changes.");
        }
        Overcommitted(node, observed);
        Limits(node, observed);
        return observed.Conditions;
    }

    private static void Overcommitted(QuotaNode node, ConditionObservation observed)
    {
        if (node.Findings.FirstOrDefault(f => f.Reason == QuotaReasons.Overcommitted) is { } finding)
            observed.MarkTrue(ConditionTypes.Overcommitted, QuotaReasons.Overcommitted, finding.Message);
        else observed.MarkFalse(ConditionTypes.Overcommitted, "WithinCapacity");
    }

    /// <summary>Only an organization's limits can be confirmed: those of its parts follow from them.</summary>
    private static void Limits(QuotaNode node, ConditionObservation observed)
    {
        if (!node.IsRooted || node.Parent is not null)
        {
            observed.Remove(ConditionTypes.LimitsConfirmed);
            return;
        }
        var differing = LimitConfirmation.Differing(node).Take(5).ToList();
        if (differing.Count > 0) observed.MarkFalse(ConditionTypes.LimitsConfirmed, "LimitsDiffer", Cut(string.Join("; ", differing)));
        else if (node.Observed.ApiError is { } error) observed.MarkUnknown(ConditionTypes.LimitsConfirmed, "ApiUnreadable", Cut(error));
        else if (node.Observed.Api is null && node.Observed.Headers.Count == 0)
            observed.MarkUnknown(ConditionTypes.LimitsConfirmed, "NotSeen", "Neither headers of answers nor the administration endpoint told the limits yet.");
        else observed.MarkTrue(ConditionTypes.LimitsConfirmed, "Confirmed");
    }

    private static string Warnings(QuotaNode node) =>
        Cut(string.Join("; ", node.Findings.Where(f => !f.IsError && f.Reason != QuotaReasons.Overcommitted)));

    private static string Cut(string text) => text.Length <= 1024 ? text : string.Concat(text.AsSpan(0, 1023), "…");
}

/// <summary>Compares what an organization declares with what the provider tells.</summary>
internal static class LimitConfirmation
{
    private static readonly string[] Names = ["requests", "input tokens", "output tokens"];

    /// <summary>Every declared limit that is above the real one, and every published one that is not the real one, in a sentence each.</summary>
    public static IEnumerable<string> Differing(QuotaNode root)
    {
        var declared = DeclaredLimits.Read(root.Spec, root.GroupMap, []);
        foreach (var group in root.Groups.Keys.Order(StringComparer.Ordinal))
        {
            var told = Told(root, group);
            var own = declared.GetValueOrDefault(group, ResourceVector.Unlimited);
            var published = root.Spec.Tier is { } tier && root.GroupMap.PublishedOf(group)?.Limits.TryGetValue(tier, out var limits) == true ? limits : null;
            for (var d = 0; d < ResourceVector.Dimensions; d++)
            {
                if (double.IsPositiveInfinity(told[d])) continue;
                if (!double.IsPositiveInfinity(own[d]))
                {
                    if (own[d] > told[d]) yield return Text($"{group}: {own[d]:0} {Names[d]} a minute are declared, the API allows {told[d]:0}");
                }
                else if (published is not null)
                {
                    double expected = d == 0 ? published.Requests : d == 1 ? published.InputTokens : published.OutputTokens;
                    if (expected != told[d]) yield return Text($"{group}: {expected:0} {Names[d]} a minute are published for {root.Spec.Tier}, the API allows {told[d]:0}");
                }
            }
        }
    }

    private static ResourceVector Told(QuotaNode root, string group)
    {
        var api = root.GroupMap.ObservedOf(group) is { } listed ? ResourceVector.From(listed.Limits) : ResourceVector.Unlimited;
        var headers = root.Observed.Headers.TryGetValue(group, out var seen) ? ResourceVector.From(seen) : ResourceVector.Unlimited;
        return ResourceVector.Of(d => double.IsPositiveInfinity(headers[d]) ? api[d] : headers[d]);
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
