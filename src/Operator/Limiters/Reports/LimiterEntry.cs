using Operator.Contract;
using Operator.Limiters.Authentication;
using Operator.Quotas;
using Operator.Runtime.Caching;

namespace Operator.Limiters.Reports;

/// <summary>What the leader remembers of one start of a limiter.</summary>
internal sealed class LimiterEntry(string instance, LimiterIdentity identity)
{
    /// <summary>The start.</summary>
    public string Instance { get; } = instance;

    /// <summary>Its pod.</summary>
    public LimiterIdentity Identity { get; } = identity;

    /// <summary>The highest report that was taken.</summary>
    public long Sequence { get; set; }

    /// <summary>When that was.</summary>
    public DateTimeOffset LastSeen { get; set; }

    /// <summary>Since when its pod is not among those that run; null while it is.</summary>
    public DateTimeOffset? GoneSince { get; set; }

    /// <summary>Whether it told that it ends.</summary>
    public bool HasEnded { get; set; }

    /// <summary>Whether it holds the newest configuration of all its deployments.</summary>
    public bool IsCurrent { get; set; }

    /// <summary>The generation of each deployment's configuration that it applies, as it last told.</summary>
    public Dictionary<ObjectKey, long> Applied { get; } = [];

    /// <summary>What it told of each model group, and the lease that answered.</summary>
    public Dictionary<(ObjectKey Quota, string Group), Draw> Draws { get; } = [];
}

/// <summary>What a limiter draws from one group of one quota. Rates are a second.</summary>
/// <param name="Root">The organization.</param>
/// <param name="Offered">What it was offered.</param>
/// <param name="Backlog">What waits with it.</param>
/// <param name="Used">What it used.</param>
/// <param name="At">When it told.</param>
internal sealed record Draw(ObjectKey Root, ResourceVector Offered, ResourceVector Backlog, ResourceVector Used, DateTimeOffset At)
{
    /// <summary>What it took from its buckets since its start.</summary>
    public ResourceVector Debited { get; init; }

    /// <summary>The lease that answered; null before the first.</summary>
    public Lease? Lease { get; init; }
}
