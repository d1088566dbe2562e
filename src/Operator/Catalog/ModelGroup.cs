using Operator.Api;

namespace Operator.Catalog;

/// <summary>Models that share one limit of an organization.</summary>
public sealed record ModelGroup
{
    /// <summary>The id, such as <c>opus-4</c>: leases, reports and status use it.</summary>
    public required string Id { get; init; }

    /// <summary>The name for people.</summary>
    public required string Name { get; init; }

    /// <summary>Whether tokens that were read from the cache count toward the input limit.</summary>
    public bool CacheReadsCount { get; init; }

    /// <summary>Published limits by tier; Evaluation and Custom have none, and a group may have none at all.</summary>
    public IReadOnlyDictionary<Tier, TierLimits> Limits { get; init; } = new Dictionary<Tier, TierLimits>();
}

/// <summary>Limits a minute that the provider publishes for a tier.</summary>
/// <param name="Requests">Requests.</param>
/// <param name="InputTokens">Input tokens that count.</param>
/// <param name="OutputTokens">Output tokens.</param>
/// <param name="Certainty">How sure they are.</param>
public sealed record TierLimits(long Requests, long InputTokens, long OutputTokens, Certainty Certainty = Certainty.Verified);

/// <summary>What the provider publishes of the tiers themselves.</summary>
public static class Tiers
{
    /// <summary>The most that an organization of the tier may spend in a calendar month (UTC), in dollars; null where none is published.</summary>
    public static decimal? MonthlySpendCap(Tier tier) => tier switch
    {
        Tier.Start => 500,
        Tier.Build => 1_000,
        Tier.Scale => 200_000,
        _ => null,
    };

    /// <summary>The next tier above; null above Custom.</summary>
    public static Tier? Next(Tier tier) => tier == Tier.Custom ? null : tier + 1;
}
