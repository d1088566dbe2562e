using Operator.Api;
using Operator.Contract;

namespace Operator.Quotas;

/// <summary>
/// Which limit is in force. Of an organization: what it declares, but never more than what the provider tells (in headers, else at
/// the administration endpoint); without a declaration what the provider tells; else the tier's published limit. Of a child: the
/// smaller of what it declares and its part of what the parent may use, (guarantee + borrowing), at most all of it.
/// </summary>
internal static class LimitRules
{
    public static IEnumerable<GroupLimits> OfRoot(
        Tier? tier, IReadOnlyDictionary<string, ResourceVector> declared, ObservedLimits observed, GroupMap groups)
    {
        foreach (var group in groups.Groups)
        {
            var api = groups.ObservedOf(group)?.Limits;
            var headers = observed.Headers.GetValueOrDefault(group);
            var own = declared.GetValueOrDefault(group, ResourceVector.Unlimited);
            var published = tier is { } t && groups.PublishedOf(group)?.Limits.TryGetValue(t, out var limits) == true ? limits : null;
            var chosen = new GroupLimits
            {
                Group = group,
                Requests = Root(own.Requests, headers?.Requests, api?.Requests, published?.Requests),
                InputTokens = Root(own.InputTokens, headers?.InputTokens, api?.InputTokens, published?.InputTokens),
                OutputTokens = Root(own.OutputTokens, headers?.OutputTokens, api?.OutputTokens, published?.OutputTokens),
            };
            if (chosen.HasLimits) yield return chosen with { Guarantee = chosen.PerMinute };
        }
    }

    /// <param name="parent">What the parent may use.</param>
    /// <param name="declared">The child's own caps.</param>
    /// <param name="terms">The child's share.</param>
    /// <param name="guarantee">The child's guarantee after overcommitment was scaled away.</param>
    public static IEnumerable<GroupLimits> OfChild(
        IReadOnlyDictionary<string, GroupLimits> parent, IReadOnlyDictionary<string, ResourceVector> declared, QuotaTerms terms, double guarantee)
    {
        var share = Math.Min(1, guarantee + terms.Borrowing);
        foreach (var group in parent.Keys.Union(declared.Keys))
        {
            var above = parent.GetValueOrDefault(group) ?? new GroupLimits { Group = group, Guarantee = ResourceVector.Unlimited };
            var own = declared.GetValueOrDefault(group, ResourceVector.Unlimited);
            var limits = new GroupLimits
            {
                Group = group,
                Requests = Child(own.Requests, above.Requests, share),
                InputTokens = Child(own.InputTokens, above.InputTokens, share),
                OutputTokens = Child(own.OutputTokens, above.OutputTokens, share),
            };
            yield return limits with { Guarantee = ResourceVector.Min(above.Guarantee * guarantee, limits.PerMinute) };
        }
    }

    private static Limit? Root(double declared, double? headers, double? api, long? published)
    {
        Limit? told = headers is { } h ? new(h, LimitOrigin.Observed) : api is { } a ? new(a, LimitOrigin.Api) : null;
        if (double.IsPositiveInfinity(declared)) return told ?? (published is { } p ? new Limit(p, LimitOrigin.Tier) : null);
        return told is { } limit && limit.Value < declared ? limit : new Limit(declared, LimitOrigin.Declared);
    }

    private static Limit? Child(double declared, Limit? parent, double share)
    {
        if (parent is not { } above) return double.IsPositiveInfinity(declared) ? null : new Limit(declared, LimitOrigin.Declared);
        var part = above.Value * share;
        return declared <= part ? new Limit(declared, LimitOrigin.Declared) : new Limit(part, LimitOrigin.Parent);
    }
}
