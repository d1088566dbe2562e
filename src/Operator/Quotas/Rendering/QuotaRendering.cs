using Operator.Contract;
using Operator.Quotas.Allocation;
using Operator.Runtime.Caching;

namespace Operator.Quotas;

/// <summary>Renders a bound quota for the limiter ConfigMap of a deployment.</summary>
internal static class QuotaRendering
{
    /// <summary>
    /// The quota's configuration. Boot shares, and fallbacks of limiters that no lease tells another, are equal parts of what the
    /// allocation keeps back for them, for <see cref="LimiterCount.Basis"/> limiters of the whole organization: all of them together
    /// and all fallbacks that leases carry stay within the organization's capacity.
    /// </summary>
    /// <param name="bound">The quota.</param>
    /// <param name="models">Ids or aliases of all models that the deployment may send requests to; unknown ones are left out.</param>
    /// <param name="limiterCount">How many limiters draw on the organization now, through any of its quotas.</param>
    /// <param name="options">The figures of the allocation.</param>
    /// <param name="exhaustedUntil">Quotas whose money is spent, and until when; null for none.</param>
    public static QuotaConfiguration For(
        BoundQuota bound, IEnumerable<string> models, int limiterCount, AllocationOptions options,
        IReadOnlyDictionary<ObjectKey, DateTimeOffset>? exhaustedUntil = null)
    {
        ArgumentNullException.ThrowIfNull(bound);
        ArgumentNullException.ThrowIfNull(models);
        var groups = models.Select(bound.GroupOf).OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
        var path = bound.Node.Path;
        return new QuotaConfiguration
        {
            Namespace = bound.Key.Namespace ?? "",
            Name = bound.Key.Name,
            Groups = [.. groups.Select(g => Group(bound, g, limiterCount, options))],
            Lanes = path.LastOrDefault(n => n.Terms.Lanes.Count > 0)?.Terms.Lanes ?? [],
            PerUser = path.LastOrDefault(n => n.Terms.PerUser is not null)?.Terms.PerUser,
            Spend = [.. path.Where(n => n.Terms.Spend is not null).Select(n => Spend(n, exhaustedUntil))],
        };
    }

    /// <summary>What a limiter must know of the models, under the groups of the organization; unknown ones are left out.</summary>
    public static IReadOnlyList<ModelConfiguration> Models(BoundQuota bound, IEnumerable<string> models) =>
    [
        .. models.Select(bound.Catalog.Find).OfType<Catalog.CatalogMatch>().DistinctBy(m => m.Model.Id).OrderBy(m => m.Model.Id, StringComparer.Ordinal)
            .Select(m => bound.Catalog.Render(m.Model, bound.GroupOf(m.Model.Id))),
    ];

    /// <summary>What a limiter without a lease uses of a group, a second.</summary>
    /// <param name="node">The quota that it draws on.</param>
    /// <param name="group">The group.</param>
    /// <param name="limiterCount">As for <see cref="For"/>.</param>
    /// <param name="options">The figures of the allocation.</param>
    public static ResourceVector Boot(QuotaNode node, string group, int limiterCount, AllocationOptions options)
    {
        var part = options.BootReserve / LimiterCount.Basis(limiterCount);
        return Capacity(node.Root, group, options) is var organization && node.Groups.TryGetValue(group, out var own)
            ? ResourceVector.Min(organization * part, own.PerMinute * ((1 - options.Safety) / 60))
            : organization * part;
    }

    private static ResourceVector Capacity(QuotaNode root, string group, AllocationOptions options) =>
        root.Groups.TryGetValue(group, out var limits) ? limits.PerMinute * ((1 - options.Safety) / 60) : ResourceVector.Unlimited;

    private static GroupConfiguration Group(BoundQuota bound, string group, int limiterCount, AllocationOptions options)
    {
        var root = bound.Node.Root;
        var limits = root.Groups.TryGetValue(group, out var own) ? own.PerMinute : ResourceVector.Unlimited;
        var boot = LeaseForm.Share(Boot(bound.Node, group, limiterCount, options), limits, options.FallbackBurstSeconds);
        return new GroupConfiguration { Group = group, Limits = limits.ToAmounts(), Boot = boot, Fallback = boot };
    }

    private static SpendConfiguration Spend(QuotaNode node, IReadOnlyDictionary<ObjectKey, DateTimeOffset>? exhausted) => new()
    {
        Quota = node.Key.ToString(),
        Monthly = node.Terms.Spend!.Monthly,
        Daily = node.Terms.Spend.Daily,
        OnExhausted = node.Terms.Spend.OnExhausted,
        ExhaustedUntil = exhausted is not null && exhausted.TryGetValue(node.Key, out var until) ? until : null,
    };
}
